"""Turns one row of `fixtures/demo/cases.yaml` into the form input a person would have typed."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from casetracker.case_input import CaseInput
from casetracker.management.demo import planning
from casetracker.management.demo.clock import at
from casetracker.management.demo.people import World
from casetracker.models import CaseTemplate

NO_CIRCUMSTANCES = (
    "authorization_required",
    "outside_coverage_policy",
    "trial",
    "resident_involved",
    "implanted_device",
    "could_be_pregnant",
    "sedation",
    "prior_radiation",
    "prior_radiation_overlap",
    "prescription_changed",
    "visit_within_one_day",
    "addendum_used",
    "signature_missing",
)
YES_CIRCUMSTANCES = ("contrast", "images_fused")
COURSE = ("in_consultation", "decided", "authorization_verified", "simulated", "planned", "qa_cleared")
Spec = dict[str, Any]


def first_day(spec: Spec, today: date) -> date:
    """The first treatment day: `ago` days before today, moved to a working day on the same side of today."""
    day = today - timedelta(days=spec["ago"])
    weekend = max(0, day.weekday() - 4)
    return day + timedelta(days=(3 - weekend) % 3) if spec["ago"] < 0 else day - timedelta(days=weekend)


def reached(spec: Spec, step: str) -> bool:
    """Whether this step before treatment is recorded: all of them up to the plan where the row says nothing."""
    return COURSE.index(step) <= COURSE.index(spec.get("reached", "planned"))


def progress(spec: Spec, today: date) -> dict[str, date]:
    """Referral, consultation and decision, as far as the case has come."""
    first = first_day(spec, today)
    dates = {"referred_on": first - timedelta(days=30), "consulted_on": first - timedelta(days=21)}
    return {**dates, "decided_on": first - timedelta(days=18)} if reached(spec, "decided") else dates


def session_days(spec: Spec, template: CaseTemplate, today: date) -> list[date]:
    """One working day after the other for the planned sessions."""
    days, day = [first_day(spec, today)], first_day(spec, today)
    while len(days) < (template.planned_sessions or 1):
        day += timedelta(days=1)
        if day.weekday() < 5:
            days.append(day)
    return days


def draft_input(spec: Spec, template: CaseTemplate, today: date) -> CaseInput:
    """The least: machine and day, and lesions as far as they are known."""
    return CaseInput(
        case={"machine": template.machine, "date_of_service": first_day(spec, today)},
        lesions=[_lesion(n, row, spec) for n, row in enumerate(spec["lesions"], start=1)],
    )


def full_input(spec: Spec, template: CaseTemplate, world: World, today: date) -> CaseInput:
    """Everything that gives a complete suggestion; sessions in the past are delivered, others planned."""
    days = session_days(spec, template, today)
    draft = draft_input(spec, template, today)
    return CaseInput(
        case={**draft.case, **_case(spec, template, world, days, today)},
        lesions=planning.prescribed(draft.lesions or [], template),
        plans=[_plan(spec, template, _approved_on(days[0], today))],
        sessions=[_session(n, day, spec, template, today) for n, day in enumerate(days, start=1)],
        team=_team(spec, template, world, delivered=days[0] <= today),
        **_planning_rows(draft.lesions or [], spec, template, world, days[0], today),
    )


def _planning_rows(
    lesions: list[dict[str, Any]], spec: Spec, template: CaseTemplate, world: World, first: date, today: date
) -> dict[str, Any]:
    """What the plan rests on, once it is made."""
    if not reached(spec, "planned"):
        return {}
    by_id = {clinician.pk: clinician for clinician in world.clinicians.values()}
    signer = next((one["clinician"] for one in template.team if one["role"] == "radiation_oncologist"), 0)
    return planning.rows(lesions, template, first, _approved_on(first, today), by_id.get(signer))


def _lesion(number: int, row: list[Any], spec: Spec) -> dict[str, Any]:
    diagnosis, region, side, size, optic, brainstem, dose, icd10, *target = row
    return {
        "uuid": None,
        "label": f"L{number}",
        "compartment": "cranial",
        "diagnosis": diagnosis,
        "region": region,
        "side": side,
        "max_dimension_mm": _decimal(size),
        "optic_distance_mm": _decimal(optic),
        "within_brainstem": brainstem,
        "dose_gy": _decimal(dose),
        "isodose_pct": Decimal(80) if dose else None,
        "icd10": icd10 or "",
        "therapeutic_target": target[0] if target else "",
        "cavity": bool(spec.get("cavity")),
        "image_reference": "MRI planning series 5" if size else "",
        "measured_by": "Duarte, Ines" if size else "",
        "found_on": None,
    }


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _approved_on(first: date, today: date) -> date:
    """The day of the plan approval: never in the future."""
    return min(first - timedelta(days=3), today - timedelta(days=2))


def _case(spec: Spec, template: CaseTemplate, world: World, days: list[date], today: date) -> dict[str, Any]:
    first, department = days[0], template.department
    payer = world.payers[spec["payer"], department.name]
    values: dict[str, Any] = {
        "payer": payer,
        "member_number": f"DEMO-{spec['patient'][0]}",
        "account_number": f"A{spec['patient'][0][-4:]}",
        "eligibility_checked_on": min(first, today) - timedelta(days=2),
        "policy_reference": "Local coverage policy (demo)",
        "policy_version": "2026",
        "filing_deadline": days[-1] + timedelta(days=payer.filing_days or 365),
        **progress(spec, today),
        **clinical(first, days[-1]),
    }
    values.update(dict.fromkeys(NO_CIRCUMSTANCES, False))
    values.update(dict.fromkeys(YES_CIRCUMSTANCES, True))
    values["authorization_required"] = False if reached(spec, "authorization_verified") else None
    if reached(spec, "simulated"):
        values["clinical_plan_on"], values["simulated_on"] = (first - timedelta(days=n) for n in (12, 8))
        values["localization_error_mm"] = Decimal("0.4")
    if reached(spec, "qa_cleared"):
        cleared = _approved_on(first, today) + timedelta(days=1)
        values["qa_cleared_at"] = at(cleared, "11:20", department)
    if days[-1] <= today:
        values |= {"continuing_check": True, "continuing_check_on": days[-1]}
    if "setting" in spec:
        values["setting"] = spec["setting"]
    return values


def clinical(first: date, last: date) -> dict[str, Any]:
    """What the record says of the patient: scored at the consultation, MRI planned eight weeks after treatment."""
    return {
        "kps": 80,
        "performance_on": first - timedelta(days=21),
        "performance_by": "Duarte, Ines",
        "extracranial_status": "controlled",
        "systemic_therapy": "held",
        "systemic_drugs": "Osimertinib, held for three days",
        "board_specialties": "Radiation oncology, neurosurgery, neuroradiology",
        "contrast_agent": "Gadobutrol 7.5 ml",
        "kidney_function_on": first - timedelta(days=10),
        "follow_up_mri_on": last + timedelta(weeks=8),
        "summary_sent_on": None,
        "summary_sent_to": "",
    }


def _plan(spec: Spec, template: CaseTemplate, approved: date) -> dict[str, Any]:
    arcs, planned = max(3, len(spec["lesions"])), reached(spec, "planned")
    return {
        "uuid": None,
        "label": "P1",
        "technique": template.technique,
        "mlc_modulated": template.mlc_modulated,
        "custom_devices": template.custom_devices,
        "planned_on": approved - timedelta(days=1) if planned else None,
        "approved_at": at(approved, "16:10", template.department) if planned else None,
        "isocenters": 1,
        "arcs": arcs,
        "calculations": arcs if template.technique != "multisource" else len(spec["lesions"]),
        "active_motion_management": False,
        **(planning.plan_records(template, approved) if planned else {}),
        "lesions": list(range(len(spec["lesions"]))),
    }


def _session(number: int, day: date, spec: Spec, template: CaseTemplate, today: date) -> dict[str, Any]:
    given = day <= today and number <= spec.get("given", 60)
    stopped = bool(spec.get("stopped")) and number == spec["given"] + 1
    treated = list(range(len(spec["lesions"])))
    row: dict[str, Any] = {
        "uuid": None,
        "number": number,
        "date": day,
        "machine": template.machine,
        "plan": 0,
        "lesions": treated,
        "status": "delivered" if given else "planned",
        "doses": {},
        "presences": [],
    }
    if stopped:
        row |= {
            "status": "stopped_without_dose",
            "stop_reason": "patient_safety",
            "in_room": True,
            "lesions": [],
        }
    if given:
        row |= _given(spec, template, day)
    return row


def day_record(timeout: datetime, approved: datetime) -> dict[str, Any]:
    """What a session leaves behind beside its times: position, images, frame and screens."""
    return {
        "timeout_at": timeout,
        "operator": "Okafor, Uche",
        "coordinates_noted": True,
        "collision_checked": True,
        "image_kind": "cone_beam",
        "shift_mm": Decimal("1.2"),
        "rotation_deg": Decimal("0.4"),
        "residual_mm": Decimal("0.3"),
        "images_approved_at": approved,
        "frame_check_mm": Decimal("0.2"),
        "event_suspected": False,
        "variance": False,
    }


def _given(spec: Spec, template: CaseTemplate, day: date) -> dict[str, Any]:
    department, total = template.department, template.planned_sessions or 1
    doses = {n: Decimal(str(row[6])) / total for n, row in enumerate(spec["lesions"]) if row[6]}
    return {
        "started_at": at(day, "10:05", department),
        "beam_on_at": at(day, "10:30", department),
        "ended_at": at(day, "11:00", department),
        "percent_delivered": Decimal(100),
        "image_guidance": True,
        "in_room": True,
        "anesthesia": "none",
        **day_record(at(day, "10:10", department), at(day, "10:20", department)),
        "doses": {n: dose.quantize(Decimal("0.01")) for n, dose in doses.items()},
        "presences": [
            {
                "clinician": entry,
                "arrived_at": at(day, "10:00", department),
                "left_at": at(day, "11:05", department),
            }
            for entry in spec["present"]
        ],
    }


def _team(spec: Spec, template: CaseTemplate, world: World, delivered: bool) -> list[dict[str, Any]]:
    by_id = {clinician.pk: clinician for clinician in world.clinicians.values()}
    rows = []
    for entry in template.team:
        if entry["role"] == "neurosurgeon" and spec.get("no_surgeon"):
            continue
        physician = entry["role"] in ("radiation_oncologist", "neurosurgeon")
        rows.append(
            {
                "clinician": by_id[entry["clinician"]],
                "role": entry["role"],
                "documented_role": "",
                "present_planning": True if physician else None,
                "present_delivery": True if physician and delivered else None,
            }
        )
    return rows
