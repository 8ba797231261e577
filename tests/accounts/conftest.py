"""Two people for the tests about accounts: Petra, whose session it is, and Noor, who must never see it."""

import pytest
from django.test import Client

from casetracker.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture
def petra(db) -> User:
    return User.objects.create_user("petra", "petra@example.org", PASSWORD, full_name="Petra Prepares")


@pytest.fixture
def noor(db) -> User:
    return User.objects.create_user("noor", "noor@example.org", PASSWORD, full_name="Noor Nobody")


@pytest.fixture
def sign_in():
    """Sign in through the page, as a person does: `sign_in(client, "petra")`."""

    def through_the_page(client: Client, username: str, password: str = PASSWORD, next: str = ""):
        return client.post("/sign-in/", {"username": username, "password": password, "next": next})

    return through_the_page
