"""The facility file: checks of machines, kept by the department, and qualifications of people, by administrators."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casetracker.choices import CheckKind, Role
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.facility import MachineCheckForm, QualificationForm, RemovalForm, UsualForm
from casetracker.kept import kept_fields
from casetracker.permissions import allowed, check_set_usual
from casetracker.selectors import facility as selectors
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.people import administered_department, record_of
from casetracker.services import facility as services
from casetracker.views.common import done_or_told, page

ENTERING = (Role.STAFF, Role.CODER, Role.SUPERVISOR)


@page()
def machines(request: HttpRequest) -> HttpResponse:
    """Every machine with its latest checks; what is missing today stands out."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("Machine checks are for staff, coders, supervisors and compliance.")
    states = selectors.machines_for(request.user, timezone.now())
    rows = [
        {
            "machine": state.machine,
            "url": reverse("machine-checks", args=[state.machine.pk]),
            "checked_today": state.checked_today,
            "latest": [{"label": CheckKind(kind).label, "at": at} for kind, at in state.latest.items()],
        }
        for state in states
    ]
    return render(request, "facility/machines.html", {"rows": rows})


@page(methods=("GET", "POST"))
def machine_checks(request: HttpRequest, machine_id: int) -> HttpResponse:
    """The checks of one machine, and a form for a new one."""
    machine = selectors.machine_for(request.user, machine_id)
    timezone.activate(machine.department.time_zone)
    people = selectors.signers_of(machine.department)
    kinds = selectors.kinds_for(machine.modality)
    typed = request.POST if request.method == "POST" else kept_fields(request)
    form = MachineCheckForm(typed, kinds=kinds, people=people, initial={"kind": CheckKind.DAILY})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_check(by=request.user, machine=machine, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The check is recorded; the cases it concerns were judged anew.")
            return redirect("machine-checks", machine.pk)
    context = {
        "machine": machine,
        "form": form,
        "checks": selectors.checks_of(machine),
        "may_enter": access_of(request.user).has(machine.department_id, *ENTERING),
        "now": timezone.localtime(),
        "may_set": allowed(check_set_usual, request.user, machine.department),
        "usual": [(UsualForm.base_fields[name].label, told) for name, told in selectors.usual_words(machine)],
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "facility/machine.html", context, status=status)


@page(methods=("GET", "POST"))
def machine_usual(request: HttpRequest, machine_id: int) -> HttpResponse:
    """What cases of this machine usually have; a case that takes the machine starts with it."""
    machine = selectors.machine_for(request.user, machine_id)
    check_set_usual(request.user, machine.department)
    typed = request.POST if request.method == "POST" else kept_fields(request)
    initial = {name: getattr(machine, name) for name in services.USUAL}
    form = UsualForm(typed, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_usual(by=request.user, machine=machine, values=form.cleaned_data)
        messages.success(request, f"Saved. Cases that take {machine.name} from now on start with it.")
        return redirect("machine-checks", machine.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "facility/usual.html", {"machine": machine, "form": form}, status=status)


@page(methods=("POST",))
def machine_check_remove(request: HttpRequest, machine_id: int, check_id: int) -> HttpResponse:
    machine = selectors.machine_for(request.user, machine_id)
    check = selectors.check_of(machine, check_id)
    form = RemovalForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def act() -> None:
        services.remove_check(by=request.user, check=check, reason=reason)

    return done_or_told(
        request, act, "The entry was taken out.", reverse("machine-checks", args=[machine.pk])
    )


@page(methods=("GET", "POST"))
def qualifications(request: HttpRequest, department_id: int, clinician_id: int) -> HttpResponse:
    """What one person holds, and a form for more."""
    return _qualification_page(request, department_id, clinician_id)


@page(methods=("GET", "POST"))
def qualification(
    request: HttpRequest, department_id: int, clinician_id: int, qualification_id: int
) -> HttpResponse:
    """Correct one entry."""
    return _qualification_page(request, department_id, clinician_id, qualification_id)


def _qualification_page(
    request: HttpRequest, department_id: int, clinician_id: int, qualification_id: int | None = None
) -> HttpResponse:
    department = administered_department(request.user, department_id)
    timezone.activate(department.time_zone)
    person = record_of(department, "clinicians", clinician_id)
    known = selectors.qualification_of(person, qualification_id) if qualification_id else None
    typed = request.POST if request.method == "POST" else kept_fields(request)
    form = QualificationForm(typed, initial=_initial(known))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_qualification(
                by=request.user, department=department, clinician=person, known=known, **form.cleaned_data
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Saved; the cases that name this person were judged anew.")
            return redirect("qualifications", department.pk, person.pk)
    rows = selectors.qualifications_of(person)
    context = {
        "department": department,
        "person": person,
        "form": form,
        "known": known,
        "rows": rows,
        "expired": selectors.expired_on(timezone.localdate(), rows),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "facility/qualifications.html", context, status=status)


def _initial(known: Any) -> dict[str, Any]:
    names = ("kind", "valid_from", "valid_to", "reference")
    return {name: getattr(known, name) for name in names} if known else {}


@page(methods=("POST",))
def qualification_remove(
    request: HttpRequest, department_id: int, clinician_id: int, qualification_id: int
) -> HttpResponse:
    department = administered_department(request.user, department_id)
    person = record_of(department, "clinicians", clinician_id)
    row = selectors.qualification_of(person, qualification_id)

    def act() -> None:
        services.remove_qualification(by=request.user, department=department, row=row)

    address = reverse("qualifications", args=[department.pk, person.pk])
    return done_or_told(request, act, "The entry was taken out.", address)
