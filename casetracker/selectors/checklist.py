"""Reads of the checklist for a named person: whose items, by step, what comes next. A fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from casetracker.choices import Condition, Role, Stream
from casetracker.errors import NotFound
from casetracker.models import Case, ChecklistItem, Document, Evaluation, ItemDocument, User
from casetracker.presenters.checklist import Row, Step, Surroundings, next_of, row_of, steps_of
from casetracker.presenters.fact_links import fact_url, readable
from casetracker.presenters.line_links import BY_LINES, brought_by
from casetracker.requirements import ROLES
from casetracker.selectors.access import access_of, duties_of
from casetracker.selectors.locks import locked_items
from casetracker.selectors.subjects import Subjects, subjects_of
from checklists.reader import current_book

MINE, EVERYONE = "mine", "everyone"


@dataclass(frozen=True)
class Checklist:
    """The staff view. `whose`: mine, everyone, or a role; `owed`: open items by role; `done` of `total` required."""

    steps: list[Step]
    next: Row | None
    whose: str
    mine: frozenset[str]
    owed: dict[str, int]
    done: int
    total: int
    documents: list[dict[str, Any]] = field(default_factory=list)
    empty: bool = False

    @property
    def open_now(self) -> int:
        return sum(len(step.open) for step in self.steps)

    @property
    def owed_by_me(self) -> int:
        return sum(count for role, count in self.owed.items() if role in self.mine)

    @property
    def owed_by_all(self) -> int:
        return sum(self.owed.values())


def checklist_of(user: User, case: Case, whose: str = "") -> Checklist:
    """The checklist of a case that was fetched for this person.

    whose: "mine" (default for people with a duty), "everyone", or one role of the rule book.
    """
    rows = rows_of(case)
    mine = roles_of(user, case)
    whose = whose if whose in (MINE, EVERYONE, *ROLES) else (MINE if mine else EVERYONE)
    shown = [row for row in rows if whose == EVERYONE or row.role in (mine if whose == MINE else {whose})]
    steps = steps_of(shown)
    needed = [row for row in rows if row.required and row.state not in ("retired", "not_applicable")]
    return Checklist(
        steps=steps,
        next=next_of(steps),
        whose=whose,
        mine=frozenset(mine),
        owed=dict(Counter(row.role for row in rows if row.is_open)),
        done=sum(not row.is_open for row in needed),
        total=len(needed),
        documents=live_document_choices(case),
        empty=not rows,
    )


def rows_of(case: Case, subjects: Subjects | None = None) -> list[Row]:
    """Every item of the case as a row, in workflow order."""
    items = list(ChecklistItem.objects.filter(case=case).select_related("answered_by"))
    return _rows(case, items, subjects or subjects_of(case))


def item_for(case: Case, item_id: int) -> ChecklistItem:
    """An item of a case that was fetched for this person; NotFound otherwise."""
    try:
        found = ChecklistItem.objects.select_related("answered_by").get(pk=item_id, case=case)
    except ChecklistItem.DoesNotExist:
        raise NotFound("There is no such item on this case.") from None
    found.case = case
    return found


def row_for(case: Case, item: ChecklistItem) -> Row:
    return _rows(case, [item], subjects_of(case))[0]


def roles_of(user: User, case: Case) -> set[str]:
    """Whose items this person owes here: own duties, coding work, and the parts the linked clinician fills."""
    roles = set(duties_of(user, case.department))
    if access_of(user).has(case.department_id, Role.CODER):
        roles.add("coder")
    roles |= set(case.team.filter(clinician__user=user).values_list("role", flat=True))
    return roles & set(ROLES)


def proofs_of(case: Case, items: Iterable[ChecklistItem]) -> dict[int, list[Document]]:
    """Live documents by item id, in the order they were ticked. One query."""
    wanted = [item.pk for item in items]
    links = (
        ItemDocument.objects.filter(item__case=case, removed_at=None, document__removed_at=None)
        .select_related("document__author")
        .order_by("linked_at", "id")
    )
    if len(wanted) == 1:
        links = links.filter(item=wanted[0])
    found: dict[int, list[Document]] = {}
    for link in links:
        found.setdefault(link.item_id, []).append(link.document)
    return found


def live_document_choices(case: Case) -> list[dict[str, Any]]:
    """Id, title and service date of the documents that can be ticked, newest entry first."""
    live = Document.objects.filter(case=case, removed_at=None).order_by("-id")
    return list(live.values("id", "title", "service_date", "signed_at"))


def _rows(case: Case, items: list[ChecklistItem], subjects: Subjects) -> list[Row]:
    proofs = proofs_of(case, items)
    around = Surroundings(
        subjects=subjects,
        item_url=reverse("case-item", args=[case.pk, 0]),
        document_url=reverse("case-document-change", args=[case.pk, 0]),
        locked={
            item: f"Read only: part of the approved {Stream(stream).label.lower()} packet."
            for item, stream in locked_items(case, items).items()
        },
        **_judged(case, items),
    )
    return [row_of(item, proofs.get(item.pk, []), around) for item in items]


def _judged(case: Case, items: list[ChecklistItem]) -> dict[str, Any]:
    """What the present evaluation says about these items: facts that are missing, and lines that bring an item."""
    by_lines = any(item.key in BY_LINES and item.condition == Condition.TRUE for item in items)
    if not by_lines and not any(item.condition == Condition.UNKNOWN for item in items):
        return {}
    stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT)
    rows, document = stored.values_list("result__documentation", "document").first() or ([], {})
    return {
        "missing": _missing(case, rows, document),
        "brought_by": brought_by(case, rows, [line.key for line in case.lines.all()]) if by_lines else {},
    }


def _missing(
    case: Case, rows: list[dict[str, Any]], document: dict[str, Any]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Facts whose absence leaves an item undecided, with the address of the field that answers each."""
    book = current_book()
    return {
        (row["key"], row["subject"]): [
            (book.fact_label(readable(path, document)), fact_url(case.pk, path, document))
            for path in row.get("missing_facts", [])
        ]
        for row in rows
        if row["condition"] == Condition.UNKNOWN
    }
