"""Writing the case document of the facts that were filled in: only what is known stands in it."""

from datetime import date
from typing import Any

import yaml

from checklists.pages.facts_form import number

WIDE = 110


def document_text(facts: dict[str, Any], lesions: list[dict[str, Any]]) -> str:
    """A case document (srs-case/1) as YAML. facts: cleaned CaseFactsForm; lesions: cleaned rows, described ones."""
    named = [{"id": f"L{place}", **row} for place, row in enumerate(lesions, 1)]
    document = {
        "schema": "srs-case/1",
        "date_of_service": facts["date_of_service"],
        "payer": {"class": facts["payer_class"]},
        **{name: facts[name] for name in ("setting", "off_campus", "modality")},
        "planning": {name: facts[name] for name in ("clinical_plan_on", "simulated", "simulated_on")},
        "plan": {"technique": facts["technique"], "date": facts["planned_on"]},
        "fixation": {"type": facts["fixation"], "placed_by": facts["placed_by"]},
        "planned_sessions": facts["planned_sessions"],
        "sessions": _sessions(facts["session_days"], named),
        "lesions": [_lesion(row) for row in named],
        "people": _people(facts),
    }
    return "".join(_written(name, value) for name, value in _known(document).items())


def _written(name: str, value: Any) -> str:
    """One field of the document: a plain value on one line, rows and sections in short form."""
    short = None if isinstance(value, dict | list) else False
    return str(yaml.safe_dump({name: value}, default_flow_style=short, sort_keys=False, width=WIDE))


def _sessions(days: list[date], lesions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One delivered session for each day, with every treated lesion."""
    treated = [row["id"] for row in lesions if row["treated"] != "no"]
    return [
        {
            "number": place,
            "date": day,
            "status": "delivered",
            "lesions": list(treated),
            "percent_delivered": 100,
        }
        for place, day in enumerate(days, 1)
    ]


def _lesion(row: dict[str, Any]) -> dict[str, Any]:
    sizes = ("max_dimension_mm", "optic_distance_mm")
    return {
        name: number(value) if name in sizes and value is not None else value
        for name, value in row.items()
        if name != "treated"
    }


def _people(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """A person of whom anything was said."""
    return [
        {"role": role, "present_planning": planning, "present_delivery": delivery}
        for role, planning, delivery in (
            ("radiation_oncologist", facts["oncologist_planning"], facts["oncologist_delivery"]),
            ("neurosurgeon", facts["surgeon_planning"], facts["surgeon_delivery"]),
        )
        if planning is not None or delivery is not None
    ]


def _known(value: Any) -> Any:
    """The same without what is not recorded: nothing, empty words, empty mappings and lists."""
    if isinstance(value, dict):
        kept = {name: _known(entry) for name, entry in value.items()}
        return {name: entry for name, entry in kept.items() if entry not in (None, "", {}, [])}
    return [_known(entry) for entry in value] if isinstance(value, list) else value
