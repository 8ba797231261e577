"""The facts of one case as frozen values. `None` always means "not recorded", never "no".

Sizes and distances are in millimetres, doses in Gy, volumes in cc. How documents are read lives in `document`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

Day = date  # a plan has a field of that name


@lru_cache(maxsize=4096)
def natural(name: str) -> tuple[object, ...]:
    """A sort key that puts L2 before L10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name))


@dataclass(frozen=True, slots=True)
class Payer:
    payer_class: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    sessions: int | None = None
    modality: str | None = None
    codes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Planning:
    """`simulated` False: there was no separate simulation; a recorded day counts more than that answer."""

    clinical_plan_on: date | None = None
    simulated: bool | None = None
    simulated_on: date | None = None
    localization_method: str | None = None
    localization_error_mm: Decimal | None = None

    @property
    def was_simulated(self) -> bool | None:
        return True if self.simulated_on else self.simulated


@dataclass(frozen=True, slots=True)
class Plan:
    """One treatment plan. `lesions` None means that the plan does not say which lesions it covers."""

    id: str | None = None
    lesions: tuple[str, ...] | None = None
    technique: str | None = None
    date: date | None = None
    approved_at: datetime | None = None
    isocenters: int | None = None
    arcs: int | None = None
    calculations: int | None = None
    custom_devices: int | None = None
    mlc_modulated: bool | None = None
    active_motion_management: bool | None = None
    approved_by: str | None = None
    fusion_approved_at: datetime | None = None
    fusion_approved_by: str | None = None
    goals_set_at: datetime | None = None
    optimized_at: datetime | None = None
    isodose_reviewed_at: datetime | None = None
    isodose_reviewed_by: str | None = None
    dvh_reviewed_at: datetime | None = None
    dvh_reviewed_by: str | None = None
    source_output_on: Day | None = None
    field_count: int | None = None
    compensator: bool | None = None
    comparison_reference: str | None = None
    second_check_pct: Decimal | None = None
    second_check_at: datetime | None = None
    second_check_by: str | None = None
    psqa_result: str | None = None
    psqa_device: str | None = None
    psqa_at: datetime | None = None
    chart_check_at: datetime | None = None
    chart_check_by: str | None = None
    transfer_check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImageSet:
    kind: str | None = None
    series: str | None = None
    acquired_on: date | None = None
    slice_mm: Decimal | None = None
    for_planning: bool | None = None
    fused: bool | None = None
    reported: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one lesion in one plan; `plan` None means the only plan."""

    plan: str | None = None
    lesion: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    margin_mm: Decimal | None = None
    coverage_pct: Decimal | None = None
    conformity: Decimal | None = None
    gradient: Decimal | None = None
    max_dose_gy: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Organ:
    """A critical structure of one plan; `plan` None means the only plan."""

    plan: str | None = None
    name: str | None = None
    limit_gy: Decimal | None = None
    planned_gy: Decimal | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Directive:
    """One version of the written directive."""

    version: int | None = None
    total_gy: Decimal | None = None
    site: str | None = None
    settings: str | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    authorized_user: bool | None = None


@dataclass(frozen=True, slots=True)
class Fixation:
    type: str | None = None
    placed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """One person at one session, from when to when."""

    person: str
    arrived_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One treatment encounter. `lesions` None means that the treated lesions were not recorded."""

    number: int
    id: str | None = None
    date: date | None = None
    status: str | None = None
    lesions: tuple[str, ...] | None = None
    plan: str | None = None
    machine: str | None = None
    presence_rule: str | None = None
    started_at: datetime | None = None
    beam_on_at: datetime | None = None
    ended_at: datetime | None = None
    percent_delivered: Decimal | None = None
    stop_reason: str | None = None
    anesthesia: str | None = None
    in_room: bool | None = None
    image_guidance: bool | None = None
    timeout_at: datetime | None = None
    operator: str | None = None
    coordinates_noted: bool | None = None
    collision_checked: bool | None = None
    image_kind: str | None = None
    shift_mm: Decimal | None = None
    rotation_deg: Decimal | None = None
    residual_mm: Decimal | None = None
    images_approved_at: datetime | None = None
    frame_check_mm: Decimal | None = None
    frame_off_at: datetime | None = None
    event_suspected: bool | None = None
    variance: bool | None = None
    incident_number: str | None = None
    doses_gy: tuple[tuple[str, Decimal], ...] = ()
    present: tuple[Presence, ...] = ()

    @property
    def name(self) -> str:
        """What subjects and keys call this session: its id, or its number."""
        return self.id or str(self.number)


