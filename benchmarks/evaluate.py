"""How fast the engine judges: documents per second and core for 1, 5 and 40 lesions, and the command on its own.

Run: `python benchmarks/evaluate.py`. Times are the best of several rounds; the figures to compare are the ratios of
one run. The yardstick is the same conditions as plain Python without reasons (`plain_rules`), on the same facts;
both must come to the same verdicts. Limits: an evaluation costs at most ten times facts and plain rules, forty
lesions at most twice one lesion, and the command judges 1,000 documents of one lesion within 5 seconds; the exit code
is 1 where one is not kept.
"""

import copy
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.plain_rules import PlainRules  # noqa: E402
from checklists.engine import as_dict, evaluate, read_case  # noqa: E402
from checklists.engine.book import RuleBook  # noqa: E402
from checklists.engine.derive import derive  # noqa: E402
from checklists.engine.policy import resolve  # noqa: E402
from checklists.reader import read_rulebook  # noqa: E402
from checklists.yaml_source import single  # noqa: E402

BUDGET_SECONDS = 5.0
DOCUMENTS = 1000
ROUNDS = 15
CASES = 50
SIZES = (1, 5, 40)
MOST_TIMES = 10.0
MOST_GROWTH = 2.0


def main() -> int:
    started = time.perf_counter()
    book = read_rulebook(ROOT / "fixtures" / "rulebook")
    print(f"rule book read and compiled in {(time.perf_counter() - started) * 1000:.0f} ms")
    rules = PlainRules(book)
    print(f"plain rules: {len(rules.of_case)} conditions of a case, {len(rules.of_lesion)} of each lesion")
    gc.freeze()
    work = {lesions: parts_of(lesions, book, rules) for lesions in SIZES}
    found = best_of(
        {(lesions, name): part for lesions, parts in work.items() for name, part in parts.items()}
    )
    one = found[SIZES[0], "judge"]
    kept = True
    for lesions in SIZES:
        figures = {name: found[lesions, name] for name in work[lesions]}
        times = figures["judge"] / (figures["facts"] + figures["plain"])
        kept = kept and times <= MOST_TIMES and figures["judge"] <= MOST_GROWTH * one
        print(
            f"{lesions:>3} lesions: read {figures['read']:5.0f} us, judge {figures['judge']:5.0f} us "
            f"({figures['judge'] / one:.2f} x one lesion, {1e6 / figures['judge']:5.0f} cases/s and core), "
            f"write {figures['write']:5.0f} us"
        )
        print(
            f"             facts {figures['facts']:.0f} us, plain rules {figures['plain']:.0f} us, "
            f"the same with reasons {figures['reasons']:.0f} us ({figures['reasons'] / figures['plain']:.1f} x); "
            f"evaluation {times:.1f} x facts and plain rules"
        )
    return command() if kept else 1


def parts_of(lesions: int, book: RuleBook, rules: PlainRules) -> dict[str, Callable[[], Any]]:
    """Every part of the work, each over fifty cases that differ in the sizes of their lesions."""
    cases = [varied(lesions, number) for number in range(CASES)]
    facts = [read_case(case) for case in cases]
    results = [evaluate(case, book) for case in facts]
    policies = [resolve(book, case.policy, None) for case in facts]
    derived = [derive(case, book, policy) for case, policy in zip(facts, policies, strict=True)]
    if not all(rules.agree(entry) for entry in derived):
        raise SystemExit("The plain rules judge differently from the engine: they are no yardstick.")
    return {
        "read": lambda: [read_case(case) for case in cases],
        "judge": lambda: [evaluate(case, book) for case in facts],
        "facts": lambda: [derive(case, book, p) for case, p in zip(facts, policies, strict=True)],
        "plain": lambda: [rules.judge(entry) for entry in derived],
        "reasons": lambda: [rules.with_reasons(entry) for entry in derived],
        "write": lambda: [json.dumps(as_dict(result)) for result in results],
    }


Part = tuple[int, str]


def best_of(parts: dict[Part, Callable[[], Any]]) -> dict[Part, float]:
    """Microseconds of processor time per case; every part in every round, so that all meet the same noise."""
    best = dict.fromkeys(parts, float("inf"))
    for _ in range(ROUNDS):
        for name, work in parts.items():
            started = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - started)
    return {name: seconds / CASES * 1e6 for name, seconds in best.items()}


def varied(lesions: int, number: int) -> dict[str, Any]:
    """A one-session case with that many lesions of differing size."""
    text = (ROOT / "tests" / "rulebook" / "golden" / "G01.yaml").read_text(encoding="utf-8")
    document = json.loads(json.dumps(single(text)["document"]))
    first = document["lesions"][0]
    document["lesions"] = [
        {**copy.deepcopy(first), "id": f"L{place}", "max_dimension_mm": 6 + (7 * place + number) % 34}
        for place in range(1, lesions + 1)
    ]
    document["sessions"][0]["lesions"] = [lesion["id"] for lesion in document["lesions"]]
    return document


def command() -> int:
    """The whole command in one process, start included."""
    lines = "\n".join(json.dumps(varied(1, number)) for number in range(DOCUMENTS))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "casetracker.settings"}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate", "-", "--format", "json"],
        input=lines,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    seconds = time.perf_counter() - started
    judged = done.stdout.count("\n")
    print(f"command: {judged} of {DOCUMENTS} documents from standard input in {seconds:.2f} s")
    return 0 if judged == DOCUMENTS and done.returncode == 0 and seconds <= BUDGET_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
