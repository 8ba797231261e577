"""P-14: an approval binds user, time and a digest of the content, needs the reviewer's own password now, and does not
survive a change: approved content is read-only, and reopening it takes the approval back and says so."""

import pytest
from django.conf import settings
from django.urls import reverse

from casetracker.handoff.document import digest_of
from casetracker.models import BillingLine, Case, Handoff, Packet
from tests.cast import PASSWORD
from tests.privacy.acts import approval
from tests.privacy.scenes import acting, scenes  # noqa: F401

pytestmark = pytest.mark.django_db


def approve(client, scenes, **changed):  # noqa: F811
    packet = scenes.decided.packet()
    where = [packet.case_id, packet.pk, "approve"]
    return client.post(reverse("packet-step", args=where), approval(scenes) | changed)


def status(scenes) -> str:  # noqa: F811
    return scenes.decided.packet().status


@pytest.mark.parametrize("typed", ["", "guess", PASSWORD + " ", PASSWORD.upper()])
def test_an_approval_without_the_own_password_is_refused(scenes, typed):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        answer = approve(client, scenes, **{"approve-password": typed})
        assert answer.status_code in (409, 422)
        assert status(scenes) == "in_review"


def test_the_password_of_a_colleague_does_not_do(scenes):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        cora = scenes.doors["coder"]
        cora.set_password("a password that is only Cora's")
        cora.save()
        approve(client, scenes, **{"approve-password": "a password that is only Cora's"})
        assert status(scenes) == "in_review"
    cora.refresh_from_db()


def test_guessing_at_an_approval_locks_the_account(scenes):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        for _ in range(settings.AXES_FAILURE_LIMIT):
            approve(client, scenes, **{"approve-password": "guess"})
        approve(client, scenes)
        assert status(scenes) == "in_review"


def test_an_approval_binds_person_time_and_digest(scenes):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        assert approve(client, scenes).status_code == 302
        packet = scenes.decided.packet()
        handoff = Handoff.objects.get(packet=packet)
        assert packet.approved_by == handoff.approved_by == scenes.doors["supervisor"]
        assert packet.approved_at == handoff.approved_at
        assert handoff.digest == handoff.snapshot["digest"] == digest_of(handoff.snapshot)
        page = client.get(reverse("handoff", args=[handoff.pk])).content.decode()
        assert handoff.digest[:8] in page


def test_one_changed_character_changes_the_digest(scenes):  # noqa: F811
    handoff = Handoff.objects.filter(packet__case=scenes.frozen.case).get()
    content = {**handoff.snapshot, "case_number": handoff.snapshot["case_number"] + "."}
    assert digest_of(content) != handoff.digest


def test_what_changed_since_the_page_was_opened_is_not_approved(scenes):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        sent = approval(scenes)
        Case.objects.filter(pk=scenes.decided.case.pk).update(version=sent["approve-case_version"] + 1)
        answer = approve(client, scenes, **sent)
        assert answer.status_code == 409
        assert "changed since you opened the page" in answer.content.decode()
        assert status(scenes) == "in_review"


def test_a_line_nobody_confirmed_is_not_approved(scenes):  # noqa: F811
    with acting(scenes.doors["supervisor"]) as client:
        sent = approval(scenes)
        answer = approve(client, scenes, **{"approve-lines": sent["approve-lines"][:-1]})
        assert answer.status_code in (409, 422)
        assert status(scenes) == "in_review"


def test_approved_lines_facts_and_evidence_refuse_every_change(scenes):  # noqa: F811
    case = scenes.sent
    line = BillingLine.objects.filter(case=case).order_by("id").first()
    item = case.items.filter(answer="satisfied", links__isnull=False).order_by("id").first()
    document = item.documents.first()
    tries = {
        reverse("case-line", args=[case.pk, "decline"]): {
            "key": line.key,
            "version": line.version,
            "reason": "Not for us.",
        },
        reverse("case-document-remove", args=[case.pk, document.pk]): {
            "words": "Not for us.",
            "version": document.version,
        },
        reverse("case-item-untick", args=[case.pk, item.pk]): {"document": document.pk},
    }
    version = Case.objects.get(pk=case.pk).version
    with acting(scenes.doors["coder"]) as client:
        for address, entries in tries.items():
            client.post(address, entries)
            assert Case.objects.get(pk=case.pk).version == version, address
        page = client.get(reverse("case-facts", args=[case.pk]))
        assert page.context["read_only"]


def test_reopening_takes_the_approval_back_and_says_so(scenes):  # noqa: F811
    made = scenes.frozen
    packet = made.packet()
    where = [made.case.pk, packet.pk]
    with acting(scenes.doors["supervisor"]) as client:
        client.post(reverse("packet-step", args=[*where, "reopen"]), {"reopen-reason": "A size was wrong."})
        again = Packet.objects.get(pk=packet.pk)
        assert (again.status, again.approved_by, again.approved_at) == ("collecting", None, None)
        assert "A size was wrong." in client.get(reverse("packet-review", args=where)).content.decode()
