"""P-12: leaving staff lose access at once."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_next_request_of_a_deactivated_person_is_refused(client, petra):
    client.force_login(petra)
    assert client.get("/account/password/").status_code == 200
    petra.is_active = False
    petra.save()
    assert client.get("/account/password/").status_code == 302
    assert client.post("/sign-in/", {"username": "petra", "password": "whatever"}).status_code == 200
