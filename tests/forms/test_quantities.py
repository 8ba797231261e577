"""Numbers with units, days and times, typed the way people write them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.moments import ClockField, DayField, MomentField
from casetracker.forms.quantities import DoseField, MillimetreField, VolumeField, WholeField
from tests.rulebook.cases import changed, golden, judged


@pytest.mark.parametrize(
    ("typed", "millimetres"),
    [
        ("18", "18"),
        ("18 mm", "18"),
        ("1.8 cm", "18"),
        ("1.8cm", "18"),
        ("1.8 CM", "18"),
        ("3.496 cm", "34.96"),
        ("34.96", "34.96"),
        (".5 cm", "5"),
        ("0", "0"),
        (" 12 ", "12"),
    ],
)
def test_centimetres_become_millimetres_exactly(typed, millimetres):
    assert MillimetreField().clean(typed) == Decimal(millimetres)


@pytest.mark.parametrize("typed", ["", "  ", None])
def test_nothing_typed_is_not_recorded(typed):
    assert MillimetreField().clean(typed) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("eighteen", "is not a number of mm"),
        ("18 in", "is not a number of mm"),
        ("-3", "is not a number of mm"),
        ("<5", "is not a number of mm"),
        ("1,8", "is not a number of mm"),
        ("18.555", "At most two decimals"),
        ("1.85555 cm", "At most two decimals"),
        ("900", "Between 0 and 300"),
    ],
)
def test_what_is_no_size_is_refused_with_a_sentence(typed, said):
    with pytest.raises(ValidationError) as refusal:
        MillimetreField().clean(typed)
    assert said in refusal.value.messages[0]


def test_dose_and_volume_know_their_units():
    assert DoseField().clean("2000 cGy") == Decimal(20)
    assert DoseField().clean("20 Gy") == Decimal(20)
    assert VolumeField().clean("850 mm3") == Decimal("0.85")


def test_whole_numbers_stay_within_their_bounds():
    field = WholeField(least=1, most=45)
    assert field.clean("5") == 5
    assert field.clean("") is None
    for typed in ("0", "46", "two", "1.5"):
        with pytest.raises(ValidationError):
            field.clean(typed)


@pytest.mark.parametrize("typed", ["2026-03-02", "3/2/2026", "03/02/2026", "3/2/26"])
def test_days_are_typed_in_several_spellings(typed):
    assert DayField().clean(typed) == dt.date(2026, 3, 2)


@pytest.mark.parametrize("typed", ["2026-02-30", "13/40/2026", "soon", "0026-03-02"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValidationError) as refusal:
        DayField().clean(typed)
    assert "is not a date" in refusal.value.messages[0]


@pytest.mark.parametrize("typed", ["0730", "730", "07:30", "7:30"])
def test_times_are_typed_with_or_without_a_colon(typed):
    assert ClockField().clean(typed) == dt.time(7, 30)


@pytest.mark.parametrize("typed", ["2460", "25:00", "noon"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValidationError):
        ClockField().clean(typed)


def test_a_moment_is_a_day_and_a_time():
    assert MomentField().clean("3/1/26 1620") == dt.datetime(2026, 3, 1, 16, 20, tzinfo=dt.UTC)
    with pytest.raises(ValidationError) as refusal:
        MomentField().clean("2026-03-01")
    assert "the day and the time" in refusal.value.messages[0]


def test_yes_no_and_not_recorded_are_three_answers():
    field = YesNoField()
    assert [field.clean(typed) for typed in ("yes", "no", "", None)] == [True, False, None, None]
    with pytest.raises(ValidationError):
        field.clean("perhaps")


def test_words_and_records_outside_the_list_are_refused():
    with pytest.raises(ValidationError):
        WordField([("mask", "Mask")]).clean("glue")
    field = RecordField()
    field.offer({"7": "the machine"}, [("7", "Machine")])
    assert field.clean("7") == "the machine"
    assert field.clean("") is None
    with pytest.raises(ValidationError):
        field.clean("8")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("34.9 mm", "simple"),
        ("35.0 mm", "complex"),
        ("35.1 mm", "complex"),
        ("3.49 cm", "simple"),
        ("3.50 cm", "complex"),
        ("3.51 cm", "complex"),
    ],
)
def test_a_size_at_the_boundary_counts_the_same_in_both_units(typed, expected):
    assert class_of("max_dimension_mm", typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4.9 mm", "complex"),
        ("5.0 mm", "complex"),
        ("5.1 mm", "simple"),
        ("0.49 cm", "complex"),
        ("0.50 cm", "complex"),
        ("0.51 cm", "simple"),
    ],
)
def test_a_distance_at_the_boundary_counts_the_same_in_both_units(typed, expected):
    assert class_of("optic_distance_mm", typed) == expected


def class_of(field: str, typed: str) -> str:
    """The class of the lesion of the first scenario with one quantity as a person types it."""
    document = changed(
        golden()["G01"]["document"], f"lesions[L1].{field}", str(MillimetreField().clean(typed))
    )
    return judged(document)["lesions"][0]["class"]
