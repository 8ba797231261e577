"""Coders' decisions about billing lines: accept, change, add, hold, decline. The engine never writes a line.

Every decision is evaluated together with all other lines before it stands: a `block` refuses a release, a `warn`
needs a reason. Which conflicts concern a line is worked out in `line_conflicts.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casetracker import permissions, workflow
from casetracker.choices import LineDecision, LineOrigin, PacketStatus, Role, Stream
from casetracker.differences import shown
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.free_reason import reason_in
from casetracker.lifts import with_lifts
from casetracker.line_conflicts import Live, blocks, warnings
from casetracker.line_support import entered_key, suggestion_of
from casetracker.models import BillingLine, Case, Evaluation, User
from casetracker.selectors.lifts import standing_lifts
from casetracker.services import evaluation
from casetracker.services.history import service, write_revision
from checklists.reader import current_book

RELEASE, HOLD, DECLINE = LineDecision.RELEASE, LineDecision.HOLD, LineDecision.DECLINE
TOLD = ("decision", "units", "modifiers", "date", "person", "reason", "hold_owner", "hold_until")
PERFORMERS: dict[str, str] = {
    Stream.SURGEON_PROFESSIONAL: "neurosurgeon",
    Stream.ONCOLOGY_PROFESSIONAL: "radiation_oncologist",
    Stream.FACILITY: "facility",
}


@service("lines.accepted")
def accept_lines(*, case: Case, by: User, keys: Iterable[str], reason: str = "") -> list[BillingLine]:
    """Release suggested lines as they are suggested now, and held or declined lines of a person as they stand.

    reason: needed when a warning concerns one of them. Raises NotAllowed, WrongState, and Refused for a key that
    is neither suggested nor decided, for a block, and for a warning without a reason. Lines already released as
    suggested are left alone.
    """
    table = _Table(case, by)
    lines = [line for key in dict.fromkeys(keys) if (line := _accepted(table, key, reason)) is not None]
    if not lines:
        raise Refused("Every one of these lines is accepted already. Reload the page.")
    return table.decide(lines, "lines.accepted", reason)


@service("line.changed")
def change_line(
    *,
    case: Case,
    by: User,
    key: str,
    units: int,
    modifiers: Sequence[str],
    date: date | None,
    reason: str,
    version: int | None = None,
) -> BillingLine:
    """Release a line with other units, modifiers or day than suggested. The reason is kept beside the suggestion.

    A line that is no longer suggested becomes the person's own line by this. version: of the line that the person
    saw, None when nobody had decided it.
    """
    table = _Table(case, by)
    line = table.line(key, version)
    suggestion = table.suggestions.get(key)
    line.units, line.modifiers, line.date = units, [m.strip().upper() for m in modifiers if m.strip()], date
    line.origin = LineOrigin.SUGGESTED if suggestion else LineOrigin.ADDED
    line.suggested = suggestion_of(suggestion) if suggestion else None
    values = {"units": line.units, "modifiers": line.modifiers, "date": shown(line.date)}
    line.differs = suggestion is not None and values != line.suggested
    if (line.differs or not suggestion) and not reason.strip():
        raise Refused("Say why the line differs from the suggestion.")
    _release(line, reason)
    return table.decide([line], "line.changed", reason)[0]


@service("line.added")
def add_line(
    *,
    case: Case,
    by: User,
    code: str,
    stream: str,
    units: int,
    modifiers: Sequence[str],
    date: date | None,
    performer: str = "",
    person: str = "",
    reason: str,
    hold_until: date | None = None,
) -> BillingLine:
    """Release a line that is not suggested, or hold it for compliance.

    performer: empty takes the usual one of the claim stream. person: NPI of somebody on the case, or empty.
    hold_until: the line is held for compliance until this day, so that a block against it can be seen and lifted.
    """
    table = _Table(case, by)
    code = code.strip().upper()
    if stream not in Stream.values:
        raise Refused("Choose the claim on which the line goes.")
    if not reason.strip():
        raise Refused("Say why this line is added although it is not suggested.")
    performer = performer or _performer(code, stream)
    person = person.strip() or table.usual_person(performer)
    if person and not case.team.filter(clinician__npi=person).exists():
        raise Refused(f"Nobody on this case has the NPI {person}. Add the person to the case first.")
    line = BillingLine(
        case=case,
        key=table.free_key(code, stream, person, date),
        code=code,
        label=_label(code),
        stream=stream,
        performer=performer,
        person=person,
        units=units,
        modifiers=[m.strip().upper() for m in modifiers if m.strip()],
        date=date,
        lesions=table.treated_lesions(),
        origin=LineOrigin.ADDED,
    )
    _release(line, reason)
    if hold_until is not None:
        line.decision, line.hold_owner, line.hold_until = HOLD, Role.COMPLIANCE, hold_until
    return table.decide([line], "line.added", reason)[0]


@service("line.held")
def hold_line(
    *,
    case: Case,
    by: User,
    key: str,
    reason: str,
    owner: str,
    until: date | None,
    version: int | None = None,
) -> BillingLine:
    """Keep a line back: it stays on the case, is named in the handoff, and may be released later.

    owner: role that has to act. A reviewer may hold a line of a packet in review.
    """
    table = _Table(case, by, reviewing=True)
    line = table.line(key, version)
    if not reason.strip() or not owner or until is None:
        raise Refused("A held line needs a reason, somebody who acts, and a day to look at it again.")
    line.decision, line.reason = HOLD, reason.strip()
    line.hold_owner, line.hold_until = owner, until
    return table.decide([line], "line.held", reason)[0]


@service("line.declined")
def decline_line(*, case: Case, by: User, key: str, reason: str, version: int | None = None) -> BillingLine:
    """Decide that a line is not billed. It stays readable with the reason."""
    table = _Table(case, by)
    line = table.line(key, version)
    line.decision, line.reason = DECLINE, reason_in(reason, "Say why this line is not billed.")
    line.hold_owner, line.hold_until = "", None
    return table.decide([line], "line.declined", reason)[0]


def _performer(code: str, stream: str) -> str:
    """Who usually renders the line: by claim, and on the claim of a freestanding centre by the code."""
    known = current_book().code(code)
    return PERFORMERS.get(stream) or (known.performer if known else "facility")


def _label(code: str) -> str:
    known = current_book().code(code)
    return known.label if known else ""


def _release(line: BillingLine, reason: str) -> None:
    line.decision, line.reason = RELEASE, reason.strip()
    line.hold_owner, line.hold_until = "", None


def _accepted(table: "_Table", key: str, reason: str) -> BillingLine | None:
    """The line as it will be released; None if it already is."""
    known, suggestion = table.decided.get(key), table.suggestions.get(key)
    own = known is not None and (known.differs or known.origin == LineOrigin.ADDED)
    if known is not None and known.decision == RELEASE and known.supported:
        return None
    line = table.line(key, None)
    if own and line.decision != RELEASE and line.supported:
        _release(line, reason or line.reason)
        return line
    if suggestion is None:
        raise Refused(f"{line.code} is no longer suggested. Change it with a reason, hold it or decline it.")
    _as_suggested(line, suggestion)
    _release(line, reason)
    return line


def _as_suggested(line: BillingLine, suggestion: dict[str, Any]) -> None:
    for name in ("code", "label", "stream", "performer", "units", "modifiers", "diagnoses"):
        setattr(line, name, suggestion[name])
    line.person = suggestion["person"] or ""
    line.date = date.fromisoformat(suggestion["date"]) if suggestion["date"] else None
    line.lesions, line.sessions = suggestion["lesions"], suggestion["sessions"]
    line.suggested, line.differs, line.origin = suggestion_of(suggestion), False, LineOrigin.SUGGESTED


class _Table:
    """The lines of one case while one decision is made: what is suggested, what is decided, who may decide."""

    def __init__(self, case: Case, by: User, *, reviewing: bool = False) -> None:
        self.case, self.by = case, by
        self.packets = {packet.stream: packet for packet in case.packets.all()}
        self.reviews = reviewing and permissions.can_review(by, case)
        if not self.reviews:
            permissions.check_decide_lines(by, case)
        stored = evaluation.current(case)
        self.result = stored.result if stored else evaluation.refresh(case, by)
        self.document = (stored or evaluation.current(case)).document  # type: ignore[union-attr]
        self.suggestions = {line["key"]: line for line in self.result["lines"]}
        self.decided = {line.key: line for line in case.lines.all()}
        self.before = {key: _told(line) for key, line in self.decided.items()}

    def line(self, key: str, version: int | None) -> BillingLine:
        """The decided line, or an unsaved one as suggested. Stale if somebody decided it meanwhile."""
        known = self.decided.get(key)
        if version is not None and (known is None or known.version != version):
            raise Stale("Somebody else decided this line meanwhile. Reload the page.")
        if known is not None:
            return known
        if key not in self.suggestions:
            raise Refused(
                "This line is not suggested any more. Reload the page to see the present suggestion."
            )
        line = BillingLine(case=self.case, key=key)
        _as_suggested(line, self.suggestions[key])
        return line

    def free_key(self, code: str, stream: str, person: str, day: date | None) -> str:
        """The key the engine gives such a line; `Refused` when the case has that line already."""
        key = entered_key(code, stream, person, day, self.document)
        if key in self.decided or key in self.suggestions:
            raise Refused(f"{code} is on this claim already. Change that line instead of adding another.")
        return key

    def usual_person(self, performer: str) -> str:
        """NPI of the person who fills this role on the case."""
        people = self.document.get("people", [])
        return next((p["id"] for p in people if p["role"] == performer and p.get("id")), "")

    def treated_lesions(self) -> list[str]:
        return [lesion["id"] for lesion in self.document.get("lesions", [])]

    def decide(self, lines: list[BillingLine], action: str, reason: str) -> list[BillingLine]:
        """Save the decisions, judge the whole case with them, and record what changed."""
        for line in lines:
            self._check_open(line.stream)
        self._save(lines)
        result = with_lifts(evaluation.refresh(self.case, self.by), standing_lifts(self.case))
        released = [line for line in lines if line.decision == RELEASE]
        self._check_conflicts(released, result, reason)
        evaluation.keep_copy(self.case, Evaluation.Occasion.DECISION)
        self._record(lines, action)
        return lines

    def _check_open(self, stream: str) -> None:
        packet = self.packets.get(stream)
        status = packet.status if packet else PacketStatus.COLLECTING
        if status in workflow.LOCKED:
            raise WrongState(
                f"The {Stream(stream).label.lower()} packet is {PacketStatus(status).label.lower()}. Release held "
                "lines as a supplement, or ask a supervisor to reopen it."
            )
        if (
            self.reviews
            and status != PacketStatus.IN_REVIEW
            and not permissions.can_decide_lines(self.by, self.case)
        ):
            raise NotAllowed(
                "A supervisor holds lines of a packet in review only. A coder decides this line."
            )

    def _save(self, lines: list[BillingLine]) -> None:
        now = timezone.now()
        new, known = [], []
        for line in lines:
            line.decided_by, line.decided_at = self.by, now
            line.supported, line.unsupported_because = True, ""
            _clean(line)
            (new if line.pk is None else known).append(line)
        for line in known:
            _claim(line)
        columns = [f.name for f in BillingLine._meta.fields if f.name not in ("id", "case", "key", "version")]
        BillingLine.objects.bulk_update(known, columns)
        BillingLine.objects.bulk_create(new)
        self.decided |= {line.key: line for line in lines}

    def _check_conflicts(self, released: list[BillingLine], result: dict[str, Any], reason: str) -> None:
        live = Live.of(self.decided.values(), self.suggestions)
        for line in released:
            for conflict in blocks(line, live, result):
                raise Refused(
                    f"{line.code} cannot be released. {conflict['message']} {conflict['way_out'] or ''}"
                )
            told = [conflict["message"] for conflict in warnings(line, live, result)]
            if told and not reason.strip():
                raise Refused(f"{line.code} needs a reason, because of a warning: {' '.join(told)}")

    def _record(self, lines: list[BillingLine], action: str) -> None:
        names = ", ".join(dict.fromkeys(line.code for line in lines))
        write_revision(
            case=self.case,
            by=self.by,
            action=action,
            summary=f"{names}: {LineDecision(lines[0].decision).label.lower()}",
            difference={
                f"line {line.code} {line.stream} {line.key}": [self.before.get(line.key), _told(line)]
                for line in lines
            },
        )


def _told(line: BillingLine) -> dict[str, Any]:
    return {name: shown(getattr(line, name)) for name in TOLD}


def _clean(line: BillingLine) -> None:
    """One statement fewer per line than a full clean: what needs the database is guarded by its constraints."""
    try:
        line.clean_fields(exclude=["case", "decided_by"])
    except ValidationError as problem:
        told = " ".join(f"{name}: {' '.join(said)}" for name, said in problem.message_dict.items())
        raise Refused(f"{line.code}: {told}") from None
    if not line.reason and (line.differs or line.origin == LineOrigin.ADDED or line.decision != RELEASE):
        raise Refused(f"{line.code}: say why the line differs from the suggestion.")


def _claim(line: BillingLine) -> None:
    moved = BillingLine.objects.filter(pk=line.pk, version=line.version).update(version=line.version + 1)
    if not moved:
        raise Stale("Somebody else decided this line meanwhile. Reload the page.")
    line.version += 1
