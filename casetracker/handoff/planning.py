"""Collecting what a plan rests on: images, prescription, targets, reviews and checks, the written directive.

Only what a claim or a request for the record asks for; no index, no shift, no name of a structure or a series.
"""

from collections.abc import Iterator
from functools import partial

from casetracker.choices import Modality, QualificationKind, Stream, Technique
from casetracker.facility import Held, covers
from casetracker.models import Clinician, Directive, Lesion, OrganAtRisk, Plan, Target

from . import words
from .course_rows import DirectiveRow, Fact, PlanRow
from .records import Records

MEASURED_ON = (Modality.LINAC, Modality.ROBOTIC_LINAC, Modality.GYROSCOPIC_LINAC)


def signed(records: Records, at: object, by: Clinician | None) -> str:
    """`2026-03-02 13:55 EST, Dr. Olga Onco`: what is known of a signature."""
    return words.listed((words.moment(at, records.zone), by.name if by else ""))  # type: ignore[arg-type]


def images(records: Records) -> str:
    """The series that the plan rests on, as kind and day."""
    rows = (row for row in records.images if row.for_planning is not False)
    return words.listed(
        dict.fromkeys(
            words.listed((words.chosen(row, "kind"), words.day(row.acquired_on)), " ") for row in rows
        )
    )


def localization(records: Records) -> str:
    """`Head-frame fiducials, registration error 0.4 mm`, as far as recorded."""
    error = words.number(records.case.localization_error_mm)
    told = (
        words.chosen(records.case, "localization_method"),
        f"registration error {error} mm" if error else "",
    )
    return words.listed(told) or records.on_paper("stereotactic-localization")


def schedule(lesion: Lesion) -> str:
    """`3 x 9 Gy`; empty unless sessions and dose of a session are both recorded."""
    if not lesion.prescribed_sessions or lesion.session_dose_gy is None:
        return ""
    return f"{lesion.prescribed_sessions} x {words.number(lesion.session_dose_gy)} Gy"


def target_approved(records: Records, lesion: Lesion) -> str:
    """When and by whom the outline of this lesion was approved, for each plan that has one."""
    rows = (row for row in records.targets if row.lesion_id == lesion.pk)
    told = dict.fromkeys(signed(records, row.approved_at, row.approved_by) for row in rows)
    return words.listed(told, "; ") or records.on_paper("target-delineation")


def prescription_signed(records: Records, lesion: Lesion) -> str:
    found = signed(records, lesion.prescribed_at, lesion.prescribed_by)
    return found or records.on_paper("prescription-signed")


def plans(records: Records) -> tuple[PlanRow, ...]:
    return tuple(_plan(records, plan, number) for number, plan in enumerate(records.plans, start=1))


def _plan(records: Records, plan: Plan, number: int) -> PlanRow:
    return PlanRow(
        name=plan.label or str(number),
        technique=words.chosen(plan, "technique"),
        lesions=words.listed(lesion.label for lesion in records.lesions_of(plan)),
        facts=(*_reviews(records, plan), *_by_machine(records, plan), *_checks(records, plan)),
    )


def _reviews(records: Records, plan: Plan) -> Iterator[Fact]:
    """What the physician did with the plan, in the order of the work."""
    told = partial(_told, records)
    fusion = signed(records, plan.fusion_approved_at, plan.fusion_approved_by)
    isodoses = signed(records, plan.isodose_reviewed_at, plan.isodose_reviewed_by)
    curves = signed(records, plan.dvh_reviewed_at, plan.dvh_reviewed_by)
    approved = signed(records, plan.approved_at, plan.approved_by)
    if records.case.images_fused is not False:
        yield told("Image fusion approved", fusion, "image-fusion-approval")
    if plan.technique == Technique.INVERSE:
        yield told("Goals set", words.moment(plan.goals_set_at, records.zone), "inverse-plan-goals")
        yield Fact("Optimized", words.moment(plan.optimized_at, records.zone))
    yield told("Isodose lines reviewed", isodoses, "isodose-review-signed")
    yield told("Dose-volume curves reviewed", curves, "dvh-review-signed")
    yield Fact("Critical structures", _limits([row for row in records.organs if _of(records, row, plan)]))
    yield told("Plan approved", approved, "plan-approval-radiation-oncologist")


