"""What stops a packet from being submitted or approved, in words. Pure: values in, values out.

Lines and items come in as small values (`LineView`, `ItemView`), read by `selectors/review.py` and
`services/queueing.py`. Nothing here knows the database, and nothing here changes a state.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from casetracker.choices import Answer, Condition, ItemReview, LineDecision, Severity

UNDECIDED = ""
LIVE_DECISIONS = (UNDECIDED, LineDecision.RELEASE)
JUDGED_CONDITIONS = (Condition.TRUE, Condition.UNKNOWN)


@dataclass(frozen=True)
class LineView:
    """A suggested or decided line. decision "" = suggested and nobody decided yet."""

    key: str
    code: str
    stream: str
    decision: str = UNDECIDED
    supported: bool = True
    unsupported_because: str = ""

    @property
    def live(self) -> bool:
        """On its way to billing, or still undecided: its documentation counts."""
        return self.decision in LIVE_DECISIONS


@dataclass(frozen=True)
class ItemView:
    """The parts of a checklist item that decide whether a packet may move."""

    id: int
    label: str
    subject: str
    codes: tuple[str, ...]
    streams: tuple[str, ...]
    severity: str
    condition: str
    answer: str
    review: str = ItemReview.NONE
    answered_by_system: bool = False
    challenged: bool = False
    key: str = ""

    @classmethod
    def of(cls, row: dict[str, Any]) -> "ItemView":
        """From a row of `ITEM_FIELDS` values."""
        return cls(**{**row, "codes": tuple(row["codes"]), "streams": tuple(row["streams"])})


ITEM_FIELDS = tuple(ItemView.__dataclass_fields__)


@dataclass(frozen=True)
class Stop:
    """One thing that stands in the way. `page`: codes, facts, checklist or review; `item`: its id, if it is one."""

    kind: str
    text: str
    page: str
    item: int | None = None


@dataclass(frozen=True)
class Standing:
    """Everything that decides about one packet. `lines` are those of the whole case, `stream` picks."""

    stream: str
    lines: Sequence[LineView]
    items: Sequence[ItemView]
    conflicts: Sequence[dict[str, Any]] = ()
    unconfirmed: Sequence[str] = field(default_factory=tuple)

    @property
    def own_lines(self) -> list[LineView]:
        return [line for line in self.lines if line.stream == self.stream]

    @property
    def released(self) -> list[LineView]:
        return [line for line in self.own_lines if line.decision == LineDecision.RELEASE]


def needs(item: ItemView, line: LineView) -> bool:
    """True if this line cannot be billed without this item."""
    if item.subject.startswith("line:"):
        return item.subject.removeprefix("line:") == line.key
    return line.code in item.codes and (not item.streams or line.stream in item.streams)


def is_open(item: ItemView) -> bool:
    """True while somebody still owes this item.

    A returned item is owed again. An item that cannot be met stays owed until its lines are declined or held.
    """
    if item.condition not in JUDGED_CONDITIONS:
        return False
    if item.review == ItemReview.RETURNED:
        return True
    return item.answer in (Answer.OPEN, Answer.CANNOT_BE_MET)


def items_for(items: Iterable[ItemView], lines: Iterable[LineView]) -> list[ItemView]:
    """The items in force that at least one of these lines needs."""
    wanted = list(lines)
    return [
        item
        for item in items
        if item.condition in JUDGED_CONDITIONS and any(needs(item, line) for line in wanted)
    ]


def open_required(standing: Standing) -> list[ItemView]:
    """Required items still owed by the lines of this stream that are released or undecided."""
    live = [line for line in standing.own_lines if line.live]
    wanted = items_for(standing.items, live)
    return [item for item in wanted if item.severity == Severity.REQUIRED and is_open(item)]


def open_blocks(standing: Standing) -> list[dict[str, Any]]:
    """Blocks that this stream would carry to billing: every line concerned is released, and nobody lifted them."""
    released = {line.code for line in standing.lines if line.decision == LineDecision.RELEASE}
    own = {line.code for line in standing.released}
    return [
        conflict
        for conflict in standing.conflicts
        if conflict["severity"] == "block"
        and not conflict.get("lifted")
        and set(conflict["codes"]) <= released
        and (not conflict["codes"] or own & set(conflict["codes"]))
    ]


def warnings(standing: Standing) -> list[dict[str, Any]]:
    """Warnings, questions and lifted blocks about released lines of this stream; the reviewer confirms each."""
    own = {line.code for line in standing.released}
    return [
        conflict
        for conflict in standing.conflicts
        if (conflict["severity"] in ("warn", "ask") or conflict.get("lifted"))
        and own & set(conflict["codes"])
    ]


def stops_submission(standing: Standing) -> list[Stop]:
    """What must be done before this packet can be submitted; empty when nothing stands in the way."""
    return [
        *_undecided(standing),
        *_unsupported(standing),
        *(Stop("conflict", _conflict_text(conflict), "codes") for conflict in open_blocks(standing)),
        *_unconfirmed(standing),
        *(
            Stop("item", f"{item.label}: {_owed(item)}.", "checklist", item.id)
            for item in open_required(standing)
        ),
        *_nothing_released(standing),
    ]


def stops_approval(standing: Standing) -> list[Stop]:
    """What the reviewer must still decide, on top of everything that would stop a submission."""
    unjudged = [
        Stop("unjudged", f"{item.label}: not accepted yet.", "review", item.id)
        for item in items_for(standing.items, standing.released)
        if not is_open(item) and not is_settled(item)
    ]
    return [*stops_submission(standing), *unjudged, *_returned_recommended(standing)]


def is_settled(item: ItemView) -> bool:
    """True if the reviewer has nothing left to decide: accepted, judged by the system, or not applicable.

    Recommended and quality items may be accepted, but approval does not wait for it.
    """
    if item.review == ItemReview.ACCEPTED or item.severity != Severity.REQUIRED:
        return True
    if item.answer == Answer.NOT_APPLICABLE:
        return True
    return item.answer == Answer.SATISFIED and item.answered_by_system and not item.challenged


def _undecided(standing: Standing) -> list[Stop]:
    return [
        Stop("undecided", f"{line.code} is suggested and nobody has decided it.", "codes")
        for line in standing.own_lines
        if line.decision == UNDECIDED
    ]


def _unsupported(standing: Standing) -> list[Stop]:
    return [
        Stop(
            "unsupported",
            f"{line.code} is released, but the facts no longer support it"
            f"{': ' + line.unsupported_because.rstrip('.') if line.unsupported_because else ''}. "
            "Change, hold or decline it.",
            "codes",
        )
        for line in standing.released
        if not line.supported
    ]


def _conflict_text(conflict: dict[str, Any]) -> str:
    way_out = conflict.get("way_out") or ""
    return f"{conflict['message']} {way_out}".strip()


def _unconfirmed(standing: Standing) -> list[Stop]:
    if not standing.unconfirmed:
        return []
    count = len(standing.unconfirmed)
    values = "1 value" if count == 1 else f"{count} values"
    return [Stop("unconfirmed", f"{values} from the template or machine must be confirmed.", "facts")]


def _owed(item: ItemView) -> str:
    if item.review == ItemReview.RETURNED:
        return "returned by the reviewer and not answered yet"
    if item.answer == Answer.CANNOT_BE_MET:
        return "cannot be met, so the lines that need it must be held or declined"
    if item.condition == Condition.UNKNOWN:
        return "open, and a fact is missing to tell whether it is needed"
    return "open"


def _nothing_released(standing: Standing) -> list[Stop]:
    if standing.released or any(line.decision == UNDECIDED for line in standing.own_lines):
        return []
    return [Stop("empty", "No line of this packet is released, so there is nothing to review.", "codes")]


def _returned_recommended(standing: Standing) -> list[Stop]:
    return [
        Stop(
            "returned",
            f"{item.label}: you returned it. Return the packet, or accept the item.",
            "review",
            item.id,
        )
        for item in items_for(standing.items, standing.released)
        if item.review == ItemReview.RETURNED and item.severity != Severity.REQUIRED
    ]
