"""Documents judged against an item: presence, signature, signer, author, time, and what can still be put right."""

from dataclasses import replace
from datetime import date

import pytest

from checklists.engine.evidence import Moments, Reviewed, can_be_cured, judge, satisfied
from checklists.engine.evidence_records import NOT_AUTHORIZED
from tests.engine.papers import APPROVAL, BEAM, MOMENTS, NOTE, SIGNED, Asked, at, said, verdicts


def test_an_approval_signed_before_the_beam_satisfies_the_item():
    results = judge(APPROVAL, [SIGNED], MOMENTS)
    assert [one.check for one in results] == ["present", "signed", "signer", "before_beam", "service_date"]
    assert satisfied(results) is True


def test_an_approval_signed_minutes_after_the_beam_fails_and_says_what_is_left():
    late = replace(SIGNED, signed_at=at(3, 2, 14, 10))
    assert said(APPROVAL, late, "before_beam") == (
        "Signed 2026-03-02 14:10, after the beam (2026-03-02 13:55). "
        "Final plan approval cannot be made up later: hold or decline the lines."
    )
    assert satisfied(judge(APPROVAL, [late], MOMENTS)) is False


def test_the_minute_of_the_beam_itself_is_too_late():
    assert verdicts(APPROVAL, replace(SIGNED, signed_at=BEAM))["before_beam"] == "fails"


def test_with_only_the_day_of_the_beam_known_the_same_day_is_a_question():
    day_only = replace(MOMENTS, first_beam_on=date(2026, 3, 2), beam_on={})
    assert verdicts(APPROVAL, SIGNED, day_only)["before_beam"] == "unknown"
    assert verdicts(APPROVAL, replace(SIGNED, signed_at=at(3, 1, 23, 59)), day_only)["before_beam"] == "holds"
    assert verdicts(APPROVAL, replace(SIGNED, signed_at=at(3, 3, 0, 1)), day_only)["before_beam"] == "fails"


def test_an_unrecorded_beam_time_is_a_question_and_no_beam_yet_is_in_time():
    assert verdicts(APPROVAL, SIGNED, Moments())["before_beam"] == "unknown"
    assert verdicts(APPROVAL, SIGNED, Moments(delivered=False))["before_beam"] == "holds"


def test_a_document_of_the_second_session_is_compared_with_the_second_beam():
    moments = replace(MOMENTS, beam_on={"session:1": BEAM, "session:2": at(3, 4, 9, 0)})
    second = replace(SIGNED, subject="session:2", signed_at=at(3, 4, 8, 0))
    assert verdicts(APPROVAL, second, moments)["before_beam"] == "holds"
    assert verdicts(APPROVAL, replace(second, subject="session:1"), moments)["before_beam"] == "fails"


def test_nothing_on_file_names_the_person_who_owes_it():
    (only,) = judge(NOTE, [], MOMENTS)
    assert (only.check, only.verdict) == ("present", "fails")
    assert only.message == "Nothing is on file. Ask the radiation oncologist for it."


def test_nothing_on_file_after_the_beam_points_to_the_lines():
    (only,) = judge(APPROVAL, [], MOMENTS)
    assert only.message == (
        "Nothing is on file. The beam was 2026-03-02 13:55: if it was signed before that, add it; "
        "otherwise hold or decline the lines."
    )


def test_an_unsigned_note_asks_its_author_but_an_unsigned_approval_is_lost():
    assert (
        said(NOTE, replace(SIGNED, signed_at=None), "signed")
        == "Not signed yet. Ask Dr Ray to sign and date it."
    )
    assert "cannot be made up later" in said(APPROVAL, replace(SIGNED, signed_at=None), "signed")
    not_yet = Moments(delivered=False)
    assert said(APPROVAL, replace(SIGNED, signed_at=None), "signed", not_yet).startswith("Not signed yet")


@pytest.mark.parametrize(
    ("role", "verdict"),
    [
        ("radiation_oncologist", "holds"),
        ("neurosurgeon", "fails"),
        ("dosimetrist", "fails"),
        (None, "unknown"),
    ],
)
def test_only_the_right_role_may_sign(role, verdict):
    assert verdicts(APPROVAL, replace(SIGNED, author_role=role))["signer"] == verdict


def test_a_wrong_signer_is_named_with_the_right_one():
    message = said(APPROVAL, replace(SIGNED, author_role="neurosurgeon"), "signer")
    assert message == "Signed by the neurosurgeon; it must be the radiation oncologist."


def test_a_directive_needs_an_authorized_user_not_any_physician():
    directive = Asked("Written directive", signer="authorized_user")
    assert verdicts(directive, SIGNED)["signer"] == "unknown"
    listed = replace(SIGNED, qualifications=frozenset({"authorized_user"}))
    assert verdicts(directive, listed)["signer"] == "holds"
    assert verdicts(directive, replace(SIGNED, author_role="physicist"))["signer"] == "fails"
    lapsed = replace(SIGNED, author_role="authorized_user", qualifications=frozenset({NOT_AUTHORIZED}))
    assert verdicts(directive, lapsed)["signer"] == "fails"


def test_an_item_of_any_author_needs_a_name_and_an_outside_paper_needs_no_signature():
    anyone = Asked("Time-out", signer="author", timing=())
    assert verdicts(anyone, replace(SIGNED, author_role="nurse"))["signer"] == "holds"
    assert verdicts(anyone, replace(SIGNED, author=None, author_id=None))["signer"] == "fails"
    outside = Asked("Pathology", signer="none", timing=(), cure="any_time")
    assert set(verdicts(outside, replace(SIGNED, signed_at=None, author=None))) == {"present", "service_date"}


