"""Visits among the lines: which of them stand within a day of the radiosurgery or of the clinical planning (PHY-08).

Whether such a visit carries the modifier it needs is judged in `edits_codes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checklists.engine.book import RuleBook
from checklists.engine.consistency_material import SURGEON
from checklists.engine.derive import Derived
from checklists.engine.lines import Checked, apart, is_visit
from checklists.engine.values import Missing, Value

PLANNING: Final = ("77261", "77262", "77263")
NO_VISIT: Final = "none"
DENIED: Final = "The case says that no such visit is billed, but the lines count. Correct whichever is wrong."


def visits_near(lines: Iterable[Checked], derived: Derived, book: RuleBook) -> Value:
    """The visit lines within one day of a line of the surgeon or of the planning, in words with codes and days.

    `none` when no visit line stands there. Missing while the day of a visit, or of a line it may stand beside, is not
    recorded. Visits that are billed elsewhere are not among the lines: a question of the case asks about them.
    """
    known = list(lines)
    visits = [line for line in known if is_visit(line.code)]
    beside = [line for line in known if line.code in (*SURGEON, *PLANNING)]
    near = [told for visit in visits if (told := _told(visit, beside))]
    if near:
        denied = derived.case.circumstances.visit_within_one_day is False
        return " ".join((f"{'; '.join(near)}.", *((DENIED,) if denied else ())))
    undated = [line for line in (*visits, *beside) if line.date is None] if visits and beside else []
    return (
        Missing(tuple(dict.fromkeys(_day_of(line, derived, book) for line in undated)))
        if undated
        else NO_VISIT
    )


def _told(visit: Checked, beside: list[Checked]) -> str:
    """`99213 (2026-03-01) on the day before 61796 (2026-03-02)`; empty when nothing stands within a day."""
    if visit.date is None:
        return ""
    codes: dict[int, dict[str, None]] = {}
    for line in beside:
        days = (visit.date - line.date).days if line.date else None
        if days in (-1, 0, 1):
            codes.setdefault(days, {})[f"{line.code} ({line.date})"] = None
    places = [f"{apart(days)} {', '.join(named)}" for days, named in sorted(codes.items())]
    return f"{visit.code} ({visit.date}) {', '.join(places)}" if places else ""


def _day_of(line: Checked, derived: Derived, book: RuleBook) -> str:
    """The field of the case document that dates an undated line."""
    edition = book.edition(line.code, None) if line.suggested else None
    return derived.days[edition.day][1] if edition else f"entered_lines[{line.code}].date"
