"""Cases in every state, walked there through the real services by the people who would do it.

`case_at("approved", story=3)` gives the case; states before review speak of the whole case, later ones hold for
each of its packets. Stories are in `stories.py`, people in `cast.py`; the documents
are filed as those of the demonstration are.
"""

from collections.abc import Callable
from datetime import date

from casetracker.case_input import CaseInput
from casetracker.choices import Answer, Condition, ItemReview, ReturnReason
from casetracker.management.demo.documents import file_documents
from casetracker.models import Case, Packet, Query
from casetracker.selectors.review import to_confirm
from casetracker.services import coding, handoff, queries, review
from casetracker.services.cases import open_case, save_facts
from tests.cast import PASSWORD, World, build_world
from tests.stories import story

STATES = (
    "drafted",
    "suggested",
    "coded",
    "documented",
    "ready",
    "in_review",
    "returned",
    "approved",
    "handed_off",
    "closed",
)
ACCEPTED = "Looked at together with the plan."
PAPER_UNTIL = date(2026, 12, 31)


def case_at(state: str, story: int = 1, world: World | None = None) -> Case:
    """A case of a story, walked to `state` and read afresh.

    drafted: opened with the least that can be known. suggested: all facts. coded: every line accepted.
    documented: every item proved. ready, in_review, returned, approved, handed_off, closed: each packet.
    """
    if state not in STATES:
        raise ValueError(f"{state} is none of {', '.join(STATES)}")
    world = world or build_world()
    case = draft(story, world)
    for step in STATES[1 : STATES.index(state) + 1]:
        if step == "returned" and state != "returned":
            continue
        _STEPS[step](case, story, world)
    return Case.objects.select_related("department", "patient", "machine", "payer").get(pk=case.pk)


def query_to_clinician(case: Case, world: World) -> Query:
    """Petra asks the radiation oncologist one question about the case."""
    return queries.ask(
        case=case,
        by=world.people["petra"],
        clinician=world.clinicians["onco"],
        facts="A note.",
        question="What is the distance?",
    )


def draft(number: int, world: World) -> Case:
    patient, facts = story(number, world)
    least = CaseInput(
        case={"machine": facts.case["machine"], "date_of_service": facts.case["date_of_service"]}
    )
    return open_case(by=world.people["petra"], department=world.north, patient=patient, data=least)


def _suggested(case: Case, number: int, world: World) -> None:
    _, facts = story(number, world)
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)


def _coded(case: Case, number: int, world: World) -> None:
    keys = [line["key"] for line in case.evaluations.get(occasion="current").result["lines"]]
    coding.accept_lines(case=case, by=world.people["cora"], keys=keys, reason=ACCEPTED)


def _documented(case: Case, number: int, world: World) -> None:
    file_documents(case=case, by=world.people["petra"], today=PAPER_UNTIL)


def _each(act: Callable[[Packet, World], None]) -> Callable[[Case, int, World], None]:
    def step(case: Case, number: int, world: World) -> None:
        for packet in case.packets.order_by("stream"):
            case.refresh_from_db()
            packet.case = case
            act(packet, world)
        case.refresh_from_db()

    return step


def _submit(packet: Packet, world: World) -> None:
    review.submit(packet=packet, by=world.people["cora"])


def _take(packet: Packet, world: World) -> None:
    review.take(packet=packet, by=world.people["sam"])


def _return(packet: Packet, world: World) -> None:
    review.return_packet(
        packet=packet, by=world.people["sam"], reason=ReturnReason.OTHER, text="Say who measured."
    )


def _approve(packet: Packet, world: World) -> None:
    """Sam accepts what is left to judge in this packet, confirms lines and warnings, and approves."""
    items = packet.case.items.filter(
        condition__in=(Condition.TRUE, Condition.UNKNOWN), answer=Answer.SATISFIED, review=ItemReview.NONE
    )
    seen = {item.pk: item.version for item in items if not item.streams or packet.stream in item.streams}
    if seen:
        review.accept_items(packet=packet, by=world.people["sam"], seen=seen)
    lines, warned = to_confirm(packet)
    review.approve(
        packet=packet,
        by=world.people["sam"],
        case_version=packet.case.version,
        lines=lines,
        warnings=warned,
        password=PASSWORD,
    )


def _hand_off(case: Case, number: int, world: World) -> None:
    """Drawing the files moves every approved packet on."""
    handoff.draw_pending()
    case.refresh_from_db()


def _close(packet: Packet, world: World) -> None:
    last = packet.handoffs.order_by("-version").first()
    handoff.confirm_receipt(handoff=last, by=world.people["bea"], row_version=last.row_version)


_STEPS: dict[str, Callable[[Case, int, World], None]] = {
    "suggested": _suggested,
    "coded": _coded,
    "documented": _documented,
    "ready": _each(_submit),
    "in_review": _each(_take),
    "returned": _each(_return),
    "approved": _each(_approve),
    "handed_off": _hand_off,
    "closed": _each(_close),
}
