"""The documentation each line needs, per subject, with its condition judged true, false or unknown.

Judged on case facts only. Whether a document proves an item is judged in `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from checklists.engine.book import Item, RuleBook
from checklists.engine.conditions import ALWAYS, FAILS, HOLDS, Outcome
from checklists.engine.derive import Derived
from checklists.engine.facts import Value, View
from checklists.engine.lines import Checked, line_facts
from checklists.engine.result import Needed, explain

CONDITION: Final = {HOLDS: "true", FAILS: "false"}
CASE: Final = "case"


def require(lines: tuple[Checked, ...], derived: Derived, book: RuleBook) -> tuple[Needed, ...]:
    """Every needed item for every subject it is about, in book order; nothing when there is no line."""
    wanted: dict[str, list[Checked]] = {}
    for line in lines:
        for key in book.documents(line.code, line.date):
            wanted.setdefault(key, []).append(line)
    subjects = {scope: _subjects(scope, derived) for scope in ("case", "lesion", "session", "plan")}
    found: list[Needed] = []
    for item in book.items.values():
        if item.key not in wanted:
            continue
        for codes, subject, facts in _about(item, wanted[item.key], subjects, derived, book):
            found.append(_needed(item, codes, subject, facts, book))
    return tuple(found)


Subject = tuple[str, Mapping[str, Value]]


def _about(
    item: Item, lines: list[Checked], subjects: Mapping[str, list[Subject]], derived: Derived, book: RuleBook
) -> Iterable[tuple[tuple[str, ...], str, Mapping[str, Value]]]:
    """The codes, subject and facts of each entry of an item."""
    codes = tuple(dict.fromkeys(line.code for line in lines))
    if item.scope == "unit":
        for code in codes:
            own = [line for line in lines if line.code == code]
            view = View(line_facts(own[0], book, derived), derived.facts)
            for number in range(1, _units(own) + 1):
                yield (code,), f"unit:{code}:{number}", view
    elif item.scope == "line":
        for line in lines:
            view = View(line_facts(line, book, derived), derived.facts)
            yield (line.code,), f"line:{line.key}", view
    else:
        for subject, facts in subjects[item.scope]:
            yield codes, subject, facts


def _units(lines: list[Checked]) -> int:
    """Units of a code counted once: physician's and facility's lines share the same evidence."""
    per_claim: dict[tuple[str, str | None], int] = {}
    for line in lines:
        key = (line.stream, line.person)
        per_claim[key] = per_claim.get(key, 0) + line.units
    return max(per_claim.values())


def _subjects(scope: str, derived: Derived) -> list[Subject]:
    if scope == "lesion":
        return [(f"lesion:{entry.lesion.id}", {**derived.facts, **entry.facts}) for entry in derived.classed]
    if scope == "session":
        counted = (session for day in derived.course.days for session in day.sessions)
        return [(f"session:{session.name}", derived.facts) for session in counted]
    if scope == "plan":
        names = [plan.id or str(place) for place, plan in enumerate(derived.case.plans, 1)] or ["1"]
        return [(f"plan:{name}", derived.facts) for name in names]
    return [(CASE, derived.facts)]


def _needed(
    item: Item, codes: tuple[str, ...], subject: str, facts: Mapping[str, Value], book: RuleBook
) -> Needed:
    outcome = item.when.test(facts)
    verified = item.verify.test(facts) if outcome.verdict == HOLDS and item.verify.nodes else ALWAYS
    key = (item.key, codes, subject, outcome, verified)
    found: Needed = book.memory.get(key) or book.remembered(key, partial(_entry, item, *key[1:], book))
    return found


def _entry(
    item: Item, codes: tuple[str, ...], subject: str, outcome: Outcome, verified: Outcome, book: RuleBook
) -> Needed:
    return Needed(
        key=item.key,
        label=item.label,
        codes=codes,
        severity=item.severity,
        kind=item.kind,
        role=item.role,
        due=item.step,
        subject=subject,
        condition=CONDITION.get(outcome.verdict, "unknown"),
        reasons=explain(outcome.reasons, book, (), item.confidence),
        missing_facts=tuple(dict.fromkeys(outcome.missing)),
        checks=explain(verified.reasons, book, (), item.confidence),
        cure=item.cure,
    )
