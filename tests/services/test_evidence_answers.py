"""Answers without a document: what they do, what refuses them and in which words, and the history each leaves."""

import pytest

from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.item_answers import is_flagged
from casetracker.models import BillingLine
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story, rebuild, released, row
from tests.services.evidence_desk import *  # noqa: F403
from tests.services.evidence_desk import (
    BECAUSE,
    CONSULT,
    FUSION,
    HOLDS,
    PAYER,
    add,
    history,
    leaves_one_entry,
)

pytestmark = pytest.mark.django_db


# --- statements


def test_a_statement_is_refused_where_a_document_is_wanted(case, petra):
    with pytest.raises(Refused, match="needs a document"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="I saw it here.")


def test_a_statement_satisfies_an_item_without_paper(case, petra, no_paper):
    before = history(case)
    evidence.answer_item(
        case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart, page 2."
    )
    found = item(case, CONSULT)
    assert (found.answer, found.answer_reason, found.answered_by) == (
        "satisfied",
        "Seen in the chart, page 2.",
        petra,
    )
    assert leaves_one_entry(before, history(case))


def test_a_statement_against_the_case_data_is_refused(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[{**HOLDS, "verdict": "fails", "found": None}]))
    with pytest.raises(Refused, match="The case data say otherwise"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="It is fine.")


# --- not applicable, cannot be met


def test_not_applicable_is_never_a_waiver(case, sam):
    with pytest.raises(Refused, match="is always needed for 77372"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=item(case, CONSULT), reason="Not done here."
        )


def test_a_required_item_needs_a_supervisor_and_a_reason(case, petra, sam):
    with pytest.raises(NotAllowed, match="required item needs the role supervisor"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=petra, item=item(case, FUSION), reason="No fusion."
        )
    with pytest.raises(Refused, match="Say why"):
        evidence.mark_not_applicable(because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="  ")
    with pytest.raises(
        Refused, match=r"does not apply to this patient\. Write at least two words and 10 letters"
    ):
        evidence.mark_not_applicable(because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="x")
    before = history(case)
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
    )
    assert (item(case, FUSION).answer, item(case, FUSION).answered_by) == ("not_applicable", sam)
    assert leaves_one_entry(before, history(case))


def test_a_recommended_item_may_be_denied_by_staff(case, petra):
    rebuild(case, row("pregnancy-status"))
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=petra, item=item(case, "pregnancy-status"), reason="Hysterectomy 2019."
    )
    assert item(case, "pregnancy-status").answer == "not_applicable"


def test_cannot_be_met_declines_the_lines_that_need_it(case, sam, petra):
    note = item(case, "radiosurgery-procedure-note")
    with pytest.raises(NotAllowed):
        evidence.mark_cannot_be_met(case=case, by=petra, item=note, reason="The surgeon left.")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="The surgeon left.")
    lost = BillingLine.objects.get(case=case, code="61796")
    assert (lost.decision, lost.decided_by) == ("decline", sam)
    assert lost.reason.endswith("cannot be met: The surgeon left.")
    assert not BillingLine.objects.filter(case=case).exclude(code="61796").exists()
    assert item(case, "radiosurgery-procedure-note").answer == "cannot_be_met"


def test_cannot_be_met_turns_a_released_line(case, sam, cora):
    line = released(case, cora, "61796", "surgeon_professional")
    note = item(case, "radiosurgery-procedure-note")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="The note is lost.")
    line.refresh_from_db()
    assert (line.decision, line.version) == ("decline", 2)


def test_a_line_that_was_declined_before_keeps_its_own_reason(case, sam, cora):
    line = released(case, cora, "61796", "surgeon_professional", decision="decline")
    note = item(case, "radiosurgery-procedure-note")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="The note is lost.")
    line.refresh_from_db()
    assert (line.reason, line.decided_by, line.version) == ("Waits.", cora, 1)


# --- doubt and reopening


