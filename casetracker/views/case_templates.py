"""Case templates: the list, a new one, a change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.errors import NotAllowed, Refused
from casetracker.forms.case_templates import TEAM, CaseTemplateForm
from casetracker.kept import kept_fields
from casetracker.selectors.case_templates import template_for, templates_of
from casetracker.selectors.entry import entry_choices
from casetracker.selectors.starting import entering_departments
from casetracker.services.templates import FIELDS, save_template
from casetracker.views.common import page
from checklists.reader import current_book


@page()
def template_list(request: HttpRequest) -> HttpResponse:
    """Templates of the person's departments."""
    _departments(request)
    return render(request, "cases/template_list.html", {"templates": templates_of(request.user)})


@page(methods=("GET", "POST"))
def template(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """Create or change one template."""
    departments = _departments(request)
    record = template_for(request.user, template_id) if template_id else None
    wanted = request.POST.get("department") or request.GET.get("department")
    department = record.department if record else _chosen(departments, wanted)
    data = request.POST if request.method == "POST" else kept_fields(request)
    kinds = [(kind.key, kind.label) for kind in current_book().kinds.values()]
    form = CaseTemplateForm(data, initial=_initial(record), offers=entry_choices(department), kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_template(
                by=request.user, department=department, values=form.values(), template=record
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"The template “{saved.name}” is saved.")
            return redirect("template-list")
    context = {"form": form, "record": record, "department": department, "departments": departments}
    return render(request, "cases/template.html", context)


def _departments(request: HttpRequest) -> list[Any]:
    departments = entering_departments(request.user)
    if not departments:
        raise NotAllowed("Case templates need the role staff, coder or supervisor in a department.")
    return departments


def _chosen(departments: list[Any], wanted: str | None) -> Any:
    return next((d for d in departments if str(d.pk) == wanted), departments[0])


def _initial(record: Any) -> dict[str, Any]:
    if record is None:
        return {}
    team = {entry["role"]: entry["clinician"] for entry in record.team if entry["role"] in TEAM}
    return {name: getattr(record, name) for name in FIELDS if name != "team"} | team
