"""The documentation items: their words, their conditions, their kinds, and the checklist of every code."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from checklists.engine.book import Item, RuleBook
from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Group, Leaf, Node, facts_used
from checklists.engine.consistency import JUDGED
from checklists.engine.evidence_timing import SET_TIMING, TIMING
from checklists.engine.values import Missing, Value
from checklists.reader import current_book

EXPECTED = yaml.safe_load((Path(__file__).parent / "checklist_by_code.yaml").read_text())
DUE_BEFORE = {"before_beam", "before_simulation", "before_plan_approval", "before_next_session"}
NEVER_LATE = (
    "signed-treatment-order",
    "simulation-order",
    "prescription-signed",
    "written-directive",
    "written-directive-revision",
    "plan-approval-radiation-oncologist",
    "special-physics-request",
    "independent-dose-check",
    "patient-specific-qa",
    "plan-transfer-check",
    "cobalt-day-spot-check",
    "consent-radiation",
    "consent-neurosurgery",
    "time-out",
)


@cache
def book() -> RuleBook:
    return current_book()


def items() -> list[Item]:
    return list(book().items.values())


def expected_for(code: str) -> set[str]:
    entry = EXPECTED["codes"][code]
    return {*EXPECTED["groups"].get(entry.get("group"), ()), *entry["also"]}


def test_the_catalogue_is_complete():
    assert len(items()) == 115
    counts = {
        word: sum(item.severity == word for item in items())
        for word in ("required", "recommended", "quality")
    }
    assert counts == {"required": 87, "recommended": 15, "quality": 13}
    assert len(book().checks) == 29


def test_items_of_all_lines_are_the_nine_of_the_catalogue():
    assert {item.key for item in items() if item.all_lines} == {
        "patient-identity-on-every-page",
        "payer-and-setting-recorded",
        "prior-authorization",
        "signed-treatment-order",
        "diagnosis-specific",
        "signatures-valid",
        "signature-attestation",
        "modifier-support",
        "abbreviation-key",
    }


def test_what_is_asked_is_one_short_sentence_to_a_person():
    for item in items():
        assert item.asks.endswith("."), item.key
        assert 10 < len(item.asks) <= 110, item.key
        assert item.asks.count(".") == 1, item.key
        assert "bill" not in item.asks.lower(), f"{item.key}: clinicians are not asked for money"


def test_acceptance_text_says_more_than_the_label():
    for item in items():
        assert len(item.accept) > 40, item.key
        assert item.accept != item.label


def test_every_kind_is_used_and_every_item_has_one():
    used = {kind for item in items() for kind in item.kinds}
    assert used == set(book().kinds)
    assert [item.key for item in items() if not item.kinds] == []


def test_the_usual_author_of_some_kind_may_sign_the_item():
    for item in items():
        if item.signer in ("author", "none"):
            continue
        authors = {book().kinds[kind].author for kind in item.kinds}
        assert item.signer in authors, item.key


def test_timing_words_are_all_judged():
    assert {word for item in items() for word in item.timing} <= {*TIMING, *SET_TIMING}


@pytest.mark.parametrize("key", NEVER_LATE)
def test_orders_directives_approvals_and_checks_before_the_beam_cannot_be_late(key):
    assert book().items[key].cure == "before_beam"


def test_an_attestation_is_offered_only_for_notes():
    offered = {item.key for item in items() if item.cure == "attestation"}
    assert not offered & set(NEVER_LATE)
    assert all(item.step in ("consult", "planning", "delivery") for item in items() if item.key in offered)


def test_only_professional_items_may_be_lowered_and_legal_ones_are_marked():
    kinds = {item.key: item.kind for item in items()}
    assert kinds["written-directive"] == "legal"
    assert kinds["consent-radiation"] == "legal"
    assert kinds["isodose-review-signed"] == "payment"
    assert kinds["peer-review"] == "professional"
    assert kinds["time-out"] == "legal"


def test_a_duty_before_a_moment_says_so_in_its_cure_or_counts_by_its_day():
    for item in items():
        if item.cure == "any_time":
            assert not DUE_BEFORE & set(item.timing), item.key


# Conditions -----------------------------------------------------------------------------------------------------


def conditioned() -> list[Item]:
    return [item for item in items() if item.when.nodes]


def settled(node: Node, wanted: bool) -> dict[str, Value]:
    """Facts that make a condition hold, or fail."""
    if isinstance(node, Group):
        found: dict[str, Value] = {}
        for member in node.members:
            found |= settled(member, wanted)
        return found
    return {node.fact: fitting(node) if wanted else clashing(node)}


def fitting(leaf: Leaf) -> Value:
    if leaf.operator == "is_recorded":
        return "59" if leaf.value else Missing(())
    if leaf.operator == "is_not":
        return "something else"
    return leaf.value[0] if isinstance(leaf.value, tuple) else leaf.value


def clashing(leaf: Leaf) -> Value:
    if leaf.operator == "is_recorded":
        return Missing(()) if leaf.value else "59"
    if isinstance(leaf.value, bool):
        return not leaf.value
    if leaf.operator == "is_not":
        return leaf.value
    return 0 if isinstance(leaf.value, int) else "something else"


def test_every_condition_can_hold_fail_and_be_unknown():
    assert len(conditioned()) > 40
    for item in conditioned():
        nodes = item.when.nodes
        yes = {name: value for node in nodes for name, value in settled(node, True).items()}
        no = {name: value for node in nodes for name, value in settled(node, False).items()}
        assert item.when.test(yes).verdict == HOLDS, item.key
        assert item.when.test(no).verdict == FAILS, item.key
        blank = {name: Missing((name,)) for name in facts_used(nodes)}
        expected = FAILS if item.key == "modifier-support" else UNKNOWN
        assert item.when.test(blank).verdict == expected, item.key


@pytest.mark.parametrize(
    ("key", "facts", "verdict"),
    [
        ("written-directive", {"modality": "cobalt60"}, HOLDS),
        ("written-directive", {"modality": "linac"}, FAILS),
        ("cobalt-day-spot-check", {"modality": "robotic_linac"}, FAILS),
        ("linac-day-qa", {"modality": "gyroscopic_linac"}, HOLDS),
        ("variance-screen", {"modality": "cobalt60"}, FAILS),
        ("frame-placement-note", {"fixation.type": "mask"}, FAILS),
        ("frame-placement-note", {"fixation.type": "invasive_frame"}, HOLDS),
        ("image-guidance-record", {"fixation.type": "mask", "session.image_guided": False}, HOLDS),
        ("image-guidance-record", {"fixation.type": "invasive_frame", "session.image_guided": True}, HOLDS),
        ("image-guidance-record", {"fixation.type": "invasive_frame", "session.image_guided": False}, FAILS),
        ("fractionation-reason", {"planned_sessions": 1}, FAILS),
        ("fractionation-reason", {"planned_sessions": 2}, HOLDS),
        (
            "pathology-or-imaging-diagnosis",
            {"course.tumor_or_vascular": False, "course.functional": True},
            HOLDS,
        ),
        ("extracranial-disease-status", {"course.metastatic": True}, HOLDS),
        ("extracranial-disease-status", {"course.metastatic": False}, FAILS),
        ("lesion-size-evidence", {"lesion.complex_by_size": True, "lesion.intended": True}, HOLDS),
        ("lesion-distance-evidence", {"lesion.complex_by_place": False, "lesion.intended": True}, FAILS),
        ("lesion-complexity", {"lesion.compartment": "spinal", "lesion.intended": True}, FAILS),
        ("prescription-signed", {"lesion.intended": False}, FAILS),
        ("prior-authorization", {"circumstances.authorization_required": False}, FAILS),
        (
            "advance-beneficiary-notice",
            {"payer.class": "commercial", "circumstances.outside_coverage_policy": True},
            FAILS,
        ),
        (
            "advance-beneficiary-notice",
            {"payer.class": "medicare_ffs", "circumstances.outside_coverage_policy": True},
            HOLDS,
        ),
        (
            "patient-specific-qa",
            {"plan.technique": "inverse", "modality": "cobalt60"},
            FAILS,
        ),
        ("patient-specific-qa", {"plan.technique": "inverse", "modality": "linac"}, HOLDS),
        ("special-treatment-facility-support", {"line.stream": "oncology_professional"}, FAILS),
        ("interruption-note", {"session.interrupted": False, "session.ends_short_course": True}, HOLDS),
    ],
)
def test_a_condition_answers_a_known_case(key, facts, verdict):
    assert book().items[key].when.test(facts).verdict == verdict


def test_an_authorization_nobody_asked_about_is_open_not_skipped():
    asked = Missing(("circumstances.authorization_required",))
    outcome = book().items["prior-authorization"].when.test({"circumstances.authorization_required": asked})
    assert outcome.verdict == UNKNOWN
    assert outcome.missing == ("circumstances.authorization_required",)


# The checklist of each code -------------------------------------------------------------------------------------


def test_each_code_lists_exactly_the_documents_of_the_catalogue():
    shared = [code for code in book().codes if code in EXPECTED["codes"]]
    assert len(shared) >= 19
    for code in shared:
        for edition in book().codes[code].editions:
            assert set(edition.documents) == expected_for(code), f"{code} from {edition.first_day}"
            assert len(edition.documents) == len(set(edition.documents)), code


def test_an_item_of_no_code_in_the_book_waits_for_a_code_of_the_catalogue():
    listed = {key for code in book().codes.values() for edition in code.editions for key in edition.documents}
    waiting = {key for code in EXPECTED["codes"] if code not in book().codes for key in expected_for(code)}
    own = {item.key for item in items() if not item.all_lines}
    assert listed <= own
    assert own - listed <= waiting


def test_every_source_of_an_item_or_check_can_be_looked_up():
    cited = {key for entry in (*items(), *book().checks) for key in entry.source}
    assert cited <= set(book().sources) | set(book().rules)


@pytest.mark.parametrize("code", EXPECTED["checks"])
def test_a_code_calls_for_exactly_the_checks_of_the_catalogue(code):
    called = {check.key for check in book().checks if code in check.codes}
    assert called == set(EXPECTED["checks"][code])


def test_every_check_can_be_judged_and_tells_its_owner_what_to_do():
    assert {check.key for check in book().checks} == set(JUDGED)
    for check in book().checks:
        assert check.all_lines != bool(check.codes), check.key
        assert check.fails.endswith("."), check.key


# One case -------------------------------------------------------------------------------------------------------

USUAL_CODES = ("77372", "61796", "77432", "77263", "77301", "77300", "77334", "77338", "77336")
USUAL_FACTS: dict[str, Value] = {
    "payer.class": "medicare_ffs",
    "setting": "hospital_outpatient",
    "modality": "linac",
    "planned_sessions": 1,
    "planning.simulated": True,
    "plan.technique": "inverse",
    "plan.mlc_modulated": True,
    "fixation.type": "mask",
    "session.image_guided": True,
    "session.interrupted": False,
    "session.ends_short_course": False,
    "course.short": False,
    "course.has_cranial": True,
    "course.has_spinal": False,
    "course.malignant": True,
    "course.metastatic": True,
    "course.functional": False,
    "course.tumor_or_vascular": True,
    "lesion.intended": True,
    "lesion.compartment": "cranial",
    "lesion.complex_by_size": False,
    "lesion.complex_by_place": False,
    "line.situation_modifiers": Missing(()),
    "circumstances.images_fused": True,
    "visit.near_lines": "none",
}


def usual_facts(item: Item) -> dict[str, Value]:
    return {name: USUAL_FACTS.get(name, False) for name in facts_used(item.when.nodes)}


def usual_items() -> list[Item]:
    keys = {key for code in USUAL_CODES for key in expected_for(code)}
    wanted = [item for item in items() if item.all_lines or item.key in keys]
    needed = [item for item in wanted if item.severity == "required"]
    return [item for item in needed if item.when.test(usual_facts(item)).verdict == HOLDS]


def covering_kinds(needed: list[Item]) -> list[str]:
    """A small set of kinds that proves every item, second signatures included; chosen greedily."""
    open_ones, chosen = {item.key: set(item.kinds) for item in needed}, []
    while open_ones:
        best = max(sorted(book().kinds), key=lambda kind: sum(kind in kinds for kinds in open_ones.values()))
        chosen.append(best)
        open_ones = {key: kinds for key, kinds in open_ones.items() if best not in kinds}
    return chosen


def test_a_usual_one_lesion_case_needs_few_papers():
    needed = usual_items()
    assert len(needed) == 55
    assert len(covering_kinds(needed)) == 23


def test_the_usual_case_asks_nothing_of_a_cobalt_unit_or_a_frame():
    keys = {item.key for item in usual_items()}
    assert not {key for key in keys if key.startswith(("cobalt", "written", "frame"))}
    assert {"patient-specific-qa", "image-guidance-record", "extracranial-disease-status"} <= keys


def test_an_item_without_conditions_is_always_needed():
    item = replace(book().items["treatment-summary"])
    assert item.when.test({}).verdict == HOLDS