@dataclass(frozen=True, slots=True)
class Lesion:
    id: str
    label: str | None = None
    compartment: str | None = None
    diagnosis: str | None = None
    region: str | None = None
    side: str | None = None
    max_dimension_mm: Decimal | None = None
    original_dimension_mm: Decimal | None = None
    volume_cc: Decimal | None = None
    optic_distance_mm: Decimal | None = None
    brainstem_distance_mm: Decimal | None = None
    within_brainstem: bool | None = None
    therapeutic_target: str | None = None
    spine_level: str | None = None
    dural_contact: bool | None = None
    neural_involvement: bool | None = None
    intradural: bool | None = None
    icd10: str | None = None
    cavity: bool | None = None
    target: str | None = None
    found_on: date | None = None
    measured_on: date | None = None
    measured_by: str | None = None
    image_reference: str | None = None
    stated_class: str | None = None
    surgeon: str | None = None
    dose_gy: Decimal | None = None
    isodose_pct: Decimal | None = None
    session_dose_gy: Decimal | None = None
    prescribed_sessions: int | None = None
    prescribed_at: datetime | None = None
    prescribed_by: str | None = None

    @property
    def shown_as(self) -> str:
        """The label people know the lesion by; its id when it has none."""
        return self.label or self.id

    @property
    def order(self) -> tuple[object, ...]:
        """A sort key by label and identifier that puts L2 before L10."""
        return (natural(self.shown_as), natural(self.id))


@dataclass(frozen=True, slots=True)
class Person:
    role: str
    id: str | None = None
    name: str | None = None
    specialty: str | None = None
    group: str | None = None
    documented_role: str | None = None
    present_planning: bool | None = None
    present_delivery: bool | None = None


@dataclass(frozen=True, slots=True)
class Physics:
    special_consult_order: bool | None = None
    special_consult_report: bool | None = None
    special_consult_on: date | None = None
    continuing_check: bool | None = None
    continuing_check_on: date | None = None
    final_check_at: datetime | None = None
    final_check_by: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A line of another course."""

    code: str
    date: date | None = None
    performer: str | None = None
    person: str | None = None
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherCourse:
    started_on: date | None = None
    ended_on: date | None = None
    surgeon: str | None = None
    group: str | None = None
    relation: str | None = None
    prescribed_separately: bool | None = None
    body_site: str | None = None
    dose_gy: Decimal | None = None
    fractions: int | None = None
    records_obtained: bool | None = None
    lines: tuple[EarlierLine, ...] = ()


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """A line that a person entered or accepted; checked like a suggested one."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    date: date | None = None
    performer: str | None = None
    person: str | None = None
    stream: str | None = None
    lesions: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    authorization_required: bool | None = None
    outside_coverage_policy: bool | None = None
    trial: bool | None = None
    resident_involved: bool | None = None
    implanted_device: bool | None = None
    could_be_pregnant: bool | None = None
    contrast: bool | None = None
    sedation: bool | None = None
    prior_radiation: bool | None = None
    prior_radiation_overlap: bool | None = None
    prescription_changed: bool | None = None
    images_fused: bool | None = None
    visit_within_one_day: bool | None = None
    addendum_used: bool | None = None
    signature_missing: bool | None = None
    record_requested: bool | None = None


@dataclass(frozen=True, slots=True)
class Clinical:
    """What the record says of the patient before and after treatment."""

    kps: int | None = None
    ecog: int | None = None
    performance_on: date | None = None
    performance_by: str | None = None
    extracranial_status: str | None = None
    systemic_therapy: str | None = None
    trial_number: str | None = None
    decided_on: date | None = None
    board_specialties: str | None = None
    device_model: str | None = None
    device_dose_gy: Decimal | None = None
    device_risk: str | None = None
    device_mri_checked: bool | None = None
    pregnancy_result: str | None = None
    pregnancy_on: date | None = None
    contrast_agent: str | None = None
    kidney_function_on: date | None = None
    follow_up_mri_on: date | None = None
    follow_up_reason: str | None = None
    summary_sent_on: date | None = None
    summary_sent_to: str | None = None
    eligibility_checked_on: date | None = None
    policy_reference: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the engine may know of one case. `people` None means that the team was not recorded."""

    date_of_service: date | None = None
    payer: Payer = field(default_factory=Payer)
    setting: str | None = None
    off_campus: bool | None = None
    authorization: Authorization | None = None
    modality: str | None = None
    device: str | None = None
    planning: Planning = field(default_factory=Planning)
    plans: tuple[Plan, ...] = ()
    fixation: Fixation = field(default_factory=Fixation)
    planned_sessions: int | None = None
    sessions: tuple[Session, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    people: tuple[Person, ...] | None = None
    physics: Physics = field(default_factory=Physics)
    other_courses: tuple[OtherCourse, ...] = ()
    entered_lines: tuple[EnteredLine, ...] = ()
    policy: tuple[tuple[str, str], ...] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)
    images: tuple[ImageSet, ...] = ()
    targets: tuple[Target, ...] = ()
    organs: tuple[Organ, ...] = ()
    directives: tuple[Directive, ...] = ()
    clinical: Clinical = field(default_factory=Clinical)
