"""Each word about the times of a paper has its border, its question, and its sentence."""

from dataclasses import replace
from datetime import date

import pytest

from checklists.engine.evidence import Moments, can_be_cured, judge
from tests.engine.papers import BEAM, MOMENTS, NOTE, SIGNED, Asked, at, said, verdicts


@pytest.mark.parametrize(
    ("word", "cure", "signed", "verdict"),
    [
        ("before_simulation", "before_beam", at(2, 19, 9, 0), "holds"),
        ("before_simulation", "before_beam", at(2, 20, 9, 0), "unknown"),
        ("before_simulation", "before_beam", at(2, 21, 9, 0), "fails"),
        ("before_plan_approval", "before_beam", at(2, 27, 15, 59), "holds"),
        ("before_plan_approval", "before_beam", at(2, 27, 16, 1), "fails"),
        ("before_frame", "before_beam", at(3, 2, 6, 59), "holds"),
        ("before_frame", "before_beam", at(3, 2, 7, 1), "fails"),
        ("before_first_service", "before_beam", at(2, 19, 23, 0), "holds"),
        ("before_first_service", "before_beam", at(2, 20, 9, 0), "unknown"),
        ("before_first_service", "before_beam", at(2, 21, 9, 0), "fails"),
        ("after_last_session", "late_entry", at(3, 1, 23, 59), "fails"),
        ("after_last_session", "late_entry", at(3, 2, 15, 0), "holds"),
        ("soon_after_last", "late_entry", at(3, 16, 23, 0), "holds"),
        ("soon_after_last", "late_entry", at(3, 17, 0, 0), "fails"),
        ("soon_after_last", "late_entry", at(3, 1, 9, 0), "fails"),
    ],
)
def test_each_timing_word_has_its_border(word, cure, signed, verdict):
    item = Asked("Item", timing=(word,), cure=cure)
    assert verdicts(item, replace(SIGNED, signed_at=signed))[word] == verdict


@pytest.mark.parametrize(
    ("word", "day", "verdict"),
    [
        ("by_consult", date(2026, 2, 10), "holds"),
        ("by_consult", date(2026, 2, 11), "fails"),
        ("recent_for_first", date(2026, 1, 1), "holds"),
        ("recent_for_first", date(2025, 12, 31), "fails"),
        ("recent_for_first", date(2026, 3, 2), "holds"),
        ("recent_for_first", date(2026, 3, 3), "fails"),
        ("on_line_day", date(2026, 2, 24), "holds"),
        ("on_line_day", date(2026, 2, 23), "fails"),
    ],
)
def test_each_word_about_the_day_of_service_has_its_border(word, day, verdict):
    item = Asked("Item", timing=(word,), cure="any_time")
    assert verdicts(item, replace(SIGNED, service_date=day))[word] == verdict
    assert verdicts(item, replace(SIGNED, service_date=None))[word] == "unknown"


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("by_consult", {"consult_on": None}),
        ("recent_for_first", {"first_beam_on": None}),
        ("on_line_day", {"line_days": frozenset()}),
        ("after_last_session", {"last_session_on": None}),
        ("after_last_session", {"more_to_come": True}),
    ],
)
def test_without_the_other_day_the_order_is_a_question(word, gone):
    item = Asked("Item", timing=(word,), cure="any_time")
    assert verdicts(item, SIGNED, replace(MOMENTS, **gone))[word] == "unknown"


def test_without_a_frame_or_a_dated_line_the_beam_is_the_limit():
    for word, gone in (
        ("before_frame", {"frame_on": None}),
        ("before_first_service", {"first_service_on": None}),
    ):
        item, bare = Asked("Item", timing=(word,)), replace(MOMENTS, **gone)
        assert verdicts(item, SIGNED, bare)[word] == "holds"
        assert verdicts(item, replace(SIGNED, signed_at=BEAM), bare)[word] == "fails"


def test_a_report_is_measured_against_the_planned_day_while_no_beam_was_given():
    item = Asked("Item", timing=("recent_for_first",), cure="any_time")
    planned = Moments(delivered=False, planned_on=date(2026, 5, 1), report_days=30)
    assert (
        verdicts(item, replace(SIGNED, service_date=date(2026, 4, 1)), planned)["recent_for_first"] == "holds"
    )
    assert said(item, replace(SIGNED, service_date=date(2026, 3, 31)), "recent_for_first", planned) == (
        "Dated 2026-03-31, 31 days before the first treatment day (2026-05-01); 30 are accepted. Add a newer report."
    )


