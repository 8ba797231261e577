"""The four story cases of the product as form input, complete enough for every line. People and days are invented."""

from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from casetracker.case_input import CaseInput
from casetracker.management.demo.facts import clinical, day_record
from tests.cast import World

ZONE = ZoneInfo("America/New_York")
PATIENTS = {
    1: {
        "record_number": "MRN-1001",
        "name": "Alder, Ann",
        "birth_date": date(1963, 5, 4),
        "sex": "F",
    },
    2: {
        "record_number": "MRN-1002",
        "name": "Birch, Bob",
        "birth_date": date(1957, 1, 30),
        "sex": "M",
    },
    3: {
        "record_number": "MRN-1003",
        "name": "Cedar, Clara",
        "birth_date": date(1971, 9, 12),
        "sex": "F",
    },
    4: {
        "record_number": "MRN-1004",
        "name": "Dogwood, Dan",
        "birth_date": date(1949, 11, 2),
        "sex": "M",
    },
}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def story(number: int, world: World) -> tuple[dict[str, Any], CaseInput]:
    """The patient and the facts of a story case: 1 to 4."""
    patient = deepcopy(PATIENTS[number])
    build = {1: _one_metastasis, 2: _seven_on_cobalt, 3: _schwannoma, 4: _mixed}[number]
    return patient, build(world)


def lesion(label: str, **more: Any) -> dict[str, Any]:
    size = more.get("max_dimension_mm", Decimal(18))
    return {
        "label": label,
        "compartment": "cranial",
        "diagnosis": "metastasis",
        "region": "frontal",
        "side": "right",
        "icd10": "C79.31",
        "max_dimension_mm": Decimal("18"),
        "volume_cc": (Decimal("0.4") * size**3 / 1000).quantize(Decimal("0.01")),
        "optic_distance_mm": Decimal("40"),
        "within_brainstem": False,
        "cavity": False,
        "measured_on": date(2026, 2, 20),
        "measured_by": "Dr. Felix Frame",
        "image_reference": "MRI 2026-02-20 series 7",
        "dose_gy": Decimal("20"),
        "isodose_pct": Decimal("80"),
        "session_dose_gy": None,
        **more,
    }


def plan(lesions: list[int], **more: Any) -> dict[str, Any]:
    return {
        "label": "P1",
        "technique": "forward_3d",
        "fusion_approved_at": at(date(2026, 2, 24), 9),
        "goals_set_at": at(date(2026, 2, 23), 9),
        "optimized_at": at(date(2026, 2, 23), 15),
        "source_output_on": date(2026, 2, 1),
        "second_check_pct": Decimal("1.4"),
        "psqa_result": "passed",
        "psqa_device": "Array",
        "planned_on": date(2026, 2, 24),
        "approved_at": at(date(2026, 2, 25), 16),
        "isocenters": 1,
        "arcs": 4,
        "calculations": 4,
        "custom_devices": 1,
        "mlc_modulated": False,
        "active_motion_management": False,
        "lesions": lesions,
        **more,
    }


def images() -> list[dict[str, Any]]:
    """The planning MRI and CT, fused."""
    return [
        {
            "kind": kind,
            "series": series,
            "acquired_on": date(2026, 2, 20),
            "slice_mm": Decimal("1"),
            "for_planning": True,
            "fused": True,
            "reported": True,
        }
        for kind, series in (("mri", "T1 with contrast, 7"), ("ct", "Planning CT, 2"))
    ]


def organs() -> list[dict[str, Any]]:
    return [
        {"plan": 0, "name": "Chiasm", "limit_gy": Decimal(8), "planned_gy": Decimal("1.2"), "comment": ""}
    ]


def targets(lesions: list[int]) -> list[dict[str, Any]]:
    figures = {
        "margin_mm": Decimal(1),
        "coverage_pct": Decimal(99),
        "conformity": Decimal("1.2"),
        "gradient": Decimal("3.1"),
        "max_dose_gy": Decimal(25),
    }
    return [{"plan": 0, "lesion": place, **figures} for place in lesions]


def directive(world: World) -> dict[str, Any]:
    return {
        "version": 1,
        "total_gy": Decimal(20),
        "site": "Brain, seven metastases",
        "settings": "Shot list of plan P1",
        "signed_at": at(date(2026, 2, 26), 9),
        "signed_by": world.clinicians["onco"],
        "authorized_user": True,
    }


