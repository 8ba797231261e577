"""One open case judged again because policies, published files or the rule book changed; no fact of it did.

Called by the services that know the reason; each writes its own revision and decides which cases wait.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from casetracker.models import Case, Evaluation, User
from casetracker.selectors.open_cases import open_cases
from casetracker.services import evaluation
from casetracker.services.history import write_revision


@dataclass(frozen=True)
class Anew:
    """The judgement before and after, and the checklist items {new, retired, kept}."""

    case: Case
    before: Evaluation
    after: Evaluation
    items: dict[str, list[dict[str, str]]]

    @property
    def items_moved(self) -> bool:
        return bool(self.items["new"] or self.items["retired"])

    @property
    def codes(self) -> dict[str, list[list[str]]]:
        """{codes: [before, after]} with units, for a revision; empty when they are the same."""
        both = [
            [f"{line['code']} x {line['units']}" for line in one.result.get("lines", [])]
            for one in (self.before, self.after)
        ]
        return {"codes": both} if both[0] != both[1] else {}

    def tell(self, by: User, action: str, summary: str, difference: dict[str, Any]) -> None:
        """Write the revision of this case."""
        write_revision(case=self.case, by=by, action=action, summary=summary, difference=difference)


def judge_anew(case: Case, by: User, among: QuerySet[Case] | None = None) -> Anew | None:
    """Judge a case by the book, policies and releases in force; None when it was approved meanwhile or never judged.

    among: the cases that may be judged, all open ones by default. Raises `Refused` when the engine cannot read it.
    """
    fresh = Case.objects.select_related("department", "patient", "machine", "payer").get(pk=case.pk)
    before = evaluation.current(fresh)
    if before is None or not (open_cases() if among is None else among).filter(pk=fresh.pk).exists():
        return None
    _, items = evaluation.refreshed(fresh, by)
    after = evaluation.current(fresh)
    return Anew(fresh, before, after, items) if after else None
