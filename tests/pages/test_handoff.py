"""Handoff pages: who sees them, what they say, receipt and return, downloads."""

import re

import pytest
from django.urls import reverse

from casetracker.models import AuditEvent, Handoff, HandoffFile, Packet
from casetracker.services import handoff as services
from tests.cast import *  # noqa: F403
from tests.handoff.stored import store, stored_file
from tests.packets import approved, desk

pytestmark = pytest.mark.django_db
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


def test_after_a_receipt_the_next_one_is_offered(client, real, one, bea, cora):
    Handoff.objects.filter(pk=one.pk).update(state="ready")
    client.force_login(bea)
    assert "Next to receive" not in text(client.get(url(real)))
    confirm(client, real)
    assert f'href="{url(one)}"' in text(client.get(url(real)))
    client.force_login(cora)
    assert "Next to receive" not in text(client.get(url(real)))


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
    assert '<details class="why" open>' in text(answer)
    assert "This field is required." in text(answer)


def test_a_stale_return_keeps_what_was_typed(client, real, bea):
    client.force_login(bea)
    answer = send_back(client, real, "77295 has no date.", version=99)
    assert answer.status_code == 409
    assert "77295 has no date.</textarea>" in text(answer)
    assert '<details class="why" open>' in text(answer)


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
