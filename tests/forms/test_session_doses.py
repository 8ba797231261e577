"""Doses of a session as one text: read, refused with a reason, and shown back the way they were typed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from casetracker.forms.session_doses import doses_of, doses_text

NAMES = ["L1", "L2", "Left frontal 2"]


@pytest.mark.parametrize(
    ("text", "doses"),
    [
        ("", {}),
        ("20", {0: 20, 1: 20}),
        ("20 Gy", {0: 20, 1: 20}),
        ("1800 cGy", {0: 18, 1: 18}),
        ("L1 20, L2 18", {0: 20, 1: 18}),
        ("l1: 20 Gy; L2=18.5", {0: 20, 1: Decimal("18.5")}),
        ("L2 18", {1: 18}),
        ("L1-L2 7", {0: 7, 1: 7}),
        ("all 7", {0: 7, 1: 7}),
    ],
)
def test_doses_are_read_as_people_write_them(text, doses):
    assert doses_of(text, [0, 1], NAMES) == doses


def test_names_with_blanks_and_numbers_are_names():
    assert doses_of("Left frontal 2 18, L1 20", [0, 2], NAMES) == {2: 18, 0: 20}


@pytest.mark.parametrize(
    ("text", "treated", "message"),
    [
        ("twenty", [0], "“twenty” is not a dose. Type one number for all lesions of the session"),
        ("L1", [0], "“L1” is not a dose"),
        ("20, 18", [0, 1], "“20”: which lesion gets this dose?"),
        ("L1 20, 18", [0, 1], "“18”: which lesion gets this dose?"),
        ("L9 20", [0], "No lesion is called L9"),
        ("L2 20", [0], "L2 is not treated in this session. Add it to the lesions"),
        ("L1 20, L1 18", [0], "L1 has two doses here"),
        ("all 7, L2 9", [0, 1], "L2 has two doses here"),
        ("20", [], "Say first which lesions are treated in this session"),
        ("L1 200", [0], "Between 0 and 160 Gy; 200 is not."),
        ("20.125", [0], "At most two decimals"),
        ("20 mm", [0], "is not a dose"),
    ],
)
def test_what_is_not_understood_is_said_clearly(text, treated, message):
    with pytest.raises(ValidationError) as refusal:
        doses_of(text, treated, NAMES)
    assert message in " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    ("doses", "treated", "text"),
    [
        ({}, [0, 1], ""),
        ({0: Decimal("20.00"), 1: Decimal(20)}, [0, 1], "20"),
        ({0: Decimal(20), 1: Decimal("18.50")}, [0, 1], "L1 20, L2 18.5"),
        ({1: Decimal(18)}, [0, 1], "L2 18"),
        ({0: Decimal(0)}, [0], "0"),
        ({0: Decimal(10), 2: Decimal(20)}, [0, 2], "L1 10, Left frontal 2 20"),
    ],
)
def test_doses_are_shown_back_and_mean_the_same(doses, treated, text):
    assert doses_text(doses, treated, NAMES) == text
    assert doses_of(text, treated, NAMES) == doses