def test_a_system_answer_can_be_doubted_and_trusted_again(case, petra):
    assert item(case, PAYER).answered_by_system
    evidence.challenge_item(case=case, by=petra, item=item(case, PAYER), reason="The card says another plan.")
    assert (item(case, PAYER).answer, item(case, PAYER).challenged) == ("open", True)
    evidence.reopen_item(case=case, by=petra, item=item(case, PAYER), reason="Asked the payer.")
    found = item(case, PAYER)
    assert (found.answer, found.answered_by_system, found.challenged) == ("satisfied", True, False)


def test_only_an_answer_of_the_system_can_be_doubted(case, petra):
    with pytest.raises(WrongState, match="Only an answer of the system"):
        evidence.challenge_item(case=case, by=petra, item=item(case, CONSULT), reason="Not this scan.")


def test_a_supervisor_s_answer_is_taken_back_by_a_supervisor(case, petra, sam):
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
    )
    with pytest.raises(NotAllowed):
        evidence.reopen_item(case=case, by=petra, item=item(case, FUSION))
    evidence.reopen_item(case=case, by=sam, item=item(case, FUSION))
    assert (item(case, FUSION).answer, item(case, FUSION).answer_reason) == ("open", "")


def test_reopening_an_unanswered_item_says_what_to_do(case, petra):
    with pytest.raises(WrongState, match="Untick its documents"):
        evidence.reopen_item(case=case, by=petra, item=item(case, CONSULT))


def test_an_answer_to_a_version_that_moved_on_is_refused(case, sam):
    found = item(case, FUSION)
    case.items.filter(pk=found.pk).update(version=found.version + 1)
    with pytest.raises(Stale, match="Somebody else changed"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=found, reason="No fusion.", version=found.version
        )


def test_a_retired_item_has_nothing_to_answer(case, sam):
    rebuild(case, row(CONSULT))
    with pytest.raises(WrongState, match="not needed for this case now"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
        )


# --- a field that must be recorded

EMPTY = {**HOLDS, "verdict": "unknown", "found": None}


def test_an_empty_field_reads_as_not_recorded_yet_and_keeps_the_item_open(case, petra):
    rebuild(case, row(PAYER, checks=[EMPTY]))
    add(case, petra, PAYER)
    found = item(case, PAYER)
    (check,) = [one for one in found.checks if one["check"] == "setting"]
    assert (check["verdict"], check["message"]) == ("unknown", "Setting: not recorded yet.")
    assert found.answer == "open"
    rebuild(case, row(PAYER, checks=[HOLDS]))
    assert item(case, PAYER).answer == "satisfied"


def test_a_statement_beside_an_empty_field_is_refused(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[EMPTY]))
    with pytest.raises(Refused, match="Setting: not recorded yet"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart.")


def test_a_statement_is_flagged_when_its_field_is_emptied_later(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[HOLDS]))
    evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart.")
    assert not is_flagged(item(case, CONSULT), item(case, CONSULT).checks)
    rebuild(case, row(CONSULT, checks=[EMPTY]))
    assert is_flagged(item(case, CONSULT), item(case, CONSULT).checks)


@pytest.mark.parametrize("act", ["answer", "not_applicable", "cannot_be_met", "challenge"])
def test_an_item_of_another_case_is_not_answered_here(case, world, sam, act):
    other = item(open_story(world, 2), CONSULT)
    words = {"case": case, "by": sam, "item": other}
    acts = {
        "answer": lambda: evidence.answer_item(**words, statement="Seen."),
        "not_applicable": lambda: evidence.mark_not_applicable(**words, because=BECAUSE, reason="No."),
        "cannot_be_met": lambda: evidence.mark_cannot_be_met(**words, reason="Lost."),
        "challenge": lambda: evidence.challenge_item(**words, reason="Doubtful."),
    }
    with pytest.raises(Refused, match="another case"):
        acts[act]()
    other.refresh_from_db()
    assert (other.answer, other.challenged) == ("open", False)
