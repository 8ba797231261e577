"""A course, an item and a signed paper for tests of evidence, and how a test asks for the judgement."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from checklists.engine.evidence import EvidenceDocument, Moments, judge


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


BEAM = at(3, 2, 13, 55)
MOMENTS = Moments(
    first_beam_on=BEAM,
    beam_on={"session:1": BEAM},
    simulation_on=date(2026, 2, 20),
    plan_approved_at={"plan:1": at(2, 27, 16, 0)},
    last_session_on=date(2026, 3, 2),
    planned_sessions=1,
    frame_on=at(3, 2, 7, 0),
    consult_on=date(2026, 2, 10),
    first_service_on=date(2026, 2, 20),
    line_days=frozenset({date(2026, 2, 24)}),
)


@dataclass(frozen=True)
class Asked:
    """A documentation item with only what the judgement reads."""

    label: str = "Final plan approval"
    role: str = "radiation_oncologist"
    signer: str = "radiation_oncologist"
    cosigner: str | None = None
    author_is_line_performer: bool = False
    reviews: tuple[str, ...] = ()
    timing: tuple[str, ...] = ("before_beam",)
    cure: str = "before_beam"


APPROVAL = Asked()
NOTE = Asked("Treatment note", timing=("same_day_as_session",), cure="attestation")
SIGNED = EvidenceDocument(
    "plan_approval",
    "Plan approval",
    author="Dr Ray",
    author_role="radiation_oncologist",
    author_id="9000000001",
    service_date=date(2026, 3, 2),
    signed_at=at(3, 2, 13, 10),
)


def verdicts(
    item: Asked, document: EvidenceDocument, moments: Moments = MOMENTS, **more: object
) -> dict[str, str]:
    return {result.check: result.verdict for result in judge(item, [document], moments, **more)}


def said(item: Asked, document: EvidenceDocument, check: str, moments: Moments = MOMENTS) -> str:
    return next(one.message for one in judge(item, [document], moments) if one.check == check)
