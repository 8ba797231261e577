"""How long it takes to judge 10,000 stored cases again after a change of the rule book.

Run: `python benchmarks/reevaluate.py`. Twenty cases are opened and filled through the real services in a temporary
database; ten thousand records are copies of them. Measured: nothing to do, every answer confirmed by a new book
(read, judged, compared, only the book noted), and answers that differ (stored with checklist and history). Exit code
1 when confirming takes longer than the limit per case.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from casetracker.models import Case, Evaluation, User  # noqa: E402
from casetracker.services import evaluation, reevaluation  # noqa: E402
from checklists.engine.book import RuleBook  # noqa: E402
from checklists.reader import current_book  # noqa: E402
from tests.cast import build_world  # noqa: E402
from tests.factories import case_at  # noqa: E402

CASES = 10_000
MOST_MS_PER_CASE = 10.0
STORIES = (1, 2, 3, 4)


def main() -> int:
    connection.creation.create_test_db(verbosity=0)
    world = build_world()
    originals = [case_at("suggested", story=STORIES[place % 4], world=world) for place in range(20)]
    fill(originals, CASES - len(originals))
    by, book = world.people["petra"], current_book()
    size = sum(len(str(row)) for row in Evaluation.objects.values_list("result", flat=True)[:20]) / 20 / 1024
    print(f"{Evaluation.objects.count()} stored cases, {size:.0f} KiB of answer each, on {connection.vendor}")
    told(by, book, "same book")
    seconds = told(by, replace(book, digest="1" * 64, memory={}), "new book, same answers")
    differing(by, replace(book, digest="2" * 64, memory={}), [case.pk for case in originals])
    return 0 if seconds / CASES * 1000 <= MOST_MS_PER_CASE else 1


def fill(originals: list[Case], count: int) -> None:
    """Copies of the cases with their stored answers, under numbers of their own."""
    answers = {answer.case_id: answer for answer in Evaluation.objects.filter(case__in=originals)}
    for start in range(0, count, 1000):
        sources = [originals[place % len(originals)] for place in range(start, min(start + 1000, count))]
        copies = Case.objects.bulk_create(copy_of(case, start + place) for place, case in enumerate(sources))
        Evaluation.objects.bulk_create(
            [answer_of(answers[source.pk], copy) for source, copy in zip(sources, copies, strict=True)],
            batch_size=100,
        )


def copy_of(case: Case, place: int) -> Case:
    fields = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    return Case(**{**fields, "id": None, "number": f"COPY-{place}"})


def answer_of(answer: Evaluation, case: Case) -> Evaluation:
    fields = {field.attname: getattr(answer, field.attname) for field in Evaluation._meta.concrete_fields}
    return Evaluation(**{**fields, "id": None, "case_id": case.pk})


def judged(by: User, book: RuleBook) -> tuple[reevaluation.Counts, float]:
    with (
        patch.object(reevaluation, "current_book", lambda: book),
        patch.object(evaluation, "current_book", lambda: book),
    ):
        started = time.perf_counter()
        counts = reevaluation.reevaluate(by=by)
        return counts, time.perf_counter() - started


def told(by: User, book: RuleBook, name: str) -> float:
    counts, seconds = judged(by, book)
    each = f", {seconds / counts.judged * 1000:.2f} ms each" if counts.judged else ""
    print(
        f"{name}: {counts.judged} judged, {len(counts.changed)} changed, {counts.same} same: {seconds:.1f} s{each}"
    )
    return seconds


def differing(by: User, book: RuleBook, kept: list[int]) -> None:
    """Only the cases with rows of their own, and a book without the one-session deliveries."""
    Evaluation.objects.exclude(case__in=kept).update(rulebook_digest=book.digest)
    codes = {name: code for name, code in book.codes.items() if name not in ("77371", "77372", "77373")}
    told(by, replace(book, codes=codes, memory={}), "new book, other answers")


if __name__ == "__main__":
    raise SystemExit(main())