def test_the_note_must_be_by_the_person_on_the_line():
    own = Asked("Procedure note", author_is_line_performer=True, timing=(), cure="attestation")
    assert verdicts(own, SIGNED, performer_id="9000000001")["author"] == "holds"
    assert verdicts(own, SIGNED, performer_id="9000000002")["author"] == "fails"
    assert verdicts(own, SIGNED)["author"] == "unknown"


def test_a_second_signature_may_stand_on_a_second_document():
    both = Asked("Special physics report", signer="physicist", cosigner="radiation_oncologist", timing=())
    report = replace(SIGNED, author_role="physicist", author="Pat")
    assert verdicts(both, report)["cosigner"] == "fails"
    results = {one.check: one.verdict for one in judge(both, [report, SIGNED], MOMENTS)}
    assert (results["signer"], results["cosigner"]) == ("holds", "holds")
    unsigned = replace(SIGNED, signed_at=None)
    assert {one.check: one.verdict for one in judge(both, [report, unsigned], MOMENTS)}["cosigner"] == "fails"


def test_the_second_signature_alone_is_not_the_document():
    plan = Asked("Plan document", signer="author", cosigner="radiation_oncologist", timing=())
    assert [one.check for one in judge(plan, [SIGNED], MOMENTS)] == ["present"]
    planner = replace(SIGNED, author="Dana", author_role="dosimetrist")
    assert satisfied(judge(plan, [SIGNED, planner], MOMENTS)) is True


def test_the_best_of_several_documents_decides():
    late = replace(SIGNED, signed_at=at(3, 2, 18, 0))
    assert satisfied(judge(APPROVAL, [late, SIGNED], MOMENTS)) is True


def test_a_late_signed_note_about_a_talk_before_the_beam_counts_by_its_day():
    talk = Asked("Risk talk", cure="late_entry")
    note = replace(SIGNED, service_date=date(2026, 2, 18), signed_at=at(3, 9, 8, 0))
    assert verdicts(talk, note)["before_beam"] == "holds"
    assert verdicts(talk, replace(note, service_date=date(2026, 3, 3)))["before_beam"] == "fails"
    same_day = replace(note, service_date=date(2026, 3, 2), written_at=at(3, 2, 9, 0))
    assert verdicts(talk, same_day)["before_beam"] == "holds"
    assert verdicts(talk, replace(same_day, written_at=None))["before_beam"] == "unknown"


@pytest.mark.parametrize(("author", "verdict"), [("Cora Coder", "holds"), (None, "unknown")])
def test_a_check_of_the_file_names_who_made_it(author, verdict):
    item = Asked("File check", role="coder", signer="coder", timing=(), cure="any_time")
    mark = replace(SIGNED, author=author, author_id=None, author_role=None)
    assert verdicts(item, mark)["signer"] == verdict
    assert verdicts(item, replace(mark, author_role="nurse"))["signer"] == "fails"


@pytest.mark.parametrize("check", ["present", "signed", "signer", "before_beam"])
def test_an_attestation_never_cures_what_was_due_before_the_beam(check):
    cure = can_be_cured(APPROVAL, check)
    assert cure.possible is False
    assert "hold or decline the lines" in cure.words
    assert can_be_cured(APPROVAL, check, beam_given=False).possible is True


def test_a_missing_signature_on_a_note_is_cured_by_attestation_and_missing_content_by_a_late_entry():
    assert "attestation" in can_be_cured(NOTE, "signed").words
    assert "late entry" in can_be_cured(NOTE, "present").words
    assert can_be_cured(NOTE, "same_day_as_session").possible is False


def test_a_late_summary_can_be_accepted_and_cover_papers_come_any_time():
    summary = Asked("Summary", timing=("soon_after_last",), cure="late_entry")
    assert "supervisor" in can_be_cured(summary, "soon_after_last").words
    assert can_be_cured(Asked("Cover", cure="any_time"), "present").possible is True
    assert can_be_cured(APPROVAL, "service_date").possible is True


def test_no_results_and_open_questions_are_not_a_yes():
    assert satisfied([]) is None
    assert satisfied(judge(APPROVAL, [SIGNED], Moments())) is None


REVIEW = Asked("Second-physician review", reviews=("plan_approval",), timing=())
OWN = Reviewed("the plan approval", "Dr Ray", "9000000001", "radiation_oncologist")
OTHER = replace(OWN, author="Dr Fay", author_id="9000000002")


@pytest.mark.parametrize(
    ("document", "reviewed", "verdict"),
    [
        (SIGNED, [OWN], "fails"),
        (SIGNED, [OTHER, OWN], "fails"),
        (SIGNED, [OTHER], "holds"),
        (SIGNED, [], "unknown"),
        (replace(SIGNED, author=None, author_id=None), [OTHER], "unknown"),
        (replace(SIGNED, author="dr. ray", author_id=None), [OWN], "fails"),
        (replace(SIGNED, author="Dr May", author_id=None), [OWN], "unknown"),
    ],
)
def test_nobody_reviews_their_own_work(document, reviewed, verdict):
    assert verdicts(REVIEW, document, reviewed=reviewed)["reviewer"] == verdict


def test_a_review_of_ones_own_work_names_both_roles_and_what_to_do():
    (told,) = [
        one.message for one in judge(REVIEW, [SIGNED], MOMENTS, reviewed=[OWN]) if one.check == "reviewer"
    ]
    assert told == (
        "Dr Ray signed the review as radiation oncologist and the plan approval as radiation oncologist. "
        "Ask another radiation oncologist to review and sign."
    )


def test_an_item_that_reviews_nothing_does_not_ask_for_a_reviewer():
    assert "reviewer" not in verdicts(APPROVAL, SIGNED, reviewed=[OWN])
