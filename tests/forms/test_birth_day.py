"""The date of birth: two digits of a year never lie in the future."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from casetracker.forms.moments import BirthDayField

CASES = [
    ("1/30/57", date(1957, 1, 30)),
    ("5/4/63", date(1963, 5, 4)),
    ("2/29/48", date(1948, 2, 29)),
    ("3/1/12", date(2012, 3, 1)),
    ("1957-01-30", date(1957, 1, 30)),
    ("", None),
]


@pytest.mark.parametrize(("typed", "born"), CASES)
def test_a_year_of_two_digits_has_passed(typed, born):
    assert BirthDayField().clean(typed) == born


def test_a_day_to_come_is_refused():
    with pytest.raises(ValidationError, match="2099-01-30 is still to come"):
        BirthDayField().clean("1/30/2099")
