"""Invented images, targets, structures, directives and checks of a plan, as a careful team records them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casetracker.choices import Modality, Technique
from casetracker.management.demo.clock import at
from casetracker.models import CaseTemplate, Clinician

Row = dict[str, Any]


def prescribed(lesions: list[Row], template: CaseTemplate) -> list[Row]:
    """The lesions with the dose of each session."""
    sessions = template.planned_sessions or 1
    return [{**row, "prescribed_sessions": sessions, **_per_session(row, sessions)} for row in lesions]


def _per_session(row: Row, sessions: int) -> Row:
    dose = row["dose_gy"]
    return {"session_dose_gy": (dose / sessions).quantize(Decimal("0.01")) if dose else None}


def plan_records(template: CaseTemplate, approved: date) -> Row:
    """Fusion, goals, second check and measurement, all before the approval or the beam."""
    department, before = template.department, approved - timedelta(days=1)
    cobalt, inverse = template.machine.modality == Modality.COBALT60, template.technique == Technique.INVERSE
    return {
        "fusion_approved_at": at(before, "09:10", department),
        "second_check_pct": Decimal("1.8"),
        "source_output_on": before if cobalt else None,
        "goals_set_at": at(before, "10:00", department) if inverse else None,
        "optimized_at": at(before, "14:20", department) if inverse else None,
        "psqa_result": "passed" if inverse else "",
        "psqa_device": "Diode array" if inverse else "",
        "field_count": 3 if template.machine.modality == Modality.PROTON else None,
        "compensator": False if template.machine.modality == Modality.PROTON else None,
    }


def rows(
    lesions: list[Row], template: CaseTemplate, first: date, approved: date, signer: Clinician | None
) -> dict[str, list[Row]]:
    """Images of the simulation day, a target for every lesion, one structure, the directive of a cobalt unit."""
    cobalt = template.machine.modality == Modality.COBALT60
    imaged = first - timedelta(days=8)
    return {
        "images": [_image("mri", "T1 with contrast, series 5", imaged), _image("ct", "Planning CT", imaged)],
        "targets": [_target(place, row) for place, row in enumerate(lesions)],
        "organs": [
            {"plan": 0, "name": "Chiasm", "limit_gy": Decimal(8), "planned_gy": Decimal("2.4"), "comment": ""}
        ],
        "directives": [_directive(lesions, template, approved, signer)] if cobalt else [],
    }


def _image(kind: str, series: str, day: date) -> Row:
    yes = dict.fromkeys(("for_planning", "fused", "reported"), True)
    return {"kind": kind, "series": series, "acquired_on": day, "slice_mm": Decimal(1), **yes}


def _target(place: int, lesion: Row) -> Row:
    return {
        "plan": 0,
        "lesion": place,
        "margin_mm": Decimal(1),
        "coverage_pct": Decimal("98.5"),
        "conformity": Decimal("1.2"),
        "gradient": Decimal("3.1"),
        "max_dose_gy": lesion["dose_gy"] * Decimal("1.25") if lesion["dose_gy"] else None,
    }


def _directive(lesions: list[Row], template: CaseTemplate, approved: date, signer: Clinician | None) -> Row:
    return {
        "version": 1,
        "total_gy": max((row["dose_gy"] for row in lesions if row["dose_gy"]), default=None),
        "site": f"Brain, {len(lesions)} target{'s' if len(lesions) > 1 else ''}",
        "settings": "Shot list of plan P1",
        "signed_at": at(approved, "16:30", template.department),
        "signed_by": signer,
        "authorized_user": True,
    }
