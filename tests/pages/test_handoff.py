"""Handoff pages: who sees them, what they say, receipt and return, downloads, and lists that stay small."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import AuditEvent, BillingLine, Handoff, HandoffFile, Packet
from casetracker.selectors import handoff as selectors
from casetracker.selectors.access import access_of
from casetracker.services import handoff as services
from casetracker.services import review
from tests.cast import *  # noqa: F403
from tests.handoff.stored import APPROVED, store, stored_file
from tests.packets import accepted, approved, desk

pytestmark = pytest.mark.django_db
LIST = "/handoffs/"
READERS = ("bea", "cora", "sam", "carl")
OTHERS = ("petra", "ada", "noor")


@pytest.fixture
def one(world) -> Handoff:
    """A handoff that waits for billing, its PDF stored."""
    found = store(world, "26-0042")
    stored_file(found)
    return found


@pytest.fixture
def real(world) -> Handoff:
    """A handoff that came through review, with its files."""
    approved(desk(world), world)
    services.draw_pending()
    return Handoff.objects.get()


def url(handoff: Handoff, name: str = "handoff", *more: str) -> str:
    return reverse(name, args=[handoff.pk, *more])


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def confirm(client, handoff, **values):
    return client.post(url(handoff, "handoff-confirm"), {"row_version": handoff.row_version, **values})


def send_back(client, handoff, reason, version=None):
    data = {"back-row_version": version or handoff.row_version, "back-reason": reason}
    return client.post(url(handoff, "handoff-send-back"), data)


# --- the list


@pytest.mark.parametrize("who", READERS)
def test_the_list_works(client, one, world, who):
    client.force_login(world.people[who])
    shown = text(client.get(LIST))
    assert "26-0042" in shown
    assert "Release, with held lines" in shown
    assert "1 line is held" in shown


def test_the_list_shows_initials_and_never_a_name(client, one, bea):
    client.force_login(bea)
    assert "Secretname" not in text(client.get(LIST))
    assert ">JQ<" in text(client.get(LIST))


@pytest.mark.parametrize("address", [LIST, "/handoffs/1/", "/handoffs/1/file.pdf"])
def test_anonymous_people_are_asked_to_sign_in(client, one, address):
    assert client.get(address).url.startswith("/sign-in/")


@pytest.mark.parametrize("who", OTHERS)
def test_other_roles_are_refused_the_list_with_the_reason(client, one, world, who):
    client.force_login(world.people[who])
    answer = client.get(LIST)
    assert answer.status_code == 403
    assert "Handoffs are for billing" in text(answer)


def test_another_departments_handoffs_are_not_listed(client, world, bea):
    store(world, "S-1", south=True)
    client.force_login(bea)
    assert "S-1" not in text(client.get(LIST))
    assert client.get(LIST).context["chips"][0]["count"] == 0


def test_the_list_takes_no_other_method(client, bea):
    client.force_login(bea)
    assert client.post(LIST).status_code == 405


def states(world):
    for number, state in enumerate(["ready", "ready", "pending", "received", "returned", "replaced"]):
        store(world, f"26-{number:04}", state=state, stream=("facility", "surgeon_professional")[number % 2])


@pytest.mark.parametrize("stream", ["", "facility", "surgeon_professional", "nonsense"])
def test_every_count_is_the_length_of_its_list(client, world, bea, stream):
    states(world)
    client.force_login(bea)
    counted = {}
    for tab in selectors.TABS:
        page = client.get(LIST, {"tab": tab, "stream": stream})
        counts = dict(zip(selectors.TABS, [chip["count"] for chip in page.context["chips"]], strict=True))
        assert counts[tab] == len(page.context["rows"])
        counted[tab] = counts
    assert len({tuple(counts.items()) for counts in counted.values()}) == 1


def test_beyond_the_cap_a_count_says_so(client, world, bea, monkeypatch):
    monkeypatch.setattr(selectors, "CAP", 1)
    monkeypatch.setattr("casetracker.presenters.handoff_page.CAP", 1)
    states(world)
    client.force_login(bea)
    page = client.get(LIST)
    assert page.context["chips"][0]["count"] == "1+"
    assert page.context["total"] == "1+ handoffs, newest approval first"


def statements(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    return len(asked)


def test_the_list_asks_a_fixed_number_of_questions(client, world, bea, django_assert_num_queries):
    client.force_login(bea)
    client.get(LIST)  # the first request also writes down that the session is alive
    for number in range(3):
        store(world, f"26-{number:04}")
    few = statements(client)
    for number in range(3, 60):
        store(world, f"26-{number:04}")
    assert statements(client) == few <= 13
    access_of(bea)
    with django_assert_num_queries(2):  # rows, counts of all tabs
        assert len(selectors.handoffs_for(bea, "to_receive").rows) == 50


def test_no_question_of_the_list_reads_file_bytes(client, one, bea):
    client.force_login(bea)
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    assert len(asked) > 3
    assert not any("content" in query["sql"] for query in asked.captured_queries)


def test_pages_follow_each_other_without_gap_or_repeat(client, world, bea):
    for number in range(120):
        store(world, f"26-{number:04}", approved_at=APPROVED + timedelta(days=number // 30))
    client.force_login(bea)
    seen, address = [], LIST
    while address:
        page = client.get(address)
        seen += [row["case_number"] for row in page.context["rows"]]
        address = page.context["older_url"]
    assert seen == [f"26-{number:04}" for number in reversed(range(120))]


@pytest.mark.parametrize("key", ["x", "2026-01-01~x", "2026-01-01~3", "~", "2026-13-01T00:00+00:00~1"])
def test_a_mangled_key_starts_at_the_beginning(client, one, bea, key):
    client.force_login(bea)
    assert len(client.get(LIST, {"before": key}).context["rows"]) == 1


def test_an_empty_tab_says_what_will_come(client, world, bea):
    client.force_login(bea)
    assert "A summary appears here when a supervisor has approved a packet" in text(client.get(LIST))
    assert "billing sends back with a reason" in text(client.get(LIST, {"tab": "returned"}))


def test_a_reopened_packet_is_marked(client, one, bea):
    Packet.objects.update(status="collecting", reopened_because="A date was wrong.")
    client.force_login(bea)
    assert "Reopened" in text(client.get(LIST))
    shown = text(client.get(url(one)))
    assert "do not bill from this version" in shown
    assert "A date was wrong." in shown
    assert "Confirm receipt" not in shown


# --- one handoff


@pytest.mark.parametrize("who", READERS)
def test_a_handoff_works(client, one, world, who):
    client.force_login(world.people[who])
    shown = text(client.get(url(one)))
    for section in ("Status", "Diagnoses", "Documentation index", "Sign-off"):
        assert section in shown
    assert "Doe-Featherstonehaugh-Invented, Jane Alexandra" in shown


def test_the_title_and_address_carry_no_name(client, one, bea):
    client.force_login(bea)
    title = re.search("<title>(.*?)</title>", text(client.get(url(one))))[1]
    assert "26-0042" in title
    assert "Doe" not in title


@pytest.mark.parametrize("name", ["handoff", "handoff-confirm", "handoff-send-back"])
@pytest.mark.parametrize("who", OTHERS)
def test_other_roles_do_not_learn_that_it_exists(client, one, world, who, name):
    client.force_login(world.people[who])
    ask = client.get if name == "handoff" else client.post
    assert ask(url(one, name)).status_code == 404
    assert client.get(url(one, "handoff-file", "pdf")).status_code == 404


def test_another_department_does_not_learn_that_it_exists(client, world, bea):
    other = store(world, "S-1", south=True)
    stored_file(other)
    client.force_login(bea)
    for answer in (
        client.get(url(other)),
        client.get(url(other, "handoff-file", "pdf")),
        confirm(client, other),
        send_back(client, other, "Wrong."),
        client.get("/handoffs/999999/"),
    ):
        assert answer.status_code == 404


def test_wrong_methods(client, one, bea):
    client.force_login(bea)
    assert client.post(url(one)).status_code == 405
    assert client.get(url(one, "handoff-confirm")).status_code == 405
    assert client.get(url(one, "handoff-send-back")).status_code == 405
    assert client.post(url(one, "handoff-file", "pdf")).status_code == 405


def test_a_view_is_one_audit_event(client, one, bea):
    client.force_login(bea)
    before = AuditEvent.objects.count()
    client.get(url(one))
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.user, event.record) == ("handoff.viewed", bea, "case 26-0042")


def test_moments_are_shown_in_the_departments_zone(client, one, bea):
    client.force_login(bea)
    assert "Mar 12, 2026, 09:30" in text(client.get(url(one)))


def test_a_file_that_waits_says_why(client, one, bea):
    HandoffFile.objects.filter(format="csv").update(problem="Install: apt-get install -y libpango-1.0-0")
    client.force_login(bea)
    assert "apt-get install -y libpango-1.0-0" in text(client.get(url(one)))


def test_every_version_is_linked(client, one, bea):
    newer = Handoff.objects.get()
    newer.pk, newer.version = None, 2
    newer.save()
    Handoff.objects.filter(pk=one.pk).update(state="replaced")
    client.force_login(bea)
    shown = text(client.get(url(one)))
    assert f'href="{url(newer)}"' in shown
    assert "A newer version has replaced this one" in shown


# --- receipt and return


def test_billing_confirms_receipt(client, real, bea):
    client.force_login(bea)
    answer = confirm(client, real, claim_reference="B-1")
    assert answer.url == url(real)
    shown = text(client.get(answer.url))
    assert "Receipt of version 1 confirmed." in shown
    assert "claim or batch B-1" in shown
    assert Packet.objects.get(stream="facility").status == "closed"


def test_a_second_confirmation_says_why_not(client, real, bea):
    client.force_login(bea)
    confirm(client, real)
    answer = confirm(client, real)
    assert answer.status_code == 409
    assert "there is nothing to receive" in text(answer)


def test_a_stale_tab_is_told_and_sees_the_present_state(client, real, bea):
    client.force_login(bea)
    Handoff.objects.update(row_version=7)
    answer = confirm(client, real)
    assert answer.status_code == 409
    assert "Somebody else worked on this handoff meanwhile" in text(answer)
    assert 'name="row_version" value="7"' in text(answer)


def test_a_claim_number_that_is_too_long_is_refused_and_kept(client, real, bea):
    client.force_login(bea)
    answer = confirm(client, real, claim_reference="B" * 61)
    assert answer.status_code == 422
    assert "B" * 61 in text(answer)
    assert Handoff.objects.get().state == "ready"


def test_billing_returns_with_a_reason(client, real, bea, petra):
    client.force_login(bea)
    answer = send_back(client, real, "77295 has no date.")
    assert answer.url == url(real)
    shown = text(client.get(answer.url))
    assert "77295 has no date." in shown
    assert Packet.objects.get(stream="facility").status == "returned"


def test_a_return_without_a_reason_opens_the_field_with_its_error(client, real, bea):
    client.force_login(bea)
    answer = send_back(client, real, " ")
    assert answer.status_code == 422
    assert "<details open>" in text(answer)
    assert "This field is required." in text(answer)


def test_a_stale_return_keeps_what_was_typed(client, real, bea):
    client.force_login(bea)
    answer = send_back(client, real, "77295 has no date.", version=99)
    assert answer.status_code == 409
    assert "77295 has no date.</textarea>" in text(answer)
    assert "<details open>" in text(answer)


@pytest.mark.parametrize("who", ["cora", "sam", "carl"])
def test_readers_without_the_billing_role_see_why_they_cannot_receive(client, real, world, who):
    client.force_login(world.people[who])
    shown = text(client.get(url(real)))
    assert "Needs the role billing in North Hospital." in shown
    assert "<form" not in shown.split("<main")[1].split("</main>")[0]
    assert confirm(client, real).status_code == 403
    assert send_back(client, real, "Wrong.").status_code == 403
    assert Handoff.objects.get().state == "ready"


# --- downloads


@pytest.mark.parametrize(
    ("form", "kind"),
    [("pdf", "application/pdf"), ("json", "application/json"), ("csv", "text/csv; charset=utf-8")],
)
def test_a_download_gives_the_stored_bytes(client, real, bea, form, kind):
    client.force_login(bea)
    answer = client.get(url(real, "handoff-file", form))
    assert answer.content == bytes(HandoffFile.objects.get(format=form).content)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="N-0001-facility-v1.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_download_is_one_audit_event_and_is_not_stored_on_the_way(client, one, bea):
    client.force_login(bea)
    before = AuditEvent.objects.count()
    answer = client.get(url(one, "handoff-file", "pdf"))
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.user) == ("handoff.download.pdf", bea)
    assert "no-store" in answer["Cache-Control"]


def test_a_file_name_holds_no_patient(client, one, bea):
    client.force_login(bea)
    name = client.get(url(one, "handoff-file", "pdf"))["Content-Disposition"]
    assert not {"Doe", "Quist", "Jane", "7001234", "MRN"} & set(re.split(r"[^A-Za-z0-9]", name))


def test_a_file_that_is_not_stored_leads_back_to_the_page(client, one, bea):
    client.force_login(bea)
    answer = client.get(url(one, "handoff-file", "csv"), follow=True)
    assert "The file is not stored yet" in text(answer)
    assert not AuditEvent.objects.filter(action="handoff.download.csv").exists()


def test_an_unknown_form_is_not_found(client, one, bea):
    client.force_login(bea)
    assert client.get(url(one, "handoff-file", "exe")).status_code == 404


# --- billing sees no charts


def test_billing_opens_no_case_page(client, real, bea):
    client.force_login(bea)
    case_id = real.packet.case_id
    names = (
        "case",
        "case-facts",
        "case-codes",
        "case-checklist",
        "case-documents",
        "case-review",
        "case-history",
    )
    for name in names:
        assert client.get(reverse(name, args=[case_id])).status_code == 404, name
    assert client.get(reverse("packet-draft", args=[case_id, real.packet_id])).status_code == 404
    assert client.get(reverse("packet-draft-pdf", args=[case_id, real.packet_id])).status_code == 404


# --- drafts


def draft_url(packet, name="packet-draft"):
    return reverse(name, args=[packet.case_id, packet.pk])


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl"])
def test_a_draft_works_and_says_so(client, world, who):
    packet = accepted(desk(world), world)
    client.force_login(world.people[who])
    shown = text(client.get(draft_url(packet)))
    assert "Draft – not for billing" in shown
    assert "Packet is in review; 0 required items are open." in shown
    assert "DO NOT BILL" in shown


def test_a_draft_names_undecided_lines(client, world, petra):
    made = desk(world, decided=False)
    client.force_login(petra)
    shown = text(client.get(draft_url(made.packet())))
    assert "No coder has decided this line yet." in shown


def test_a_draft_pdf_is_marked_and_recorded(client, world, petra):
    packet = accepted(desk(world), world)
    client.force_login(petra)
    answer = client.get(draft_url(packet, "packet-draft-pdf"))
    assert answer.content[:5] == b"%PDF-"
    assert answer["Content-Disposition"] == 'attachment; filename="N-0001-facility-v1-DRAFT.pdf"'
    assert AuditEvent.objects.filter(action="draft.download.pdf", user=petra).count() == 1


def test_after_approval_the_draft_page_shows_what_billing_has(client, real, petra, sam):
    BillingLine.objects.update(label="Words typed later")
    client.force_login(petra)
    shown = text(client.get(draft_url(real.packet)))
    assert "What billing has." in shown
    assert "Words typed later" not in shown
    assert url(real) not in shown
    assert client.get(draft_url(real.packet, "packet-draft-pdf")).status_code == 404
    client.force_login(sam)
    assert url(real) in text(client.get(draft_url(real.packet)))


def test_the_draft_of_a_reopened_packet_is_version_2(client, real, petra, sam):
    packet = Packet.objects.select_related("case__department").get(pk=real.packet_id)
    review.reopen(packet=packet, by=sam, reason="Wrong date.")
    client.force_login(petra)
    shown = text(client.get(draft_url(packet)))
    assert "version 2" in shown
    assert "Draft – not for billing" in shown


def test_drafts_of_another_department_are_not_found(client, world, conrad):
    packet = desk(world).packet()
    client.force_login(conrad)
    assert client.get(draft_url(packet)).status_code == 404
    assert client.get(draft_url(packet, "packet-draft-pdf")).status_code == 404


def test_a_packet_of_another_case_is_not_found(client, world, petra):
    packet = desk(world).packet()
    other = desk(world, number="N-0002")
    client.force_login(petra)
    assert client.get(reverse("packet-draft", args=[other.case.pk, packet.pk])).status_code == 404


def test_drafts_take_no_other_method(client, world, petra):
    packet = desk(world).packet()
    client.force_login(petra)
    assert client.post(draft_url(packet)).status_code == 405
    assert client.post(draft_url(packet, "packet-draft-pdf")).status_code == 405
