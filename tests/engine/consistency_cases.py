"""One usual case and short ways to change it, for the consistency checks. No tests live here."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from checklists.engine.case import CaseFacts, Lesion, Payer, Plan, Session
from checklists.engine.consistency import JUDGED, Material
from checklists.engine.evidence import EvidenceDocument

DAY = date(2026, 3, 2)
SURGEON, ONCOLOGIST = "1234567893", "1245319599"
CASE = CaseFacts(
    payer=Payer("medicare_ffs"),
    setting="hospital_outpatient",
    modality="linac",
    plans=(Plan(id="P1", technique="inverse", calculations=3, custom_devices=1),),
    planned_sessions=1,
    sessions=(Session(1, date=DAY, status="delivered", lesions=("L1",), doses_gy=(("L1", Decimal("20")),)),),
    lesions=(Lesion("L1", compartment="cranial"),),
)


def line(code: str, **more: Any) -> dict[str, Any]:
    known = {"units": 1, "date": DAY, "stream": "facility", "performer": "facility", "person": None}
    return {"code": code, "because": "suggested", "diagnoses": ["C79.31"], **known, **more}


def surgical(code: str, **more: Any) -> dict[str, Any]:
    return line(code, stream="surgeon_professional", performer="neurosurgeon", person=SURGEON, **more)


def oncology(code: str, **more: Any) -> dict[str, Any]:
    return line(
        code, stream="oncology_professional", performer="radiation_oncologist", person=ONCOLOGIST, **more
    )


def material(*lines: dict[str, Any], case: CaseFacts = CASE, **more: Any) -> Material:
    result: dict[str, Any] = {
        "course": {"single_session": True, "treatment_days": 1},
        "lesions": [{"id": lesion.id, "class": "simple"} for lesion in case.lesions],
        "lines": list(lines),
        "not_suggested": [],
        "conflicts": [],
        "rulebook": {"digest": "abc"},
    }
    result |= more.pop("result", {})
    return Material(case=case, result=result, **more)


def verdict(key: str, given: Material) -> str:
    return JUDGED[key](given).verdict


def message(key: str, given: Material) -> str:
    return JUDGED[key](given).message


def lesions(*kinds: str) -> tuple[CaseFacts, dict[str, Any]]:
    """A case with one treated cranial lesion per class, and the classes as the evaluation gives them."""
    rows = tuple(Lesion(f"L{number}", compartment="cranial") for number, _ in enumerate(kinds, 1))
    session = Session(1, date=DAY, status="delivered", lesions=tuple(row.id for row in rows))
    found = {"lesions": [{"id": row.id, "class": kind} for row, kind in zip(rows, kinds, strict=True)]}
    return replace(CASE, lesions=rows, sessions=(session,)), found


def note(kind: str, day: date = DAY, **more: Any) -> EvidenceDocument:
    return EvidenceDocument(kind, kind.replace("_", " "), service_date=day, **more)


def written(days: int, **more: Any) -> EvidenceDocument:
    return note(
        "management_note", written_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(days), **more
    )
