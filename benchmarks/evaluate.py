"""How fast the engine judges: documents per second for 1, 5 and 40 lesions, and the command on standard input.

Run: `python benchmarks/evaluate.py`. Times are the best of several rounds; the figures to compare are the ratios of
one run. The command must judge 1,000 documents of one lesion within 5 seconds; the exit code is 1 if it does not.
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

from checklists.engine import as_dict, evaluate, read_case  # noqa: E402
from checklists.reader import read_rulebook  # noqa: E402
from checklists.yaml_source import single  # noqa: E402

BUDGET_SECONDS = 5.0
DOCUMENTS = 1000
ROUNDS = 7


def main() -> int:
    started = time.perf_counter()
    book = read_rulebook(ROOT / "fixtures" / "rulebook")
    print(f"rule book read and compiled in {(time.perf_counter() - started) * 1000:.0f} ms")
    gc.freeze()
    one = None
    for lesions in (1, 5, 40):
        cases = [varied(lesions, number) for number in range(50)]
        facts = [read_case(case) for case in cases]
        reading = per_case(lambda cases=cases: [read_case(case) for case in cases], len(cases))
        judging = per_case(lambda facts=facts: [evaluate(case, book) for case in facts], len(cases))
        results = [evaluate(case, book) for case in facts]
        writing = per_case(lambda results=results: [json.dumps(as_dict(r)) for r in results], len(cases))
        one = one or judging
        print(
            f"{lesions:>3} lesions: read {reading:6.0f} us, judge {judging:6.0f} us "
            f"({judging / one:.2f} x one lesion, {1e6 / judging:5.0f} cases/s), write {writing:6.0f} us"
        )
    return command()


def per_case(work: Callable[[], Any], count: int) -> float:
    """Microseconds of processor time per case, best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best / count * 1e6


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
