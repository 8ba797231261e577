"""The document pages: works, anonymous, wrong role, other department, wrong method; form and versions."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import Document, Packet
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.owed import item, open_story, rebuild, released, row
from tests.pages.documents_desk import *  # noqa: F403
from tests.pages.documents_desk import CONSULT, NECESSITY, ORDER, TIME_OUT, typed, url

pytestmark = pytest.mark.django_db


# --- the rhythm

NAMES = (
    "case-documents",
    "case-document-add",
    "case-document-list",
    "case-document-change",
    "case-document-remove",
)


def address(name, case, note):
    return url(name, case, *([note.pk] if name in NAMES[3:] else []))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["petra", "cora", "sam"])
def test_people_who_enter_evidence_see_every_page(client, world, case, note, name, who):
    client.force_login(world.people[who])
    assert client.get(address(name, case, note)).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_strangers_are_sent_to_the_sign_in(client, case, note, name):
    answer = client.get(address(name, case, note))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["stella", "noor", "bea", "ada"])
def test_nobody_learns_that_a_case_elsewhere_exists(client, world, case, note, name, who):
    client.force_login(world.people[who])
    assert client.get(address(name, case, note)).status_code == 404
    assert client.post(address(name, case, note)).status_code in (404, 405)


@pytest.mark.parametrize("name", NAMES)
def test_compliance_reads_and_does_not_write(client, carl, case, note, name):
    client.force_login(carl)
    reads = name in ("case-documents", "case-document-change")
    assert client.get(address(name, case, note)).status_code == (200 if reads else 403)
    if name != "case-documents":
        assert client.post(address(name, case, note), typed(case)).status_code == 403
    assert Document.objects.count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_other_methods_are_refused(client, petra, case, note, name):
    client.force_login(petra)
    assert client.put(address(name, case, note)).status_code == 405
    if name == "case-documents":
        assert client.post(address(name, case, note)).status_code == 405


def test_a_document_of_another_case_is_not_found(client, world, petra, note):
    other = open_story(world, 3)
    client.force_login(petra)
    assert client.get(url("case-document-change", other, note.pk)).status_code == 404


# --- the index


def test_the_index_shows_author_dates_signature_and_what_is_proved(client, petra, case, note):
    client.force_login(petra)
    text = client.get(url("case-documents", case)).content.decode()
    for words in (
        "Consult of February",
        "Dr. Onco",
        "Feb 10, 2026, 16:00",
        "1 item",
        "Radiation oncology consultation",
    ):
        assert words in text


def test_an_unsigned_document_says_so_in_words(client, petra, case):
    evidence.add_document(case=case, by=petra, kind="treatment_order", title="Order")
    client.force_login(petra)
    assert "Not signed" in client.get(url("case-documents", case)).content.decode()


def test_expected_documents_of_the_template_are_one_click_away(client, petra, world, case, note):
    template = world.template
    template.document_kinds = ["consult_radiation_oncology", "treatment_order"]
    template.save()
    case.template = template
    case.save()
    client.force_login(petra)
    text = client.get(url("case-documents", case)).content.decode()
    assert f"{url('case-document-add', case)}?kind=treatment_order" in text
    assert "?kind=consult_radiation_oncology" not in text


def test_an_empty_index_teaches(client, petra, case):
    client.force_login(petra)
    assert "No document in the index yet" in client.get(url("case-documents", case)).content.decode()


def test_the_index_reads_forty_documents_with_as_many_queries_as_four(client, world, petra, case):
    other = open_story(world, 3)
    client.force_login(petra)
    counts = []
    for one, number in ((case, 4), (other, 40)):
        ids = list(one.items.filter(condition="true").values_list("pk", flat=True)[:3])
        for n in range(number):
            evidence.add_document(
                case=one, by=petra, kind="treatment_order", title=f"Order {n}", item_ids=ids
            )
        client.get(url("case-documents", one))
        with CaptureQueriesContext(connection) as captured:
            client.get(url("case-documents", one))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- adding


def test_a_document_is_added_and_ticked(client, petra, case):
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), typed(case), follow=True)
    assert "It is ticked for 1 item." in answer.content.decode()
    made = Document.objects.get()
    assert made.signed_at == datetime(2026, 2, 10, 21, tzinfo=UTC)
    assert made.author_role == "radiation_oncologist"
    assert item(case, CONSULT).answer == "satisfied"


def test_the_form_ticks_what_the_kind_usually_proves_and_fills_in_no_time(client, petra, case):
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"kind": "consult_radiation_oncology"}).context["form"]
    chosen = set(form["items"].value())
    assert {str(item(case, key).pk) for key in (CONSULT, NECESSITY)} <= chosen
    assert [form[name].value() for name in ("service_date", "signed_at", "written_at")] == [None, None, None]


@pytest.mark.parametrize(
    ("asked", "first"), [({}, "kind"), ({"kind": "consult_radiation_oncology"}, "author")]
)
def test_typing_begins_in_the_first_field_that_is_left(client, petra, case, asked, first):
    case.team.filter(role="radiation_oncologist").delete()
    client.force_login(petra)
    form = client.get(url("case-document-add", case), asked).context["form"]
    assert [name for name, field in form.fields.items() if "autofocus" in field.widget.attrs] == [first]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_changed_kind_ticks_its_items_and_keeps_what_was_typed(client, petra, case, htmx):
    client.force_login(petra)
    data = typed(case, kind="treatment_order", items=[], do="refresh", reference="typed before")
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(url("case-document-add", case), data, headers=headers)
    text = answer.content.decode()
    assert f'value="{item(case, ORDER).pk}" id="proves-{item(case, ORDER).pk}" checked' in text
    assert ("typed before" in text) is not htmx
    assert not Document.objects.exists()


def test_a_session_s_document_ticks_that_session_only(client, petra, case):
    other = "session:0f9d8f5c-1111-4222-8333-444455556666"
    mine = item(case, TIME_OUT, f"session:{case.sessions.get().uuid}").subject
    rebuild(case, row(TIME_OUT, mine), row(TIME_OUT, other))
    client.force_login(petra)
    data = typed(case, kind="time_out_record", subject=mine, items=[], do="refresh")
    chosen = client.post(url("case-document-add", case), data).context["chosen"]
    assert chosen == {str(item(case, TIME_OUT, mine).pk)}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": ""}, "Choose the kind of document."),
        ({"kind": "letter"}, "Select a valid choice"),
        ({"service_date": "32/13/2026"}, "is not a date"),
        ({"signed_at": "2026-02-10"}, "Type the day and the time"),
        ({"signed_at": "2099-02-10 08:00"}, "This time has not come yet"),
        ({"author_name": "Somebody"}, "not both"),
        ({"written_at": "2026-02-12 08:00"}, "The signature is earlier than the writing"),
        ({"items": ["999999"]}, "Select a valid choice"),
        ({"subject": "lesion:x"}, "Select a valid choice"),
        ({"title": "x" * 201}, "at most 200 characters"),
    ],
)
def test_wrong_entries_are_named_and_nothing_typed_is_lost(client, petra, case, more, words):
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), typed(case, reference="kept words", **more))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "kept words" in text
    assert not Document.objects.exists()


def test_a_refusal_of_the_service_keeps_the_form(client, petra, cora, case):
    released(case, cora, "77372", "facility")
    client.force_login(petra)
    data = typed(case, reference="kept words")
    Packet.objects.filter(case=case, stream="facility").update(status="approved")
    text = client.post(url("case-document-add", case), data).content.decode()
    assert "kept words" in text
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("then", "address"),
    [
        ("documents", "/cases/{}/documents/"),
        ("owed", "/queue/mine/"),
        ("everyone", "/cases/{}/checklist/?who=everyone"),
        ("", "/cases/{}/checklist/"),
        ("//elsewhere.example/", "/cases/{}/checklist/"),
    ],
)
def test_one_goes_back_to_the_list_one_came_from(client, petra, case, then, address):
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), typed(case, then=then))
    assert answer.url == address.format(case.pk)


def test_the_person_whose_part_it_is_is_filled_in_and_the_day_of_a_session(client, petra, world):
    case = case_at("suggested", world=world)
    client.force_login(petra)
    session = case.sessions.get()
    record = item(case, "delivery-record", f"session:{session.uuid}")
    form = client.get(url("case-document-add", case), {"item": record.pk}).context["form"]
    assert form["author"].value() == case.team.get(role="therapist").clinician_id
    assert form["service_date"].value() == session.date.isoformat()
    assert form["signed_at"].value() is None


def test_nobody_is_filled_in_when_two_have_the_part(client, petra, world):
    case = case_at("suggested", world=world)
    case.team.create(role="radiation_oncologist", clinician=world.clinicians["reed"])
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": item(case, CONSULT).pk}).context["form"]
    assert form["author"].value() is None


def test_another_document_follows_at_once(client, petra, case):
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), typed(case, do="another"))
    assert answer.url == url("case-document-add", case)


# --- versions, removing


def test_a_new_version_is_stored_and_the_old_one_stays_readable(client, petra, case, note):
    client.force_login(petra)
    data = typed(case, title="Consult, corrected", version=1, items=[item(case, NECESSITY).pk])
    client.post(url("case-document-change", case, note.pk), data)
    new = Document.objects.get(supersedes=note)
    assert (new.version, new.title) == (2, "Consult, corrected")
    assert (item(case, CONSULT).answer, item(case, NECESSITY).answer) == ("open", "satisfied")
    old = client.get(url("case-document-change", case, note.pk)).content.decode()
    assert "An earlier version" in old
    assert "Consult of February" in old
    assert "Version 2; earlier ones" in client.get(url("case-documents", case)).content.decode()


def test_a_stale_version_keeps_what_was_typed(client, petra, case, note):
    client.force_login(petra)
    entry = evidence.as_input(note, ())
    data = typed(case, title="Typed meanwhile", version=0)
    answer = client.post(url("case-document-change", case, note.pk), data)
    assert answer.status_code == 409
    assert "Typed meanwhile" in answer.content.decode()
    assert entry.title == Document.objects.get().title


def test_a_version_replaced_meanwhile_takes_nothing_that_was_typed_away(client, petra, case, note):
    client.force_login(petra)
    here = url("case-document-change", case, note.pk)
    client.post(here, typed(case, title="Faster", version=1))
    answer = client.post(here, typed(case, title="Typed meanwhile", version=1))
    shown = answer.content.decode()
    newer = Document.objects.get(supersedes=note)
    assert answer.status_code == 409
    assert "Somebody saved version 2 while you typed." in shown
    assert "Typed meanwhile" in shown
    assert Document.objects.filter(title="Typed meanwhile").count() == 0
    there = url("case-document-change", case, newer.pk)
    assert f'action="{there}"' in shown
    client.post(there, typed(case, title="Typed meanwhile", version=2))
    assert Document.objects.get(supersedes=newer).title == "Typed meanwhile"


def test_a_document_removed_meanwhile_says_that_nothing_was_saved(client, petra, case, note):
    client.force_login(petra)
    client.post(url("case-document-remove", case, note.pk), {"version": 1, "words": "Wrong patient."})
    here = url("case-document-change", case, note.pk)
    answer = client.post(here, typed(case, title="Typed meanwhile", version=1), follow=True)
    assert "was removed while you typed; nothing of yours was saved" in answer.content.decode()


def test_removing_asks_first_and_leaves_the_entry_readable(client, petra, case, note):
    client.force_login(petra)
    assert "may be open again" in client.get(url("case-document-remove", case, note.pk)).content.decode()
    client.post(url("case-document-remove", case, note.pk), {"version": 1, "words": "Wrong patient."})
    assert item(case, CONSULT).answer == "open"
    assert "Removed from the index" in client.get(url("case-document-change", case, note.pk)).content.decode()
    assert "Consult of February" in client.get(url("case-documents", case)).content.decode()