def _told(records: Records, label: str, value: str, *keys: str) -> Fact:
    """The recorded value, or that a document of one of these items tells it."""
    return Fact(label, value or records.on_paper(*keys))


def _of(records: Records, row: Target | OrganAtRisk, plan: Plan) -> bool:
    """A row that names no plan belongs to the only one of its case."""
    return row.plan_id == plan.pk or (row.plan_id is None and len(records.plans) == 1)


def _limits(rows: list[OrganAtRisk]) -> str:
    """How many have a limit, and how many pass it."""
    known = [row for row in rows if row.limit_gy is not None and row.planned_gy is not None]
    above = [row for row in known if row.planned_gy > row.limit_gy]  # type: ignore[operator]
    told = (
        f"{len(known) - len(above)} within the dose limit" if known else "",
        f"{len(above)} above it, {'each' if all(row.comment for row in above) else 'not each'} with a reason"
        if above
        else "",
        f"{len(rows) - len(known)} without limit or planned dose" if len(rows) > len(known) else "",
    )
    return words.listed(told)


def _by_machine(records: Records, plan: Plan) -> Iterator[Fact]:
    if records.case.modality == Modality.PROTON:
        yield _told(records, "Proton fields", _fields(plan), "proton-level-support")
        compared = "yes" if plan.comparison_reference else ""
        yield _told(records, "Compared with a photon plan", compared, "proton-rationale")


def _fields(plan: Plan) -> str:
    known = {True: "with compensation", False: "without compensation"}
    return words.listed((words.number(plan.field_count), known.get(plan.compensator)))  # type: ignore[arg-type]


def _checks(records: Records, plan: Plan) -> Iterator[Fact]:
    """The physicist's part; a surgeon's claim rests on none of it."""
    if records.packet.stream == Stream.SURGEON_PROFESSIONAL:
        return
    told = partial(_told, records)
    chart = signed(records, plan.chart_check_at, plan.chart_check_by)
    console = words.moment(plan.transfer_check_at, records.zone)
    yield told("Independent dose check", _second_check(records, plan), "independent-dose-check")
    if plan.technique == Technique.INVERSE and records.case.modality in MEASURED_ON:
        yield told("Plan measured", _measured(records, plan), "patient-specific-qa")
    yield told("Physics plan and chart check", chart, "physics-initial-chart-check")
    yield told("Console compared with the plan", console, "plan-transfer-check")


def _measured(records: Records, plan: Plan) -> str:
    at = f"signed {words.moment(plan.psqa_at, records.zone)}" if plan.psqa_at else ""
    return words.listed((words.chosen(plan, "psqa_result").lower(), at))


def _second_check(records: Records, plan: Plan) -> str:
    percent = words.number(plan.second_check_pct)
    found = (
        f"largest difference {percent} %" if percent else "",
        signed(records, plan.second_check_at, plan.second_check_by),
    )
    return words.listed(found, "; ")


def directives(records: Records) -> tuple[DirectiveRow, ...]:
    """Every version of the written directive, the first one first."""
    rows = sorted(records.directives, key=lambda row: (row.version or 0, row.pk))
    return tuple(
        DirectiveRow(
            version=words.number(row.version),
            total_gy=words.number(row.total_gy),
            signed_at=words.moment(row.signed_at, records.zone),
            signed_by=row.signed_by.name if row.signed_by else "",
            authorized=_authorized(records, row),
        )
        for row in rows
    )


def _authorized(records: Records, row: Directive) -> str:
    """By the license listing on the day of signature; as typed where the file lists the signer at no time."""
    listings = row.signed_by.qualifications.all() if row.signed_by else ()
    held = [
        Held(one.kind, one.valid_from, one.valid_to)
        for one in listings
        if one.kind == QualificationKind.AUTHORIZED_USER and one.removed_at is None
    ]
    if not held or row.signed_at is None:
        return words.yes_no(row.authorized_user)
    day = row.signed_at.astimezone(records.zone).date()
    return (
        "yes, by the license listing" if any(covers(one, day) for one in held) else "no listing on that day"
    )
