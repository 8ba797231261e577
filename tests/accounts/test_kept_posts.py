"""A form sent after the session ended comes back complete to the same person, and nobody else ever sees it."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from casetracker.models import KeptPost

from . import pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.pages")]

ENTRIES = {"label": "right frontal", "size": ["18", "12"], "account_password": "never keep me"}
KEPT = {"label": ["right frontal"], "size": ["18", "12"]}


@pytest.fixture(autouse=True)
def nothing_received():
    pages.RECEIVED.clear()


@pytest.fixture
def ended(client: Client, petra, sign_in) -> Client:
    """Petra's browser after her session has run out: the cookies are still there, the session is not."""
    sign_in(client, "petra")
    client.get("/note/")
    client.session.flush()
    return client


def next_of(response) -> str:
    return parse_qs(urlsplit(response.url).query)["next"][0]


def test_entries_come_back_complete_to_the_same_person(ended, sign_in):
    refused = ended.post("/note/", ENTRIES)
    assert refused.status_code == 302
    assert urlsplit(refused.url).path == "/sign-in/"
    assert pages.RECEIVED == []
    back = sign_in(ended, "petra", next=next_of(refused))
    assert back.url.startswith("/note/?kept=")
    assert ended.get(back.url).content.decode() == f"note page: {KEPT}"


def test_sign_in_page_says_that_entries_are_kept(ended):
    refused = ended.post("/note/", ENTRIES)
    page = ended.get(refused.url).content.decode()
    assert "is kept for 60 minutes" in page
    assert "right frontal" not in page


def test_query_of_the_page_survives(ended, sign_in):
    refused = ended.post("/note/7/?tab=plan", ENTRIES)
    back = sign_in(ended, "petra", next=next_of(refused))
    assert back.url.startswith("/note/7/?tab=plan&kept=")
    assert "right frontal" in ended.get(back.url).content.decode()


def test_somebody_else_signing_in_never_sees_them(ended, noor, sign_in):
    refused = ended.post("/note/", ENTRIES)
    back = sign_in(ended, "noor", next=next_of(refused))
    assert back.url == "/"
    token = KeptPost.objects.get().token
    assert "nothing kept" in ended.get(f"/note/?kept={token}").content.decode()
    assert ended.get(f"/account/kept/{token}/").status_code == 404
    assert KeptPost.objects.filter(token=token).exists(), "they still wait for Petra"


def test_the_owner_finds_them_after_signing_in_elsewhere(ended, petra, noor, sign_in):
    refused = ended.post("/note/", ENTRIES)
    sign_in(ended, "noor", next=next_of(refused))
    elsewhere = Client()
    response = sign_in(elsewhere, "petra")
    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert len(told) == 1
    assert f"/account/kept/{KeptPost.objects.get().token}/" in told[0]


def test_an_action_without_a_page_is_offered_to_be_sent_again(ended, sign_in):
    refused = ended.post("/action/", ENTRIES)
    back = sign_in(ended, "petra", next=next_of(refused))
    offer = ended.get(back.url)
    assert offer.url == f"/account/kept/{KeptPost.objects.get().token}/"
    page = unescape(ended.get(offer.url).content.decode())
    assert 'action="/action/"' in page
    assert '<input type="hidden" name="size" value="12">' in page
    ended.post("/action/", KEPT)
    assert [dict(received) for received in pages.RECEIVED] == [KEPT]


def test_entries_that_arrived_are_forgotten(ended, sign_in):
    refused = ended.post("/note/", ENTRIES)
    back = sign_in(ended, "petra", next=next_of(refused))
    ended.get(back.url)
    ended.post("/action/", {"x": "1"})
    assert KeptPost.objects.count() == 1, "another page's form is no reason to forget"
    ended.post("/note/", KEPT)
    assert KeptPost.objects.count() == 0


