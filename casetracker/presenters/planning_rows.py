"""The folded tables of what plans rest on, as the facts page draws them; only what the case's conditions call for."""

from typing import Any

from django.utils.text import slugify

from casetracker.case_input import CaseInput
from casetracker.forms.case_entry import CaseEntry

FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "images": (
        *(("kind", ""), ("series", ""), ("acquired_on", ""), ("slice_mm", "mm")),
        *(("for_planning", ""), ("fused", ""), ("reported", "")),
    ),
    "targets": (
        *(("plan", ""), ("lesion", ""), ("margin_mm", "mm"), ("approved_at", ""), ("approved_by", "")),
        *(("coverage_pct", "%"), ("conformity", ""), ("gradient", ""), ("max_dose_gy", "Gy")),
    ),
    "organs": (("plan", ""), ("name", ""), ("limit_gy", "Gy"), ("planned_gy", "Gy"), ("comment", "")),
    "directives": (
        *(("version", ""), ("total_gy", "Gy"), ("site", ""), ("settings", "")),
        *(("signed_at", ""), ("signed_by", ""), ("authorized_user", "")),
    ),
}
WORDS = {
    "images": ("Image sets", "Add an image set", "Dosimetrist, at simulation."),
    "targets": ("Targets", "Add a target", "Radiation oncologist and dosimetrist, with the plan."),
    "organs": (
        "Critical structures",
        "Add a structure",
        "Dosimetrist, with the plan. A planned dose above the limit needs a comment.",
    ),
    "directives": (
        "Written directive",
        "Add a version",
        "Authorized user, before the beam. A change is a new version; the first one stays.",
    ),
}


def planning_rows(entry: CaseEntry) -> list[dict[str, Any]]:
    """One table each; the written directive waits unless the case is on cobalt, or one is recorded."""
    tables = [_table(entry, name) for name in FIELDS]
    waits = "" if _on_cobalt(entry) else "modality=cobalt60"
    return [{**table, "when": waits if table["name"] == "directives" else ""} for table in tables]


def modalities(entry: CaseEntry) -> dict[str, str]:
    """The modality of each machine that the form offers, by id."""
    return {key: machine.modality for key, machine in entry.case.fields["machine"].records.items()}


def modality_of(recorded: CaseInput) -> str:
    """The modality as recorded, else that of the machine; empty when neither is known."""
    machine = recorded.case.get("machine")
    return recorded.case.get("modality") or (machine.modality if machine else "") or ""


def _on_cobalt(entry: CaseEntry) -> bool:
    return modality_of(entry.recorded) == "cobalt60" or bool(entry.sets["directives"].shown())


def _anchored(name: str, rows: list[Any]) -> list[tuple[Any, str]]:
    """Each row with the start of its anchors: the first target of a lesion is named after the lesion."""
    seen: set[str] = set()
    found = []
    for form in rows:
        lesion = slugify(str(form["lesion"].value() or "")) if name == "targets" else ""
        found.append((form, f"target-{lesion}" if lesion and lesion not in seen else ""))
        seen.add(lesion)
    return found


def _table(entry: CaseEntry, name: str) -> dict[str, Any]:
    formset = entry.sets[name]
    rows = formset.shown()
    label, add, help_text = WORDS[name]
    return {
        "name": name,
        "label": label,
        "add": add,
        "help": help_text,
        "formset": formset,
        "rows": _anchored(name, rows),
        "fields": FIELDS[name],
        "recorded": len(getattr(entry.recorded, name) or []),
        "open": formset.is_bound and any(form.errors for form in rows),
    }
