"""Which consistency checks run for a case, and how their results are told."""

from checklists.engine.book import Condition, ConsistencyCheck
from checklists.engine.conditions import Leaf
from checklists.engine.consistency import applies, judge_check, judge_checks
from checklists.engine.values import Missing
from tests.engine.consistency_cases import line, material, written


def check(key: str, *codes: str, when: tuple[Leaf, ...] = ()) -> ConsistencyCheck:
    words = {"label": key, "passes_when": "x", "severity": "required", "role": "coder", "step": "billing"}
    condition = Condition.of(when)
    words |= {"auto": "yes", "fails": "Do it.", "confidence": "data"}
    return ConsistencyCheck(key, **words, all_lines=not codes, codes=codes, when=condition, source=())


def test_only_checks_that_the_lines_call_for_are_run():
    checks = [
        check("clinical-plan-once", "77263"),
        check("queries-closed"),
        check("modality-matches-code", "77372"),
    ]
    found = judge_checks(checks, material(line("77372"), open_queries=0))
    assert [one.check for one in found] == ["queries-closed", "modality-matches-code"]
    assert judge_checks(checks, material()) == []
    assert applies(checks[1], []) is False


def test_a_failed_check_tells_its_owner_what_to_do():
    (found,) = judge_checks([check("queries-closed")], material(line("77372"), open_queries=2))
    assert found.message == "2 questions to clinicians still open. Do it."


def test_a_condition_leaves_a_check_out_or_makes_it_unknown():
    addendum = (Leaf("circumstances.addendum_used", "is", True),)
    late = check("late-entry-compliant", when=addendum)
    given = material(line("77372"), documents=[written(0)])
    name = "circumstances.addendum_used"
    assert judge_checks([late], given, {name: False}) == []
    assert judge_check(late, given, {name: Missing((name,))}).verdict == "unknown"
    assert [one.verdict for one in judge_checks([late], given, {name: True})] == ["holds"]
    assert [one.verdict for one in judge_checks([late], given)] == ["holds"]