def test_a_person_can_forget_them(ended, sign_in):
    refused = ended.post("/action/", ENTRIES)
    sign_in(ended, "petra", next=next_of(refused))
    address = f"/account/kept/{KeptPost.objects.get().token}/"
    assert ended.post(address).status_code == 302
    assert KeptPost.objects.count() == 0
    assert ended.get(address).status_code == 404


def test_entries_are_gone_after_an_hour(ended, sign_in):
    refused = ended.post("/note/", ENTRIES)
    KeptPost.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    back = sign_in(ended, "petra", next=next_of(refused))
    assert back.url == "/"
    assert KeptPost.objects.count() == 0, "sign-in clears old entries away"


def test_files_are_not_kept_and_the_page_says_so(ended, sign_in):
    refused = ended.post("/action/", {**ENTRIES, "report": SimpleUploadedFile("plan.pdf", b"%PDF-")})
    sign_in(ended, "petra", next=next_of(refused))
    kept = KeptPost.objects.get()
    assert kept.files_left_out == 1
    assert "plan.pdf" not in str(kept.fields)
    page = ended.get(f"/account/kept/{kept.token}/").content.decode()
    assert "1 attached file must be chosen again" in page


def test_passwords_and_form_marks_are_not_kept(ended):
    ended.post("/note/", {**ENTRIES, "csrfmiddlewaretoken": "abc"})
    assert dict(KeptPost.objects.get().fields) == KEPT


def test_a_page_for_passwords_keeps_nothing(ended):
    assert ended.post("/secret/", ENTRIES).status_code == 302
    assert KeptPost.objects.count() == 0


def test_after_signing_out_nothing_is_kept(client, petra, sign_in):
    sign_in(client, "petra")
    client.post("/sign-out/")
    refused = client.post("/note/", ENTRIES)
    assert "kept" not in refused.url
    assert KeptPost.objects.count() == 0


def test_a_browser_that_held_no_session_keeps_nothing(client):
    client.cookies["last_person"] = "1:forged:signature"
    assert client.post("/note/", ENTRIES).status_code == 302
    assert KeptPost.objects.count() == 0


def test_entries_of_a_deactivated_person_are_not_kept(ended, petra):
    petra.is_active = False
    petra.save()
    assert "kept" not in ended.post("/note/", ENTRIES).url
    assert KeptPost.objects.count() == 0


def test_a_fragment_gets_a_notice_and_the_page_stays(ended):
    answer = ended.post("/note/", ENTRIES, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "still on this page" in answer.content.decode()
    assert "HX-Redirect" not in answer.headers
    assert KeptPost.objects.count() == 0


def test_at_most_twenty_wait_for_one_person(ended):
    for number in range(23):
        ended.post(f"/note/{number}/", ENTRIES)
    assert KeptPost.objects.count() <= 21
    assert KeptPost.objects.filter(path="/note/22/").exists()


class TestOutdatedForm:
    """The form's own mark (CSRF) changes at sign-in; a page opened before it must not lose its entries."""

    @pytest.fixture
    def strict(self, petra, sign_in) -> Client:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(petra)
        browser.get("/note/")
        return browser

    def test_own_page_gets_its_entries_back(self, strict):
        back = strict.post("/note/", ENTRIES, headers={"Origin": "http://testserver"})
        assert back.url.startswith("/note/?kept=")
        assert "right frontal" in strict.get(back.url).content.decode()
        assert pages.RECEIVED == []

    def test_after_the_session_ended_too(self, strict, sign_in):
        strict.session.flush()
        refused = strict.post("/note/", ENTRIES, headers={"Origin": "http://testserver"})
        assert next_of(refused).startswith("/note/?kept=")

    @pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "https://testserver"])
    def test_another_site_cannot_plant_entries(self, strict, origin):
        refused = strict.post("/note/", ENTRIES, headers={"Origin": origin})
        assert refused.status_code == 403
        assert "no longer valid" in refused.content.decode()
        assert KeptPost.objects.count() == 0