def planning_rows(lesions: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Everything the plan of these lesions rests on."""
    return {"images": images(), "organs": organs(), "targets": targets(lesions)}


def session(number: int, day: date, lesions: list[int], world: World, **more: Any) -> dict[str, Any]:
    people = [world.clinicians[key] for key in ("onco", "frame", "phil")]
    return {
        "number": number,
        "date": day,
        "status": "delivered",
        "started_at": at(day, 8),
        "beam_on_at": at(day, 8, 30),
        "ended_at": at(day, 9, 15),
        "percent_delivered": Decimal("100"),
        "anesthesia": "none",
        **day_record(at(day, 8, 10), at(day, 8, 20)),
        "in_room": True,
        "image_guidance": True,
        "plan": 0,
        "lesions": lesions,
        "doses": dict.fromkeys(lesions, Decimal("20")),
        "presences": [
            {"clinician": person, "arrived_at": at(day, 7, 55), "left_at": at(day, 9, 20)}
            for person in people
        ],
        **more,
    }


def team(world: World) -> list[dict[str, Any]]:
    roles = (
        ("onco", "radiation_oncologist"),
        ("frame", "neurosurgeon"),
        ("phil", "physicist"),
        ("dora", "dosimetrist"),
        ("theo", "therapist"),
    )
    return [
        {
            "clinician": world.clinicians[key],
            "role": role,
            "present_planning": True,
            "present_delivery": True,
        }
        for key, role in roles
    ]


def course(world: World, machine: str = "linac", **more: Any) -> dict[str, Any]:
    circumstances = dict.fromkeys(
        (
            "outside_coverage_policy",
            "trial",
            "resident_involved",
            "implanted_device",
            "could_be_pregnant",
            "contrast",
            "sedation",
            "prior_radiation",
            "prior_radiation_overlap",
            "prescription_changed",
            "visit_within_one_day",
            "addendum_used",
            "signature_missing",
            "record_requested",
        ),
        False,
    )
    return {
        "machine": world.machines[machine],
        "payer": world.payers["medicare"],
        "date_of_service": date(2026, 3, 2),
        "planned_sessions": 1,
        "fixation_type": "mask",
        "referred_on": date(2026, 2, 9),
        "consulted_on": date(2026, 2, 12),
        "decided_on": date(2026, 2, 16),
        "clinical_plan_on": date(2026, 2, 18),
        "simulated_on": date(2026, 2, 20),
        "localization_method": "cone_beam_six_axis",
        "localization_error_mm": Decimal("0.4"),
        "qa_cleared_at": at(date(2026, 2, 27), 15),
        "special_consult_order": False,
        "special_consult_report": False,
        "continuing_check": True,
        "continuing_check_on": date(2026, 3, 2),
        "eligibility_checked_on": date(2026, 2, 27),
        "policy_reference": "none found",
        **clinical(date(2026, 3, 2), date(2026, 3, 2)),
        "kps": 90,
        "performance_on": date(2026, 2, 12),
        "authorization_required": False,
        "images_fused": True,
        **circumstances,
        **more,
    }


def _one_metastasis(world: World) -> CaseInput:
    return CaseInput(
        case=course(world),
        lesions=[lesion("L1")],
        plans=[plan([0])],
        sessions=[session(1, date(2026, 3, 2), [0], world)],
        team=team(world),
        **planning_rows([0]),
    )


def _seven_on_cobalt(world: World) -> CaseInput:
    places = ("frontal", "parietal", "temporal", "occipital", "cerebellum", "insula", "frontal")
    lesions = [
        lesion(f"L{n}", region=place, max_dimension_mm=Decimal(8 + n)) for n, place in enumerate(places, 1)
    ]
    numbers = list(range(7))
    return CaseInput(
        case=course(
            world,
            "gamma",
            fixation_type="invasive_frame",
            fixation_placed_by="surgeon",
            localization_method="frame_fiducials",
        ),
        lesions=lesions,
        plans=[
            plan(numbers, technique="multisource", isocenters=9, arcs=9, calculations=7, custom_devices=0)
        ],
        sessions=[session(1, date(2026, 3, 2), numbers, world)],
        team=team(world),
        **planning_rows(numbers),
        directives=[directive(world)],
    )


def _schwannoma(world: World) -> CaseInput:
    days = [date(2026, 3, 2 + n) for n in range(5)]
    one = lesion(
        "L1",
        diagnosis="schwannoma",
        region="cerebellopontine_angle",
        side="left",
        icd10="D33.3",
        max_dimension_mm=Decimal("12"),
        dose_gy=Decimal("25"),
        session_dose_gy=Decimal("5"),
    )
    sessions = [session(n, day, [0], world, doses={0: Decimal("5")}) for n, day in enumerate(days, 1)]
    return CaseInput(
        case=course(world, planned_sessions=5, continuing_check_on=days[-1]),
        lesions=[one],
        plans=[plan([0], technique="inverse", mlc_modulated=True)],
        sessions=sessions,
        team=team(world),
        **planning_rows([0]),
    )


def _mixed(world: World) -> CaseInput:
    lesions = [
        lesion("L1", max_dimension_mm=Decimal("35"), region="frontal"),
        lesion("L2", max_dimension_mm=Decimal("37.5"), region="parietal"),
        lesion("L3", max_dimension_mm=Decimal("11"), region="occipital"),
    ]
    numbers = [0, 1, 2]
    return CaseInput(
        case=course(world),
        lesions=lesions,
        plans=[plan(numbers, technique="inverse", mlc_modulated=True, planned_on=date(2026, 2, 23))],
        sessions=[session(1, date(2026, 3, 2), numbers, world)],
        team=team(world),
        **planning_rows(numbers),
    )
