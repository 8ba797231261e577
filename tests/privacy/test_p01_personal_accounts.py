"""P-01: every user has one personal account; no shared or generic log-in can be created."""

import pytest
from django.core.exceptions import ValidationError

from casetracker.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("username", "email", "text"),
    [
        ("petra", "other@example.org", "already exists"),
        ("other", "petra@example.org", "already uses this e-mail address"),
    ],
)
def test_a_second_account_with_the_same_name_or_address_is_refused(petra, username, email, text):
    second = User(username=username, email=email, full_name="Somebody Else", password="x")
    with pytest.raises(ValidationError, match=text):
        second.full_clean()


def test_an_account_without_a_persons_name_is_refused(db):
    with pytest.raises(ValidationError) as refusal:
        User(username="workstation1", email="w@example.org", password="x").full_clean()
    assert "full_name" in refusal.value.message_dict
