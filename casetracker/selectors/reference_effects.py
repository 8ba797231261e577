"""Which open cases a release touches, and what it would do to each, from their last judgement. Nothing is written.

An open case waits in the queue and no packet of it is approved: what an approval stands on is judged anew only after
it was reopened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from casetracker.choices import Role
from casetracker.comparison import comparison
from casetracker.models import Evaluation, User
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.open_cases import open_cases
from checklists import published
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.engine.compare import compare
from checklists.models import ReferenceRelease, ReleaseState
from checklists.reader import built_in_book, current_book
from checklists.releases import with_releases

LOOKED_AT = 300
"""Cases that one page judges: about a second."""
Result = dict[str, Any]


@dataclass(frozen=True)
class Touched:
    """One case that would change: its lines and items as a comparison, and conflicts that come or go."""

    case_id: int
    number: str
    department: str
    comparison: dict[str, Any]
    notes: list[dict[str, str]]


@dataclass(frozen=True)
class Effect:
    """What a release would do. open: open cases of this person's departments. looked: judged here, newest first.

    touched: those that would change and that this person may read. closed: how many more would change; an
    administrator reads no case. refused: numbers of readable cases that cannot be judged.
    """

    open: int
    looked: int
    touched: list[Touched] = field(default_factory=list)
    closed: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.touched) + self.closed

    @property
    def left(self) -> int:
        return self.open - self.looked


def book_with(release: ReferenceRelease) -> RuleBook:
    """The book as it would judge once this release is published."""
    others = ReferenceRelease.objects.filter(state=ReleaseState.PUBLISHED)
    if release.replaces_id:
        others = others.exclude(pk=release.replaces_id)
    return with_releases(built_in_book(), published.as_published({*others, release}))


def effect_of(user: User, release: ReferenceRelease) -> Effect:
    """What publishing this release would do to open cases of this person's departments: at most 300, newest first."""
    access = access_of(user)
    readable = set(access.departments_with(CHART_ROLES))
    counted = access.departments_with([*CHART_ROLES, Role.ADMINISTRATOR])
    cases = open_cases().filter(department_id__in=counted)
    rows = Evaluation.objects.filter(occasion=Evaluation.Occasion.CURRENT, case__in=cases.values("pk"))
    looked = list(
        rows.order_by("-case_id").values_list(
            "case__department_id",
            "case_id",
            "case__number",
            "case__department__name",
            "document",
            "result",
            "rulebook_digest",
        )[:LOOKED_AT]
    )
    now, after = current_book(), book_with(release)
    touched, refused, closed = [], [], 0
    for department_id, case_id, number, department, document, stored, digest in looked:
        old = stored if digest == now.digest else evaluate_document(document, now)
        new = evaluate_document(document, after)
        if "error" in old or "error" in new:
            refused += [number] if department_id in readable else []
        elif differs(document, old, new):
            if department_id in readable:
                touched.append(_touched(case_id, number, department, document, old, new))
            else:
                closed += 1
    return Effect(rows.count(), len(looked), touched, closed, refused)


def differs(document: Result, old: Result, new: Result) -> bool:
    """Whether lines, items, conflicts or questions differ; the release a message names does not count."""
    found = compare(document, old, document, new)
    moved = any(found["lines"].values()) or found["items"]["new"] or found["items"]["retired"]
    return bool(moved) or _conflicts(old).keys() != _conflicts(new).keys() or _asked(old) != _asked(new)


def _touched(
    case_id: int, number: str, department: str, document: Result, old: Result, new: Result
) -> Touched:
    items = compare(document, old, document, new)["items"]
    told = comparison(old, new, {}, items, (document, document))
    pair = [result["rulebook"]["edits_release"] for result in (old, new)]
    told["causes"] = [{"label": "Edit facts", "before": pair[0], "after": pair[1], "rules": []}]
    before, later = _conflicts(old), _conflicts(new)
    notes = [{"change": "new", "text": text} for key, text in later.items() if key not in before]
    notes += [{"change": "retired", "text": text} for key, text in before.items() if key not in later]
    return Touched(case_id, number, department, told, notes)


def _conflicts(result: Result) -> dict[tuple[str, str, tuple[str, ...]], str]:
    """Messages by what they are about; the text names a release and is compared by nobody."""
    return {
        (found["id"], found["severity"], tuple(found["codes"])): found["message"]
        for found in result.get("conflicts", [])
    }


def _asked(result: Result) -> list[str]:
    return sorted(question["fact"] for question in result.get("questions", []))


def waiting_for(digest: str) -> Iterable[tuple[int, Result, Result]]:
    """Open cases last judged by another book: (case, document, result), in order."""
    rows = Evaluation.objects.filter(
        occasion=Evaluation.Occasion.CURRENT, case__in=open_cases().values("pk")
    ).exclude(rulebook_digest=digest)
    return rows.order_by("case_id").values_list("case_id", "document", "result").iterator(chunk_size=50)
