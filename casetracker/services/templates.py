"""Case templates: what a kind of case usually looks like on a machine. Never anything about a patient."""

from typing import Any

from django.core.exceptions import ValidationError

from casetracker import permissions
from casetracker.errors import Refused
from casetracker.models import CaseTemplate, Department, User
from casetracker.services.history import audit, service

FIELDS = (
    "machine",
    "name",
    "indication",
    "technique",
    "mlc_modulated",
    "fixation_type",
    "fixation_placed_by",
    "localization_method",
    "planned_sessions",
    "custom_devices",
    "team",
    "document_kinds",
    "active",
)


@service("template.saved")
def save_template(
    *, by: User, department: Department, values: dict[str, Any], template: CaseTemplate | None = None
) -> CaseTemplate:
    """Create a template, or change one. Cases that were started from it stay as they are.

    values: any of `FIELDS`; team is a list of {clinician: id, role}.
    Raises NotAllowed, or Refused with what is wrong.
    """
    permissions.check_enter_cases(by, department)
    record = template or CaseTemplate(department=department)
    for name in FIELDS:
        if name in values:
            setattr(record, name, values[name])
    if record.machine_id and record.machine.department_id != department.pk:
        raise Refused("This machine belongs to another department.")
    try:
        record.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    record.save()
    audit(action="template.saved", by=by, department=department, record=f"template {record.pk}")
    return record
