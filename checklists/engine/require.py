"""The documentation each line needs, per subject, with its condition judged true, false or unknown.

Judged on case facts only. Whether a document proves an item is judged in `evidence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from checklists.engine.book import Item, RuleBook
from checklists.engine.case import Session
from checklists.engine.clinical import codes_covered
from checklists.engine.conditions import FAILS, HOLDS, MOST_REMEMBERED, UNKNOWN, Outcome, Reason, facts_used
from checklists.engine.derive import Derived
from checklists.engine.lines import Checked, line_facts
from checklists.engine.policy import Resolved
from checklists.engine.result import Needed, explain
from checklists.engine.session_facts import session_view
from checklists.engine.strictness import severity_key
from checklists.engine.values import Value, View
from checklists.engine.visits import visits_near

CONDITION: Final = {HOLDS: "true", FAILS: "false"}
CASE: Final = "case"
ABOUT_STOPS: Final = "session.interrupted"
"""Only items that ask for this fact are owed by a session without dose beside given ones: no line stands for it."""


def require(lines: tuple[Checked, ...], derived: Derived, book: RuleBook) -> tuple[Needed, ...]:
    """Every needed item for every subject it is about, in book order; nothing when there is no line."""
    by_code: dict[str, list[Checked]] = {}
    editions: dict[tuple[str, object], None] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
        edition = book.edition(line.code, line.date)
        editions[line.code, edition and edition.first_day] = None
    key = ("wanted", *editions)
    wanted = book.memory.get(key) or book.remembered(key, partial(_wanted, by_code, book))
    subjects = {scope: _subjects(scope, derived) for scope in ("lesion", "session", "plan")}
    stopped = [_of_session(one, derived) for one in derived.course.without_dose]
    subjects[CASE] = [(CASE, _of_case(lines, derived, book))]
    found: list[Needed] = []
    for entry in wanted:
        item = entry.item
        if item.scope in subjects:
            for subject, facts in subjects[item.scope]:
                found.append(_needed(entry, subject, facts, book))
            if stopped and ABOUT_STOPS in facts_used(item.when.nodes):
                found += [_needed(entry, subject, facts, book) for subject, facts in stopped]
        else:
            own = [line for code in entry.codes for line in by_code[code]]
            found += _per_line(entry, own, derived, book)
    return tuple(_as_strict(found, derived.policies))


def _as_strict(found: list[Needed], policies: Mapping[str, Resolved]) -> list[Needed]:
    """The entries with the severities that the department lowered (see `strictness`)."""
    asked = {key: policies.get(severity_key(key)) for key in {entry.key for entry in found}}
    lowered = {key: str(held.value) for key, held in asked.items() if held}
    if not lowered:
        return found
    return [replace(one, severity=lowered[one.key]) if one.key in lowered else one for one in found]


def _wanted(by_code: Mapping[str, list[Checked]], book: RuleBook) -> tuple[_Wanted, ...]:
    """The items that some line needs, with the codes that need them, in book order."""
    codes: dict[str, dict[str, None]] = {}
    for code, lines in by_code.items():
        for line in lines:
            for key in book.documents(code, line.date):
                codes.setdefault(key, {})[code] = None
    return tuple(_Wanted(item, tuple(codes[key]), {}) for key, item in book.items.items() if key in codes)


Subject = tuple[str, Mapping[str, Value]]


def _per_line(entry: _Wanted, lines: list[Checked], derived: Derived, book: RuleBook) -> Iterable[Needed]:
    """Items that every line, or every unit of a code, needs for itself."""
    if entry.item.scope == "line":
        for line in lines:
            view = View(line_facts(line, book, derived), derived.facts)
            yield _needed(entry._replace(codes=(line.code,)), f"line:{line.key}", view, book)
        return
    for code in dict.fromkeys(line.code for line in lines):
        own = [line for line in lines if line.code == code]
        view = View(line_facts(own[0], book, derived), derived.facts)
        for number in range(1, _units(own) + 1):
            yield _needed(
                entry._replace(codes=(code,)), f"unit:{code}:{number}", _of_unit(number, view), book
            )


def _of_unit(number: int, facts: View) -> View:
    """The facts of a line with those of one of its units: whether the plans record what was counted for it."""
    counted = {
        "unit.calculation_recorded": facts["plan.calculations"],
        "unit.device_recorded": facts["units.devices"],
    }
    own = {name: number <= had if isinstance(had, int) else had for name, had in counted.items()}
    return View(own, facts)


def _units(lines: list[Checked]) -> int:
    """Units of a code counted once: physician's and facility's lines share the same evidence."""
    per_claim: dict[tuple[str, str | None], int] = {}
    for line in lines:
        key = (line.stream, line.person)
        per_claim[key] = per_claim.get(key, 0) + line.units
    return max(per_claim.values())


def _subjects(scope: str, derived: Derived) -> list[Subject]:
    if scope == "lesion":
        seen = zip(derived.classed, derived.lesion_views, strict=True)
        return [(f"lesion:{entry.lesion.id}", view) for entry, view in seen]
    if scope == "session":
        return [_of_session(one, derived) for one in derived.course.reported]
    return _plans(derived)


def _of_case(lines: tuple[Checked, ...], derived: Derived, book: RuleBook) -> View:
    """The facts of the case with what its lines decide."""
    decided = {
        "authorization.covers_delivery": codes_covered(derived.case, [line.code for line in lines]),
        "visit.near_lines": visits_near(lines, derived, book),
    }
    return View(decided, derived.facts)


def _plans(derived: Derived) -> list[Subject]:
    """Each plan with its own facts; a case without a plan still owes the items of its first one."""
    names = [plan.id or str(place) for place, plan in enumerate(derived.case.plans, 1)]
    if not names:
        return [("plan:1", derived.facts)]
    return [(f"plan:{name}", view) for name, view in zip(names, derived.plan_views, strict=True)]


def _of_session(session: Session, derived: Derived) -> Subject:
    view = session_view(session, derived.case, derived.course, derived.policies, derived.facts)
    return f"session:{session.name}", view


class _Wanted(NamedTuple):
    """An item, the codes that need it, and the entries made of it so far by subject and outcomes."""

    item: Item
    codes: tuple[str, ...]
    entries: dict[tuple[object, ...], Needed]


def _needed(wanted: _Wanted, subject: str, facts: Mapping[str, Value], book: RuleBook) -> Needed:
    """The entry of one subject; a line's or a unit's subject names the code it is for."""
    item, codes, entries = wanted
    outcome = item.when.test(facts)
    checked: tuple[Outcome, ...] = ()
    if item.each_check and outcome.verdict == HOLDS:
        checked = tuple([each.test(facts) for each in item.each_check])
    key = (subject, outcome, *checked)
    found = entries.get(key)
    if found is None:
        if len(entries) > MOST_REMEMBERED:
            entries.clear()
        found = entries[key] = _entry(item, codes, subject, outcome, checked, book)
    return found


def _entry(
    item: Item,
    codes: tuple[str, ...],
    subject: str,
    outcome: Outcome,
    checked: tuple[Outcome, ...],
    book: RuleBook,
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
        checks=explain(
            tuple(_open_where_empty(reason) for each in checked for reason in each.reasons),
            book,
            (),
            item.confidence,
        ),
        cure=item.cure,
    )


def _open_where_empty(reason: Reason) -> Reason:
    """A check that a field is recorded does not fail while it is empty: the fact is still to be recorded."""
    empty = reason.verdict == FAILS and reason.found is None
    return reason._replace(verdict=UNKNOWN) if empty else reason
