"""What the overview of a case needs beside its head: open items, undecided lines, last revisions. Fixed reads."""

from dataclasses import dataclass
from typing import Any

from casetracker.choices import Answer, Condition, Severity
from casetracker.models import Case, ChecklistItem
from casetracker.selectors.lines import lines_of

SHOWN_ITEMS = 8


@dataclass(frozen=True)
class CaseWork:
    """open_items: the first of `open_total` required items; undecided and unsupported: codes, in line order."""

    open_items: list[dict[str, Any]]
    open_total: int
    required_total: int
    undecided: list[str]
    unsupported: list[str]
    lines: int


def case_work(case: Case) -> CaseWork:
    """What still has to be done on this case."""
    needed = ChecklistItem.objects.filter(
        case=case, severity=Severity.REQUIRED, condition__in=(Condition.TRUE, Condition.UNKNOWN)
    ).exclude(answer__in=(Answer.NOT_APPLICABLE, Answer.CANNOT_BE_MET))
    columns = ("id", "label", "role", "codes", "condition", "answer", "review", "step", "subject")
    rows = list(needed.order_by("position", "id").values(*columns))
    open_rows = [row for row in rows if row["answer"] == Answer.OPEN or row["condition"] == Condition.UNKNOWN]
    lines = lines_of(case)
    return CaseWork(
        open_items=open_rows[:SHOWN_ITEMS],
        open_total=len(open_rows),
        required_total=len(rows),
        undecided=[line.code for line in lines if not line.decision],
        unsupported=[line.code for line in lines if line.decision and not line.supported],
        lines=len(lines),
    )