def test_an_order_after_the_first_service_names_the_lines_to_decline():
    order = Asked("Order", timing=("before_first_service",))
    late = replace(SIGNED, signed_at=at(2, 21, 9, 0))
    assert said(order, late, "before_first_service") == (
        "Signed 2026-02-21 09:00, after the first service on the claim (2026-02-20). "
        "Decline the lines before it, or add the order signed earlier."
    )
    assert "Decline the lines" in can_be_cured(order, "before_first_service").words


def test_notes_of_a_course_are_counted_against_its_days():
    course = Asked("Management", timing=("each_session",), cure="attestation")
    beams = {f"session:{n}": at(3, day, 9, 0) for n, day in ((1, 2), (2, 4), (3, 6))}
    three = replace(MOMENTS, beam_on=beams, planned_sessions=3)
    first, third = SIGNED, replace(SIGNED, subject="session:3", service_date=date(2026, 3, 9))
    found = {one.check: one for one in judge(course, [first, third], three)}
    assert (found["each_session"].verdict, found["each_session"].message) == (
        "unknown",
        "No note of its own for 2026-03-04. Confirm an entry for each session.",
    )
    second = replace(SIGNED, service_date=date(2026, 3, 4))
    assert {one.check: one.verdict for one in judge(course, [first, second, third], three)}[
        "each_session"
    ] == "holds"
    assert {one.check: one.verdict for one in judge(course, [first], Moments())}["each_session"] == "unknown"


def test_the_time_for_the_summary_is_the_departments():
    summary = Asked("Summary", timing=("soon_after_last",), cure="late_entry")
    moments = replace(MOMENTS, summary_due_on=date(2026, 3, 9))
    assert verdicts(summary, replace(SIGNED, signed_at=at(3, 9, 9, 0)), moments)["soon_after_last"] == "holds"
    assert (
        verdicts(summary, replace(SIGNED, signed_at=at(3, 10, 9, 0)), moments)["soon_after_last"] == "fails"
    )


@pytest.mark.parametrize(
    ("signed", "who"), [(at(4, 1, 9, 0), "a supervisor"), (at(4, 2, 9, 0), "compliance")]
)
def test_a_summary_later_than_thirty_days_is_for_compliance(signed, who):
    days = (signed.date() - date(2026, 3, 2)).days
    summary = Asked("Summary", timing=("soon_after_last",), cure="late_entry")
    assert said(summary, replace(SIGNED, signed_at=signed), "soon_after_last") == (
        f"Signed {days} days after the last session. It is late: {who} must accept it."
    )


def test_a_record_of_the_treatment_day_must_bear_that_day():
    assert verdicts(NOTE, SIGNED)["same_day_as_session"] == "holds"
    other = replace(SIGNED, service_date=date(2026, 3, 3))
    assert said(NOTE, other, "same_day_as_session") == (
        "Dated 2026-03-03, but treatment was on 2026-03-02. Add the record of that day."
    )
    assert verdicts(NOTE, SIGNED, Moments())["same_day_as_session"] == "unknown"
    assert verdicts(NOTE, replace(SIGNED, service_date=None))["service_date"] == "unknown"


def test_image_approval_is_due_before_the_beam_of_one_session_or_before_the_next():
    image = Asked("Image guidance", timing=("before_next_session",))
    after = replace(SIGNED, subject="session:1", signed_at=at(3, 2, 15, 0))
    assert verdicts(image, after)["before_next_session"] == "fails"
    two = replace(MOMENTS, planned_sessions=2, beam_on={"session:1": BEAM, "session:2": at(3, 4, 9, 0)})
    assert verdicts(image, after, two)["before_next_session"] == "holds"
    too_late = replace(after, signed_at=at(3, 4, 9, 30))
    assert verdicts(image, too_late, two)["before_next_session"] == "fails"
    assert verdicts(image, replace(too_late, subject="session:2"), two)["before_next_session"] == "holds"
    assert verdicts(image, replace(after, subject="case"), two)["before_next_session"] == "unknown"
