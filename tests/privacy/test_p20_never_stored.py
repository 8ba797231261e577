"""P-20: patient pages are sent with no-store caching."""

import pytest

from .addresses import all_addresses

pytestmark = pytest.mark.django_db


def test_no_page_may_be_stored_by_a_browser_or_proxy(client, petra):
    client.force_login(petra)
    stored = []
    for address in all_addresses():
        if address.name == "sign_out":
            continue
        answer = client.get(address.path)
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            stored.append(address.path)
    assert stored == []


def test_error_pages_neither(client):
    for path in ("/no-such-page/", "/sign-in/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
