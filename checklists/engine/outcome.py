"""What conflicts do: suggested lines that hit a block give way, and every hit becomes one readable conflict.

How hits are found is in `edits`. Entered lines never disappear; a person decides about them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from checklists.engine.book import RuleBook
from checklists.engine.conditions import FAILS, Reason
from checklists.engine.derive import Derived
from checklists.engine.edits import find
from checklists.engine.hits import Hit
from checklists.engine.lines import Checked, checked_lines, suggested_lines
from checklists.engine.result import BLOCKED, Conflict, Line, NotSuggested, explain, filled

ORDER = {"block": 0, "warn": 1, "ask": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Edited:
    """`lines` are the suggested lines that stand; `checked` adds the entered ones."""

    lines: tuple[Line, ...]
    blocked: tuple[NotSuggested, ...]
    conflicts: tuple[Conflict, ...]
    checked: tuple[Checked, ...]


def edit(lines: tuple[Line, ...], unsupported: frozenset[str], derived: Derived, book: RuleBook) -> Edited:
    """Check all lines until no suggested line gives way any more.

    `unsupported` names the codes that the facts speak against: entered lines with them win over nothing.
    """
    standing = checked_lines(lines, unsupported, derived, book)
    seen: list[Hit] = []
    blocked: dict[str, NotSuggested] = {}
    if len(standing) < len(lines) + len(derived.case.entered_lines):
        # An entered line stands in for a suggestion, perhaps on another day: first the suggestions among themselves.
        _settle(suggested_lines(lines, derived), seen, blocked, derived, book, only_losses=True)
        standing = tuple(line for line in standing if not (line.suggested and line.key in blocked))
    standing = _settle(standing, seen, blocked, derived, book)
    kept = tuple(line for line in lines if line.key not in blocked)
    return Edited(kept, tuple(blocked.values()), _conflicts(seen, derived), standing)


def _settle(
    standing: tuple[Checked, ...],
    seen: list[Hit],
    blocked: dict[str, NotSuggested],
    derived: Derived,
    book: RuleBook,
    *,
    only_losses: bool = False,
) -> tuple[Checked, ...]:
    """The lines that stand when no suggestion gives way any more; notes hits in `seen`, losers in `blocked`."""
    while True:
        hits = find(standing, derived, book)
        losers = [hit for hit in hits if _removes(hit)]
        seen += losers if only_losses else hits
        if not losers:
            return standing
        for hit in losers:
            blocked.setdefault(hit.loser.key, _blocked(hit, book, derived))  # type: ignore[union-attr]
        gone = {hit.loser.key for hit in losers}  # type: ignore[union-attr]
        standing = tuple(line for line in standing if not (line.suggested and line.key in gone))


def _removes(hit: Hit) -> bool:
    """Whether a suggested line gives way. One physician in two roles gives way to any line of the other role."""
    if hit.severity != "block" or hit.loser is None or not hit.loser.suggested:
        return False
    return hit.winner is None or hit.winner.supported or hit.rule.within == "physician"


def _blocked(hit: Hit, book: RuleBook, derived: Derived) -> NotSuggested:
    loser = hit.loser
    assert loser is not None  # noqa: S101  only hits with a loser come here
    winner = hit.winner.code if hit.winner else None
    rules = hit.rules or hit.rule.rules
    found = f"{winner} stands" if winner else loser.code
    reason = Reason("line.code", f"no conflict {hit.rule.id}", found, FAILS, rules[0])
    because = f"Blocked by {winner}. {_message(hit, derived)}" if winner else _message(hit, derived)
    return NotSuggested(
        loser.code, BLOCKED, because, explain((reason,), book), (), stream=loser.stream, winner=winner
    )


def _message(hit: Hit, derived: Derived) -> str:
    if hit.text:
        return hit.text
    text = filled(hit.rule.message, derived.facts, _codes(hit))
    return f"{text} {hit.detail}".strip()


def _codes(hit: Hit) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.code for line in hit.lines))


def _conflicts(hits: list[Hit], derived: Derived) -> tuple[Conflict, ...]:
    """One conflict per rule, severity and set of codes; the lines of several sessions are put together."""
    found: dict[tuple[str, str, frozenset[str], str], Conflict] = {}
    for hit in hits:
        name = (hit.rule.id, hit.severity, frozenset(_codes(hit)), hit.text or hit.rule.message)
        keys = tuple(dict.fromkeys(line.key for line in hit.lines))
        known = found.get(name)
        if known:
            found[name] = replace(known, keys=tuple(dict.fromkeys((*known.keys, *keys))))
            continue
        found[name] = Conflict(
            id=hit.rule.id,
            severity=hit.severity,
            message=_message(hit, derived),
            codes=_codes(hit),
            rules=tuple(dict.fromkeys((*hit.rules, *hit.rule.rules))),
            way_out=hit.rule.way_out,
            keys=keys,
            source=hit.rule.source,
            confidence=hit.confidence or hit.rule.confidence,
        )
    return tuple(sorted(found.values(), key=lambda c: (ORDER[c.severity], c.id, c.codes)))
