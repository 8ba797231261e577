"""The context of the facts page: sections, row tables, marks of the template, the snapshot for later comparison."""

import json
from typing import Any

from django.utils.text import slugify

from casetracker.choices import CaseRole, Fixation, Modality
from casetracker.forms.case_entry import CaseEntry
from casetracker.forms.rows import BaseRows
from casetracker.forms.team import PHYSICIANS
from casetracker.merge import snapshot
from casetracker.presenters.facts_form import case_sections, plan_sections
from casetracker.presenters.icd_hints import icd_hints
from casetracker.presenters.planning_rows import modalities, modality_of, planning_rows

LESION_UNDER = (
    ("therapeutic_target", ""),
    ("brainstem_distance_mm", "mm"),
    ("cavity", ""),
    ("original_dimension_mm", "mm"),
    ("found_on", ""),
    ("volume_cc", "cc"),
    ("isodose_pct", "%"),
    ("session_dose_gy", "Gy"),
    ("prescribed_sessions", ""),
    ("prescribed_at", ""),
    ("prescribed_by", ""),
    ("measured_on", ""),
    ("measured_by", ""),
    ("image_reference", ""),
    ("target", ""),
    ("compartment", ""),
    ("stated_class", ""),
    ("surgeon", ""),
    ("spine_level", ""),
    ("dural_contact", ""),
    ("neural_involvement", ""),
    ("intradural", ""),
)
SESSION_UNDER = (
    ("doses", "Gy"),
    ("percent_delivered", "%"),
    ("stop_reason", ""),
    ("in_room", ""),
    ("anesthesia", ""),
    ("machine", ""),
    ("plan", ""),
    ("operator", ""),
    ("timeout", ""),
    ("timeout_by", ""),
    ("coordinates_noted", ""),
    ("collision_checked", ""),
    ("image_kind", ""),
    ("shift_mm", "mm"),
    ("rotation_deg", "°"),
    ("residual_mm", "mm"),
    ("images_approved_at", ""),
    ("images_approved_by", ""),
    ("frame_check_mm", "mm"),
    ("event_suspected", ""),
    ("variance", ""),
    ("incident_number", ""),
)
LESION_HEADINGS = {
    "therapeutic_target": "Lesion",
    "isodose_pct": "Prescription, radiation oncologist",
    "measured_on": "Measurement, surgeon or radiologist",
    "target": "Class and billing",
    "spine_level": "Spine only",
}
SESSION_HEADINGS = {
    "doses": "Delivery, therapist",
    "timeout": "Before the beam: time-out and position",
    "event_suspected": "After the session: screens",
}


def facts_context(entry: CaseEntry, *, unconfirmed: list[str], base: str = "") -> dict[str, Any]:
    """Everything the form part of the page draws."""
    return {
        "sections": case_sections(entry.case, unconfirmed),
        "plans": {"formset": entry.plans, "sections": _plan_sections(entry, unconfirmed)},
        "planning_rows": planning_rows(entry),
        "lesions": _table(entry.lesions, "label", LESION_UNDER),
        "sessions": _sessions(entry.sessions, SESSION_UNDER),
        "team": {"formset": entry.team, "rows": _members(entry.team)},
        "team_prefilled": "team" in unconfirmed,
        "authorizations": _small(entry.authorizations),
        "courses": _small(entry.courses),
        "authorization_fields": ("number", "codes", "sessions", "modality", "valid_from", "valid_to"),
        "course_fields": (
            *("relation", "started_on", "ended_on", "surgeon", "group"),
            *("prescribed_separately", "body_site", "dose_gy", "fractions", "records_obtained", "note"),
        ),
        "under": _under(LESION_UNDER, LESION_HEADINGS, {}),
        "session_under": _under(SESSION_UNDER, SESSION_HEADINGS, session_waits(entry)),
        "modalities": json.dumps(modalities(entry)),
        "icd_hints": json.dumps(icd_hints()),
        "base": base or json.dumps(snapshot(entry.recorded), separators=(",", ":")),
    }


def _plan_sections(entry: CaseEntry, unconfirmed: list[str]) -> Any:
    return plan_sections(entry.plans.shown(), unconfirmed, modality_of(entry.recorded))


