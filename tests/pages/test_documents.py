"""The document pages: works, anonymous, wrong role, other department, wrong method; form, versions, pasted lists."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import Document, Packet
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.owed import item, open_story, rebuild, released, row

pytestmark = pytest.mark.django_db
CONSULT, ORDER, NECESSITY, TIME_OUT = (
    "radiation-oncology-consult",
    "signed-treatment-order",
    "medical-necessity-statement",
    "time-out",
)
LIST = (
    "Kind,Title,Author,Service date,Signed at,Reference\n"
    "Radiation oncology consultation,Consult,Dr. Olga Onco,2026-02-10,2026-02-10 16:00,chart 12\n"
    "treatment_order,Order to treat,Somebody Else,02/11/2026,2026-02-11 08:30,\n"
)


@pytest.fixture
def case(world):
    made = open_story(world)
    session = f"session:{made.sessions.get().uuid}"
    rebuild(made, row(CONSULT), row(ORDER), row(NECESSITY), row(TIME_OUT, session))
    return made


@pytest.fixture
def note(case, petra):
    return evidence.add_document(
        case=case,
        by=petra,
        kind="consult_radiation_oncology",
        title="Consult of February",
        author_name="Dr. Onco",
        author_role="radiation_oncologist",
        signed_at=datetime(2026, 2, 10, 21, tzinfo=UTC),
        service_date=date(2026, 2, 10),
        item_ids=[item(case, CONSULT).pk],
    )


def url(name, case, *more):
    return reverse(name, args=[case.pk, *more])


def typed(case, **more):
    return {
        "kind": "consult_radiation_oncology",
        "title": "Consult",
        "subject": "case",
        "author": case.team.get(role="radiation_oncologist").clinician_id,
        "service_date": "2026-02-10",
        "signed_at": "2026-02-10 16:00",
        "reference": "chart 12",
        "items": [item(case, CONSULT).pk],
        "do": "save",
        **more,
    }


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


# --- a pasted or uploaded list


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


def test_once_only_the_second_signature_is_missing_its_kind_is_offered(client, petra, world):
    case = case_at("suggested", world=world)
    verified = item(case, "dosimetric-verification-signed")
    verified.checks = [
        *verified.checks,
        {"check": "cosigner", "verdict": "fails", "message": "Sign.", "from": ""},
    ]
    verified.save()
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": verified.pk}).context["form"]
    assert form["kind"].value() == "management_note"
    assert form["author"].value() == case.team.get(role="radiation_oncologist").clinician_id


def test_a_paper_of_the_plan_asked_for_by_one_lesion_proves_every_lesion(client, petra, world):
    case = case_at("suggested", 2, world)
    drawn = list(case.items.filter(key="target-delineation", condition="true"))
    assert len(drawn) == 7
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": drawn[1].pk}).context["form"]
    assert (form["kind"].value(), form["subject"].value()) == ("plan_approval", "case")
    assert {str(row.pk) for row in drawn} <= set(form["items"].value())
    prescribed = case.items.filter(key="prescription-signed", condition="true")
    form = client.get(url("case-document-add", case), {"item": prescribed[0].pk}).context["form"]
    assert form["kind"].value() == "prescription"
    assert {str(row.pk) for row in prescribed} <= set(form["items"].value())


@pytest.mark.parametrize(("story", "kind"), [(2, "plan_report_3d"), (3, "plan_report_inverse")])
def test_of_two_reports_the_one_of_this_technique_is_offered(client, petra, world, story, kind):
    case = case_at("suggested", story, world)
    limits = case.items.get(key="organs-at-risk", condition="true")
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": limits.pk}).context["form"]
    assert form["kind"].value() == kind


def test_what_is_there_and_signed_is_not_offered_again(client, petra, world):
    case = case_at("suggested", 3, world)
    leaves = case.items.get(key="mlc-design-record", condition="true")
    client.force_login(petra)
    signed = typed(case, kind="plan_report_inverse", items=[leaves.pk], signed_at="2026-02-12 08:00")
    assert client.post(url("case-document-add", case), signed).status_code == 302
    form = client.get(url("case-document-add", case), {"item": leaves.pk}).context["form"]
    assert form["kind"].value() == "physics_chart_check"


def test_no_author_is_proposed_for_a_review_of_the_treating_physician_s_work(client, world, petra):
    case = case_at("suggested", 1, world)
    client.force_login(petra)
    for key, proposed in (("peer-review", False), ("radiation-oncology-consult", True)):
        item = case.items.get(key=key)
        page = client.get(reverse("case-document-add", args=[case.pk]), {"item": item.pk}).content.decode()
        listed = page.partition('name="author"')[2].partition("</select>")[0]
        assert bool(re.search(r"<option[^>]*selected[^>]*>[^<]*Onco", listed)) is proposed, key
