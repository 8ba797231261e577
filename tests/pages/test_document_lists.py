"""Pasted and uploaded document lists: shown first, corrected in place, stored in one step."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casetracker.models import Document
from tests.cast import *  # noqa: F403
from tests.owed import item
from tests.pages.documents_desk import *  # noqa: F403
from tests.pages.documents_desk import CONSULT, TIME_OUT, url

pytestmark = pytest.mark.django_db
LIST = (
    "Kind,Title,Author,Service date,Signed at,Reference\n"
    "Radiation oncology consultation,Consult,Dr. Olga Onco,2026-02-10,2026-02-10 16:00,chart 12\n"
    "treatment_order,Order to treat,Somebody Else,02/11/2026,2026-02-11 08:30,\n"
)


def check(client, case, text, do="check"):
    return client.post(url("case-document-list", case), {"text": text, "do": do})


def test_a_list_is_shown_before_anything_is_stored(client, petra, case):
    client.force_login(petra)
    answer = check(client, case, LIST)
    text = answer.content.decode()
    assert "Store 2 documents" in text
    assert "not in the list of people; kept as a name" in text
    assert "Medical necessity" in text or "Why radiosurgery" in text
    assert not Document.objects.exists()


def test_a_confirmed_list_is_stored_in_one_step_with_its_usual_items(client, petra, case):
    client.force_login(petra)
    answer = client.post(url("case-document-list", case), {"text": LIST, "do": "store"}, follow=True)
    assert "2 documents are in the index" in answer.content.decode()
    consult, order = Document.objects.order_by("service_date")
    assert (consult.author.name, consult.author_role) == ("Dr. Olga Onco", "radiation_oncologist")
    assert (order.author, order.author_name) == (None, "Somebody Else")
    assert consult.signed_at == datetime(2026, 2, 10, 21, tzinfo=UTC)
    assert item(case, CONSULT).answer == "satisfied"


def test_a_wrong_row_stops_the_whole_list_and_keeps_the_text(client, petra, case):
    client.force_login(petra)
    wrong = LIST.replace("treatment_order", "treatment odrer").replace("2026-02-10 16:00", "2026-02-10")
    text = check(client, case, wrong, do="store").content.decode()
    assert "2 rows cannot be read" in text
    assert "Did you mean: Treatment order" in text
    assert "has no time. Write 2026-03-02 07:45." in text
    assert "treatment odrer,Order to treat" in text
    assert not Document.objects.exists()


def test_a_signature_still_to_come_is_named_in_its_row_and_the_text_stays(client, petra, case):
    client.force_login(petra)
    early = LIST.replace("2026-02-10 16:00", "2099-02-10 16:00")
    text = check(client, case, early, do="store").content.decode()
    assert "1 row cannot be read" in text
    assert text.count("This time has not come yet. Check the day and the time.") == 1
    assert "2099-02-10 16:00" in text
    assert not Document.objects.exists()


def test_a_list_pasted_twice_is_noticed(client, petra, case):
    client.force_login(petra)
    check(client, case, LIST, do="store")
    text = check(client, case, LIST, do="store").content.decode()
    assert "Every document of this list is in the index already." in text
    assert Document.objects.count() == 2


def test_a_row_that_stands_twice_in_a_list_is_stored_once(client, petra, case):
    client.force_login(petra)
    check(client, case, LIST + LIST.splitlines()[1] + "\n", do="store")
    assert Document.objects.count() == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_and_shown_as_text(client, petra, case, encoding):
    client.force_login(petra)
    content = LIST.replace("Order to treat", "Anordnung für Zoë").encode(encoding)
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    answer = client.post(url("case-document-list", case), {"file": file, "do": "check"})
    assert "Anordnung für Zoë" in answer.context["form"]["text"].value()
    assert "Store 2 documents" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.xlsx", b"PK\x03\x04", "Choose a .csv, .tsv or .txt file"),
        ("list.csv", b"PK\x03\x04rest", "Save the sheet as CSV first"),
        ("list.txt", b"x" * 200_001, "a list may have 200 kB"),
        ("list.csv", b"", "Paste a list or choose a file"),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(client, petra, case, name, content, words):
    client.force_login(petra)
    data = {"file": SimpleUploadedFile(name, content), "text": "", "do": "check"}
    answer = client.post(url("case-document-list", case), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_session_is_found_by_the_date_of_service(client, petra, case):
    client.force_login(petra)
    day = case.sessions.get().date
    check(client, case, f"time_out_record\tTime-out\tTheo Therapist\t{day}\t{day} 07:40", do="store")
    made = Document.objects.get()
    assert made.subject == f"session:{case.sessions.get().uuid}"
    assert made.items.get().key == TIME_OUT


@pytest.mark.parametrize(
    ("then", "address"),
    [
        ("everyone", "/cases/{}/checklist/?who=everyone"),
        ("", "/cases/{}/documents/"),
        ("owed", "/queue/mine/"),
    ],
)
def test_a_stored_list_leads_back_to_where_one_came_from(client, petra, case, then, address):
    client.force_login(petra)
    page = client.get(url("case-document-list", case), {"then": then}).content.decode()
    assert f'name="then" value="{then or "documents"}"' in page
    answer = client.post(url("case-document-list", case), {"text": LIST, "do": "store", "then": then})
    assert answer.url == address.format(case.pk)
