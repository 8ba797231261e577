"""Petra signs in for the privacy statements; nothing here is a real person."""

import pytest

from casetracker.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture
def petra(db) -> User:
    return User.objects.create_user("petra", "petra@example.org", PASSWORD, full_name="Petra Prepares")
