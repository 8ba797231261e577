"""P-20: patient pages and files are sent with no-store caching; a download is checked against the user each time."""

import pytest
from django.urls import reverse

from casetracker.models import HandoffFile
from tests.privacy.addresses import all_addresses
from tests.privacy.scenes import acting, scenes  # noqa: F401

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


@pytest.mark.parametrize("form", ["pdf", "csv", "json"])
def test_a_download_is_not_stored_and_its_link_is_worth_nothing_to_others(scenes, form):  # noqa: F811
    found = HandoffFile.objects.filter(handoff__packet__case=scenes.sent, format=form).first()
    link = reverse("handoff-file", args=[found.handoff_id, form])
    with acting(scenes.doors["billing"]) as client:
        answer = client.get(link)
        assert (answer.status_code, answer.content) == (200, bytes(found.content))
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        client.post("/sign-out/")
        assert client.get(link).status_code == 302
    for role in ("staff", "administrator", "nobody", "elsewhere"):
        with acting(scenes.doors[role]) as client:
            answer = client.get(link)
            assert answer.status_code == 404, role
            assert b"%PDF" not in answer.content
