"""Opening a case with the least that is known."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casetracker.errors import NotAllowed, Refused
from casetracker.forms.start import StartForm
from casetracker.kept import kept_fields
from casetracker.selectors import starting
from casetracker.selectors.entry import entry_choices, templates_for
from casetracker.services.cases import open_case
from casetracker.services.reading import note_patient
from casetracker.views.common import page


@page(methods=("GET", "POST"))
def start(request: HttpRequest) -> HttpResponse:
    """The start form; POST opens the case, or only looks the patient up."""
    departments = starting.entering_departments(request.user)
    if not departments:
        raise NotAllowed("Opening a case needs the role staff, coder or supervisor in a department.")
    department = _chosen(request, departments)
    form = _form(request, department)
    asked = request.POST.get("do", "")
    known = _known(request, department, form)
    if request.method == "POST" and asked not in ("look-up", "department") and form.is_valid():
        try:
            return _open(request, department, form, known)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
    _note_known(request, department, known)
    context = {"form": form, "known": known, "departments": departments, "department": department}
    return render(request, "cases/start.html", context | {"looked_up": asked == "look-up"})


@page(methods=("POST",))
def patient(request: HttpRequest) -> HttpResponse:
    """What is known about the record number just typed; a fragment, read while the form is filled in."""
    departments = starting.entering_departments(request.user)
    if not departments:
        raise NotAllowed("Opening a case needs the role staff, coder or supervisor in a department.")
    number, department = request.POST.get("record_number", ""), _chosen(request, departments)
    known = starting.known_patient(request.user, department, number)
    _note_known(request, department, known)
    return render(request, "cases/_known_patient.html", {"known": known, "looked_up": bool(number.strip())})


def _note_known(request: HttpRequest, department: Any, known: Any) -> None:
    """Showing who a record number belongs to is a read of that patient."""
    if known:
        note_patient(by=request.user, department=department, patient_id=known.patient.pk)


def _chosen(request: HttpRequest, departments: list[Any]) -> Any:
    wanted = request.POST.get("department") or request.GET.get("department") or ""
    return next((d for d in departments if str(d.pk) == wanted), departments[0])


def _form(request: HttpRequest, department: Any) -> StartForm:
    offers = entry_choices(department)
    machines = list(offers.machines.records.values())
    templates = templates_for(department)
    data = request.POST if request.method == "POST" else kept_fields(request)
    initial = _initial(request, department, templates) if data is None else None
    form = StartForm(data, initial=initial, templates=templates, machines=machines)
    if request.POST.get("do") in ("look-up", "department"):
        form = StartForm(initial=request.POST.dict(), templates=templates, machines=machines)
    return form


def _initial(request: HttpRequest, department: Any, templates: list[Any]) -> dict[str, Any]:
    before = starting.case_before(request.user, request.GET.get("after", ""))
    if before is None or before.department_id != department.pk:
        only = starting.source_word(templates[0].pk, None) if len(templates) == 1 else ""
        return {"source": starting.last_source(request.user, department) or only}
    source = starting.source_word(before.template_id, before.machine_id)
    return {"source": source, "date_of_service": before.date_of_service, "after": before.pk}


def _known(request: HttpRequest, department: Any, form: StartForm) -> Any:
    number = form["record_number"].value() or ""
    return starting.known_patient(request.user, department, str(number)) if number else None


def _open(request: HttpRequest, department: Any, form: StartForm, known: Any) -> HttpResponse:
    template, machine = form.chosen()
    before = starting.case_before(request.user, form.cleaned_data["after"])
    identity = form.identity()
    if known:
        identity["name"] = identity["name"] or known.patient.name
    elif not identity["name"]:
        raise Refused("This record number is new here: type the patient's name as well.")
    day = form.cleaned_data["date_of_service"]
    data = starting.opening_input(known, before, machine, day)
    case = open_case(by=request.user, department=department, patient=identity, data=data, template=template)
    messages.success(request, f"Case {case.number} is open. Add what is known; the suggestion follows.")
    return redirect(reverse("case-facts", args=[case.pk]) + "?new=1")
