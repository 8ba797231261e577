"""Lists that start behind the last row shown, and counts that stop at a cap: neither grows with the table.

A key is `<moment>~<id>` of a row. What a list holds, and for whom, is the business of its own selector.
"""

from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Subquery

from casetracker.models import User

CAP = 1000


class CappedCount(Subquery):
    """The number of rows of a sliced query, as one value beside others: no count ever reads more than its cap."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()


def key_of(moment: datetime, row_id: int) -> str:
    return f"{moment.isoformat()}~{row_id}"


def behind(rows: QuerySet[Any], key: str, field: str, *, newest_first: bool = False) -> QuerySet[Any]:
    """The rows behind this key in the order (field, id), or all of them: a mangled key is no error worth a page.

    The plain `>=` (or `<=`) lets both databases seek in the index; the second condition alone makes them scan.
    """
    found = _parsed(key)
    if found is None:
        return rows
    moment, row_id = found
    than = "lt" if newest_first else "gt"
    further = Q(**{f"{field}__{than}": moment}) | Q(**{f"id__{than}": row_id})
    return rows.filter(Q(**{f"{field}__{than}e": moment}) & further)


def _parsed(key: str) -> tuple[datetime, int] | None:
    moment, _, row_id = key.rpartition("~")
    try:
        found = datetime.fromisoformat(moment), int(row_id)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def capped_counts(user: User, lists: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each list has, at most CAP + 1, in one statement."""
    capped = {name: CappedCount(rows.order_by().values("pk")[: CAP + 1]) for name, rows in lists.items()}
    return dict(User.objects.filter(pk=user.pk).values(**capped).get())


def capped(count: int) -> int | str:
    """The count as a list shows it: beyond the cap only that it is more."""
    return f"{CAP:,}+" if count > CAP else count
