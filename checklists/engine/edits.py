"""Checks between lines: pairs, unit limits, add-on parents, modifiers, validity and the other conflicts (X-*).

All checks run over suggested and entered lines together. What a hit does to a suggested line is in `outcome`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from checklists.engine.book import ConflictRule, CourseLimit, PairRow, RuleBook
from checklists.engine.case import EarlierLine
from checklists.engine.catalogue import in_force
from checklists.engine.derive import Derived
from checklists.engine.edits_codes import code_listed_only, code_of_day, code_unknown, visit_in_global_period
from checklists.engine.hits import Desk, Hit
from checklists.engine.ledger import CEILING
from checklists.engine.lines import Checked, line_facts
from checklists.engine.place import FACILITY_STREAM
from checklists.engine.result import filled
from checklists.engine.values import View

OPENING: Final = frozenset(("59", "XE", "XP", "XS", "XU"))
NEVER_OPENED: Final = frozenset(("77427",))
ADD_ONS: Final = ("61797", "61799")


def find(lines: tuple[Checked, ...], derived: Derived, book: RuleBook) -> list[Hit]:
    """All hits over the given lines, in the order of the conflict rules of the book."""
    desk = Desk(lines, derived, book)
    seen = [(line, View(line_facts(line, book, derived), derived.facts)) for line in lines]
    present = frozenset(line.code for line in lines)
    marks = frozenset(mark for line in lines for mark in line.modifiers)
    pairs = list(_pairs(desk))
    hits: list[Hit] = []
    for rule in book.conflicts:
        if rule.check == "pair":
            hits += [_pair_hit(rule, *pair) for pair in pairs if _rule_of(pair[0], book) is rule]
        elif rule.check and rule.check != "line":
            hits += _CHECKS[rule.check](rule, desk)
        elif rule.check or rule.codes or rule.modifiers or rule.components or rule.performer:
            if _may_apply(rule, present, marks):
                able = seen if not rule.codes else [e for e in seen if e[0].code in rule.codes]
                hits += _lines_rule(rule, desk, [entry for entry in able if _chosen(rule, *entry)])
        elif rule.when.holds(derived.facts):
            hits.append(Hit(rule, rule.severity, ()))
    return hits


def _may_apply(rule: ConflictRule, present: frozenset[str], marks: frozenset[str]) -> bool:
    """Whether the codes and modifiers that stand on the case leave a rule about lines anything to do."""
    return (
        not (rule.codes and rule.codes.isdisjoint(present))
        and not (rule.modifiers and rule.modifiers.isdisjoint(marks))
        and not (rule.with_codes and rule.with_codes.isdisjoint(present))
        and rule.without_codes.isdisjoint(present)
    )


def _lines_rule(rule: ConflictRule, desk: Desk, chosen: list[tuple[Checked, View]]) -> list[Hit]:
    """Lines that the rule chooses, each judged with its own facts; a block makes a suggested line give way."""
    hits = []
    for line, facts in chosen:
        partners: tuple[Checked, ...] = ()
        if rule.with_codes:
            partners = tuple(other for other in desk.lines if _partner(rule, line, other))
            if not partners:
                continue
        if rule.when.holds(facts):
            loser, winner = _gives_way(rule, line, partners)
            lines = (line, *partners)
            text = filled(rule.message, facts, tuple(entry.code for entry in lines))
            hits.append(Hit(rule, rule.severity, lines, loser, winner, text=text))
    return hits


def _chosen(rule: ConflictRule, line: Checked, facts: View) -> bool:
    return (
        (not rule.components or facts["line.component"] in rule.components)
        and (not rule.modifiers or not rule.modifiers.isdisjoint(line.modifiers))
        and (rule.performer is None or line.performer == rule.performer)
    )


def _partner(rule: ConflictRule, line: Checked, other: Checked) -> bool:
    if other is line or other.code not in rule.with_codes:
        return False
    if rule.within == "claim":
        return line.stream == other.stream
    if rule.within == "day":
        return line.date is not None and line.date == other.date
    if rule.within == "physician":
        return line.stream != FACILITY_STREAM and line.same_provider(other)
    return True


def _gives_way(
    rule: ConflictRule, line: Checked, partners: tuple[Checked, ...]
) -> tuple[Checked | None, Checked | None]:
    """With a partner the chosen line gives way to it, unless the rule keeps the chosen code."""
    if rule.severity != "block":
        return None, None
    if not partners:
        return line, None
    return (partners[0], line) if rule.keep == line.code else (line, partners[0])


def _pairs(desk: Desk) -> Iterator[tuple[PairRow, Checked, Checked]]:
    """Pair rows that fire: same day, same provider, valid on the day for the kind of claim."""
    table = desk.book.pairs
    for one, other in combinations(desk.lines, 2):
        if one.date is None or one.date != other.date or not one.same_provider(other):
            continue
        for first, second in ((one, other), (other, one)):
            row = _valid(table.get((first.code, second.code), ()), one.date, one.stream)
            if row:
                yield row, first, second


def _valid(rows: tuple[PairRow, ...], day: dt.date, stream: str) -> PairRow | None:
    kind = "hospital" if stream == FACILITY_STREAM else "practitioner"
    return next((row for row in rows if row.setting in ("both", kind) and in_force(row, day)), None)


def _rule_of(row: PairRow, book: RuleBook) -> ConflictRule:
    """The conflict rule that names a pair, else the general one."""
    rules = [rule for rule in book.conflicts if rule.check == "pair"]
    named = [
        rule
        for rule in rules
        if (row.first in rule.codes and row.second in rule.with_codes)
        or (row.second in rule.codes and row.first in rule.with_codes)
    ]
    return (named or [rule for rule in rules if not rule.codes])[0]


def _pair_hit(rule: ConflictRule, row: PairRow, first: Checked, second: Checked) -> Hit:
    kept, dropped = (second, first) if rule.keep == second.code else (first, second)
    told = f"{row.first} and {row.second}, indicator {row.indicator}, {row.source}"
    hit = Hit(rule, "block", (first, second), confidence=_weaker(row.confidence, rule.confidence))
    if row.indicator == 0:
        closed = f"{told}: no modifier opens this pair."
        return replace(hit, loser=dropped, winner=kept, detail=closed)
    if not OPENING & set(second.modifiers) or second.code in NEVER_OPENED:
        wants = f"{told}: only a documented separate service opens it, {_how_to_open(second.code)}."
        return replace(hit, severity="warn", detail=wants)
    if second.reason:
        return replace(hit, severity="info", detail=f"{told}: opened, reason given: {second.reason}")
    return replace(hit, severity="warn", detail=f"{told}: a modifier is set, its reason is missing.")


def _weaker(row: str, rule: str) -> str:
    """A pair that is only presumed to go on makes its message presumed too (PTP-05)."""
    return row if row == "inferred" else rule


def _how_to_open(second: str) -> str:
    if second in NEVER_OPENED:
        return f"and {second} takes no modifier for it"
    return f"with 59, XE, XP, XS or XU on {second} and the reason"


def _parents(rule: ConflictRule, desk: Desk) -> list[Hit]:
    hits = []
    for line in desk.lines:
        parents = desk.book.parents_on(line.code, line.date)
        found = any(other.code in parents and line.same_provider(other) for other in desk.lines)
        if parents and not found:
            detail = f"{line.code} needs {' or '.join(sorted(parents))} by the same physician."
            hits.append(Hit(rule, "block", (line,), line, None, detail))
    return hits


def _ceiling(rule: ConflictRule, desk: Desk) -> list[Hit]:
    found = tuple(line for line in desk.lines if line.code in ADD_ONS)
    units = sum(line.units for line in found)
    if units <= CEILING:
        return []
    return [
        Hit(rule, "block", found, detail=f"{units} add-on units stand on the case, {CEILING} are the most.")
    ]


def _course_units(rule: ConflictRule, desk: Desk) -> list[Hit]:
    hits = []
    for lines in _grouped(desk, by_day=False):
        code = desk.book.code(lines[0].code)
        limit = code.course_limit if code and _about(rule, code.code, desk) else None
        units = sum(line.units for line in lines)
        most = _most(limit, desk) if limit else None
        if limit and most is not None and units > most:
            detail = f"{units} units of {lines[0].code} in this course, {most} at most."
            hits.append(_units_hit(rule, limit.severity, lines, detail, (limit.rule,)))
    return hits


def _most(limit: CourseLimit, desk: Desk) -> int | None:
    """The most units in this course; None when the fact that counts them is not known."""
    value = limit.units if isinstance(limit.units, int) else desk.derived.facts[limit.units]
    return value if isinstance(value, int) else None


def _about(rule: ConflictRule, code: str, desk: Desk) -> bool:
    """Whether a rule of a mechanism is the one for a code: the rule that names it, else the one that names none."""
    if rule.codes:
        return code in rule.codes
    named: frozenset[str] = desk.book.remembered(
        ("named by", rule.check),
        lambda: frozenset().union(
            *(other.codes for other in desk.book.conflicts if other.check == rule.check)
        ),
    )
    return code not in named


def _day_units(rule: ConflictRule, desk: Desk) -> list[Hit]:
    hits = []
    for lines in _grouped(desk, by_day=True):
        day, units = lines[0].date, sum(line.units for line in lines)
        kind = "hospital" if lines[0].stream == FACILITY_STREAM else "practitioner"
        for row in desk.book.limits.get(lines[0].code, ()):
            if day and row.setting in ("both", kind) and in_force(row, day) and units > row.limit:
                severity, named = ("block", "MUE-01") if row.absolute else ("warn", "MUE-02")
                detail = (
                    f"{units} units of {row.code} on {day.isoformat()}, limit {row.limit} ({row.source})."
                )
                hits.append(_units_hit(rule, severity, lines, detail, (named,)))
    return hits


def _units_hit(
    rule: ConflictRule, severity: str, lines: tuple[Checked, ...], detail: str, rules: tuple[str, ...]
) -> Hit:
    """Too many units: a suggested line gives way to an entered one of the same code."""
    suggested = next((line for line in lines if line.suggested), None)
    entered = next((line for line in lines if not line.suggested), None)
    loser = suggested if severity == "block" and entered else None
    return Hit(rule, severity, lines, loser, entered if loser else None, detail, rules=rules)


def _grouped(desk: Desk, *, by_day: bool) -> list[tuple[Checked, ...]]:
    groups: dict[tuple[object, ...], list[Checked]] = {}
    for line in desk.lines:
        key = (line.code, line.stream, line.person, line.date if by_day else None)
        groups.setdefault(key, []).append(line)
    return [tuple(lines) for lines in groups.values()]


def _nothing_to_open(rule: ConflictRule, desk: Desk) -> list[Hit]:
    """A modifier for a separate service on a line that is in no pair with indicator 1 (PTP-04)."""
    opened = {second.key for row, _, second in _pairs(desk) if row.indicator}
    marked = [line for line in desk.lines if OPENING & set(line.modifiers) and line.key not in opened]
    return [Hit(rule, rule.severity, (line,)) for line in marked]


def _lesions(rule: ConflictRule, desk: Desk) -> list[Hit]:
    """A rule about lesions, judged for each of them; the message names the lesion."""
    hits = []
    for entry, facts in zip(desk.derived.classed, desk.derived.lesion_views, strict=True):
        if rule.when.holds(facts):
            named = rule.message.replace("{lesion}", f"Lesion {entry.lesion.shown_as}")
            hits.append(Hit(rule, rule.severity, (), text=filled(named, facts)))
    return hits


def _other_courses(rule: ConflictRule, desk: Desk) -> list[Hit]:
    """Pairs of a line here and one of another course, same day and provider (SIT-28); the second code gives way."""
    hits = []
    for other in (line for course in desk.derived.case.other_courses for line in course.lines):
        for line in desk.lines:
            found = _pair_elsewhere(line, other, desk)
            if found:
                row, opened = found
                yields = row.indicator == 0 and row.second == line.code
                severity = "block" if yields else "info" if opened and row.indicator else "warn"
                told = f"{line.code} here and {other.code} there on {line.date}"
                detail = f"{told}: {row.first} and {row.second}, indicator {row.indicator}, {row.source}."
                if row.indicator == 0:
                    detail += f" No modifier opens it; {row.second} gives way."
                hits.append(Hit(rule, severity, (line,), line if yields else None, detail=detail))
    return hits


def _pair_elsewhere(line: Checked, other: EarlierLine, desk: Desk) -> tuple[PairRow, bool] | None:
    """The pair row of two lines of different courses, and whether a modifier of its second code opens it."""
    if line.date is None or other.date != line.date or not _same_elsewhere(line, other, desk):
        return None
    table = desk.book.pairs
    for codes, marks in (
        ((line.code, other.code), other.modifiers),
        ((other.code, line.code), line.modifiers),
    ):
        row = _valid(table.get(codes, ()), line.date, line.stream)
        if row:
            return row, bool(OPENING & set(marks))
    return None


def _same_elsewhere(line: Checked, other: EarlierLine, desk: Desk) -> bool:
    if other.person and line.person:
        return other.person == line.person
    code = desk.book.code(other.code)
    return (other.performer or (code.performer if code else None)) == line.performer


_CHECKS: Final[dict[str, Callable[[ConflictRule, Desk], list[Hit]]]] = {
    "add_on_parent": _parents,
    "add_on_ceiling": _ceiling,
    "course_units": _course_units,
    "day_units": _day_units,
    "code_of_day": code_of_day,
    "code_unknown": code_unknown,
    "code_listed_only": code_listed_only,
    "visit_in_global_period": visit_in_global_period,
    "nothing_to_open": _nothing_to_open,
    "lesion": _lesions,
    "other_course": _other_courses,
}