def show_classes(lesions: dict[str, Any], classes: list[dict[str, str]]) -> None:
    """The class of each lesion into its row, where the page is drawn without the panel's script."""
    known = {entry["name"]: entry for entry in classes}
    for form, _ in lesions["rows"]:
        form.known_class = known.get(str(form["label"].value() or "").strip())


def _table(formset: BaseRows, named_by: str, under: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    rows = []
    for form in formset.shown():
        form.under_open = _under_open(form, under)
        rows.append((form, slugify(str(form[named_by].value() or ""))))
    return {"formset": formset, "rows": rows, "blank": formset.empty_form}


def _under(
    fields: tuple[tuple[str, str], ...], headings: dict[str, str], waits: dict[str, str]
) -> list[dict[str, str]]:
    """The fields under a row, each group with who fills it; waits: until when a field is not asked for."""
    return [
        {"name": name, "unit": unit, "heading": headings.get(name, ""), "when": waits.get(name, "")}
        for name, unit in fields
    ]


def session_waits(entry: CaseEntry) -> dict[str, str]:
    """Frame check, event and variance wait until the case calls for them, unless they are recorded already."""
    case, rows = entry.recorded.case, entry.sessions.shown()
    waits = {}
    if case.get("fixation_type") not in (Fixation.INVASIVE_FRAME, "", None):
        waits["frame_check_mm"] = f"fixation_type={Fixation.INVASIVE_FRAME.value}"
    if case.get("modality") == Modality.COBALT60:
        waits |= dict.fromkeys(("variance", "incident_number"), f"modality!={Modality.COBALT60.value}")
    elif case.get("modality"):
        waits["event_suspected"] = f"modality={Modality.COBALT60.value}"
    recorded = {name for name in waits if any(form[name].value() not in (None, "") for form in rows)}
    return {name: when for name, when in waits.items() if name not in recorded}


def _sessions(formset: Any, under: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The session table; each row says what its folded part holds: the dose, and how many people were there."""
    slots = formset.slots
    lines = tuple((name, "") for slot in slots for name in slot.names)
    table = _table(formset, "number", (*under, *lines))
    for form, _ in table["rows"]:
        form.under_note = _session_note(form, slots)
    return {**table, "slots": slots}


def _session_note(form: Any, slots: Any) -> str:
    doses = str(form["doses"].value() or "").strip().removesuffix("Gy").rstrip()
    there = sum(any(form[name].value() for name in slot.names) for slot in slots)
    people = f"{there} {'person' if there == 1 else 'people'} present" if there else ""
    gray = f"{doses} Gy" if doses and "doses" not in form.errors else ""
    return " · ".join(part for part in (gray, people) if part)


def _under_open(form: Any, under: tuple[tuple[str, str], ...]) -> bool:
    """Opened when something under the row needs a look, or a functional target is asked for."""
    wrong = form.is_bound and any(name in form.errors for name, _ in under)
    functional = "therapeutic_target" in form.fields and form["diagnosis"].value() == "functional"
    return wrong or functional


def _members(formset: BaseRows) -> list[tuple[Any, str, str]]:
    """(form, anchor, words of the role); the role of a further person is chosen in the form."""
    seen: set[str] = set()
    rows = []
    for number, form in enumerate(formset.shown(), 1):
        role = str(form["role"].value() or "")
        standing = bool(form["standing"].value())
        form.asks_presence = not standing or role in PHYSICIANS
        form.asks_documented = bool(form["documented_role"].value()) or _fills_both(form, formset)
        anchor = f"team-{role}" if role and role not in seen else f"team-person-{number}"
        seen.add(role)
        rows.append((form, anchor, CaseRole(role).label if standing and role in CaseRole.values else ""))
    return rows


def _fills_both(form: Any, formset: BaseRows) -> bool:
    """One person in both physician roles: then the record must say which one it documents."""
    person, role = str(form["clinician"].value() or ""), str(form["role"].value() or "")
    others = [o for o in formset.shown() if o is not form and str(o["role"].value()) in PHYSICIANS]
    return (
        bool(person)
        and role in PHYSICIANS
        and any(str(o["clinician"].value() or "") == person for o in others)
    )


def _small(formset: BaseRows) -> dict[str, Any]:
    rows = formset.shown()
    return {"formset": formset, "rows": rows, "open": formset.is_bound and any(form.errors for form in rows)}
