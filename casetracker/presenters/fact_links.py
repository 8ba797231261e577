"""Where a fact of the case document is answered on the facts page: from a path to an anchor.

Paths are those of the engine (`checklists.engine.fields`): `lesions[L1].region`, `sessions[1].date`,
`people[neurosurgeon].present_delivery`, `plan.technique`, `setting`. Only anchors live here, no labels.
"""

import re
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from casetracker.case_fields import PROGRESS

_ROW = re.compile(r"^(?P<section>\w+)(?:\[(?P<row>[^\]]*)\])?(?:\.(?P<field>\w+))?$")
_CASE_FIELDS = {
    "payer.class": "payer",
    "payer.profile": "payer",
    "planning.clinical_plan_recorded": "clinical_plan_on",
    "fixation.type": "fixation_type",
    "fixation.placed_by": "fixation_placed_by",
    "device": "machine",
    "course.treatment_days": "planned_sessions",
    "course.single_session": "planned_sessions",
    "course.has_cranial": "section-lesions",
    "course.image_guided": "section-sessions",
    "oncologist.named": "team-radiation_oncologist",
    "surgeon.present_planning": "team-neurosurgeon",
    "surgeon.present_delivery": "team-neurosurgeon",
    "surgeon.reports": "team-neurosurgeon",
}
_SECTIONS = {
    "lesions": "section-lesions",
    "sessions": "section-sessions",
    "people": "section-people",
    "authorization": "section-courses",
    "other_courses": "section-courses",
    "plan": "section-plan",
    "plans": "section-plan",
    "circumstances": "section-circumstances",
    "clinical": "section-circumstances",
    "physics": "section-plan",
    "images": "section-images",
    "targets": "section-targets",
    "organs": "section-organs",
    "directives": "section-directives",
}
_PLAN_FIELDS = {"date": "planned_on"}
_SESSION_FIELDS = {
    "started_at": "started",
    "beam_on_at": "beam_on",
    "ended_at": "ended",
    "doses_gy": "doses",
    "timeout_at": "timeout",
}


def anchor_for(path: str) -> str:
    """The anchor (without `#`) of the field that answers this fact; the nearest section when none does."""
    if path in _CASE_FIELDS:
        known = _CASE_FIELDS[path]
        return known if known.startswith(("section-", "team-")) else f"id_{known}"
    found = _ROW.match(path)
    if found is None:
        return "case-form"
    return _anchor_of_row(found["section"], found["row"] or "", found["field"] or "")


def _anchor_of_row(section: str, row: str, field: str) -> str:
    if section == "lesions" and row and field:
        return lesion_anchor(row, field)
    if section == "sessions" and row and field:
        return session_anchor(row, _SESSION_FIELDS.get(field, field))
    if section == "people" and row:
        return f"team-{row}"
    if section in ("plan", "plans") and field:
        return plan_anchor(row, _PLAN_FIELDS.get(field, field))
    if section == "targets" and row and field:
        return target_anchor(row, field)
    if section == "entered_lines":
        return f"line-{row}" if row else "main"
    if section in ("circumstances", "clinical", "physics", "planning") and field:
        return f"id_{field}"
    if section in _SECTIONS:
        return _SECTIONS[section]
    return f"id_{section}"


def lesion_anchor(label: str, field: str) -> str:
    return f"lesion-{slugify(label) or 'new'}-{field}"


def plan_anchor(number: object, field: str) -> str:
    """The first plan is called plan, the next ones plan-2, plan-3."""
    return f"plan-{field}" if str(number) in ("", "1") else f"plan-{number}-{field}"


def target_anchor(lesion: str, field: str) -> str:
    """The field in the first target of this lesion."""
    return f"target-{slugify(lesion) or 'new'}-{field}"


def session_anchor(number: object, field: str) -> str:
    return f"session-{number or 'new'}-{field}"


def readable(path: str, document: dict[str, Any]) -> str:
    """The path with names for identities: `lesions[<uuid>].region` becomes `lesions[L1].region`."""
    found = _ROW.match(path)
    row = found["row"] if found else None
    if not found or not row:
        return path
    name = _names(document, found["section"]).get(row, row)
    return path.replace(f"[{row}]", f"[{name}]", 1)


def _names(document: dict[str, Any], section: str) -> dict[str, str]:
    if section == "plans":
        return {str(row["id"]): str(place) for place, row in enumerate(document.get("plans") or [], 1)}
    named = {"lesions": "label", "sessions": "number"}.get(section)
    rows = document.get(section) or [] if named else []
    return {str(row["id"]): str(row[named]) for row in rows if row.get("id") and row.get(named)}


def _page_of(path: str, anchor: str) -> str:
    """Dates of the course of care stand on the overview, lines on the codes page, everything else with the facts."""
    if path.startswith("entered_lines"):
        return "case-codes"
    return "case" if anchor.removeprefix("id_") in PROGRESS else "case-facts"


def fact_url(case_id: int | None, path: str, document: dict[str, Any]) -> str:
    """The address of the field that answers a fact of this document.

    case_id None: only the anchor, for a link within the facts page itself. Empty where there is no such page.
    """
    anchor = anchor_for(readable(path, document))
    if case_id is None:
        return f"#{anchor}"
    try:
        return f"{reverse(_page_of(path, anchor), args=[case_id])}#{anchor}"
    except NoReverseMatch:
        return ""
