"""P-13: items, documents and decisions are versioned, nothing is hard-deleted, earlier content stays readable with
author and time. Read on the pages, as a person would."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import casetracker
from casetracker.models import (
    Case,
    CaseRevision,
    Document,
    Evaluation,
    Handoff,
    ItemDocument,
    Lesion,
    ReviewDecision,
)
from casetracker.recorded import recorded_input
from casetracker.selectors.access import case_for
from casetracker.services.cases import save_facts
from tests.privacy.acts import approval, by_system, facts_form, its_document, proved, seen
from tests.privacy.scenes import acting, scenes  # noqa: F401

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def history(client, case) -> str:
    return text(client.get(reverse("case-history", args=[case.pk])))


def test_a_changed_document_shows_both_versions(scenes):  # noqa: F811
    case, old = scenes.complete, its_document(scenes)
    entries = {"kind": old.kind, "title": "Corrected title", "version": old.version}
    with acting(scenes.doors["coder"]) as client:
        client.post(reverse("case-document-change", args=[case.pk, old.pk]), entries)
        newer = Document.objects.get(supersedes=old)
        before = text(client.get(reverse("case-document-change", args=[case.pk, old.pk])))
        told = history(client, case)
        assert (newer.version, newer.added_by) == (old.version + 1, scenes.doors["coder"])
    assert old.title in before
    assert "An earlier version" in before
    assert "Petra Prepares" in before
    assert old.title in told
    assert "Corrected title" in told
    assert "Cora Codes" in told


def test_a_removed_document_stays_readable_with_the_reason(scenes):  # noqa: F811
    case, document = scenes.complete, its_document(scenes)
    entries = {"words": "Belongs to another patient.", "version": document.version}
    with acting(scenes.doors["coder"]) as client:
        client.post(reverse("case-document-remove", args=[case.pk, document.pk]), entries)
        read = text(client.get(reverse("case-document-change", args=[case.pk, document.pk])))
        told = history(client, case)
        assert ItemDocument.objects.filter(document=document, removed_at__isnull=False).exists()
    assert "Removed from the index" in read
    assert document.title in read
    assert "Belongs to another patient." in told


def test_a_tick_taken_back_is_told(scenes):  # noqa: F811
    case, document, item = scenes.complete, its_document(scenes), proved(scenes)
    with acting(scenes.doors["coder"]) as client:
        client.post(reverse("case-item-untick", args=[case.pk, item.pk]), {"document": document.pk})
        told = history(client, case)
        assert ItemDocument.objects.get(document=document, item=item).removed_at is not None
    assert f"{document.title}' no longer ticked for" in told.replace("&#x27;", "'")


def test_an_answer_stays_readable_after_the_next_one(scenes):  # noqa: F811
    case, item = scenes.fresh, by_system(scenes)
    first = reverse("case-item-answer", args=[case.pk, item.pk, "challenge"])
    second = reverse("case-item-answer", args=[case.pk, item.pk, "reopen"])
    with acting(scenes.doors["coder"]) as client:
        client.post(first, {"words": "The form says otherwise.", "version": item.version})
        item.refresh_from_db()
        client.post(second, {"words": "It was the wrong form.", "version": item.version})
        told = history(client, case)
    assert "The form says otherwise." in told
    assert "It was the wrong form." in told


def test_a_decision_stays_readable_after_the_next_one(scenes):  # noqa: F811
    made = scenes.judged
    item, packet = made.item("plan-approval"), made.packet()
    where = [made.case.pk, packet.pk, item.pk]
    returned = {"version": item.version, "reason": "other", "text": "The signature is missing."}
    with acting(scenes.doors["supervisor"]) as client:
        client.post(reverse("item-return", args=where), returned)
        client.post(
            reverse("item-accept", args=where), seen(lambda s: s.judged.item("plan-approval"))(scenes)
        )
        outcomes = ReviewDecision.objects.filter(item=item).values_list("outcome", "note", "by__username")
        assert list(outcomes) == [("return", "The signature is missing.", "sam"), ("accept", "", "sam")]
        told = history(client, made.case)
    assert "The signature is missing." in told
    assert "Sam Supervises" in told


def test_a_changed_fact_shows_its_old_value(scenes):  # noqa: F811
    with acting(scenes.doors["coder"]) as client:
        client.post(reverse("case-facts", args=[scenes.fresh.pk]), facts_form(scenes, kps="70"))
        told = history(client, scenes.fresh)
    assert re.search(r"90\b.{0,40}70\b", told)


def test_a_removed_lesion_keeps_its_row_and_is_told(scenes):  # noqa: F811
    coder = scenes.doors["coder"]
    with acting(coder) as client:
        case = case_for(coder, scenes.fresh.pk, "template")
        facts = recorded_input(case)
        gone, last = facts.lesions.pop(), len(facts.lesions)
        for row in (*facts.plans, *facts.sessions):
            row["lesions"] = [place for place in row["lesions"] if place < last]
            row.get("doses", {}).pop(last, None)
        save_facts(case=case, by=coder, facts_version=case.facts_version, data=facts)
        row = Lesion.objects.get(uuid=gone["uuid"])
        assert (row.removed_at is not None, row.max_dimension_mm) == (True, gone["max_dimension_mm"])
        told = history(client, case)
    assert gone["label"] in told
    assert "Cora Codes" in told


def test_an_approved_version_survives_the_next_approval(scenes):  # noqa: F811
    made = scenes.frozen
    first = Handoff.objects.get(packet=made.packet())
    snapshot, digest = first.snapshot, first.digest
    with acting(scenes.doors["supervisor"]) as client:
        where = [made.case.pk, made.packet().pk, "reopen"]
        client.post(reverse("packet-step", args=where), {"reopen-reason": "A size was wrong."})
        first.refresh_from_db()
        assert (first.snapshot, first.digest) == (snapshot, digest)
        assert text(client.get(reverse("handoff", args=[first.pk])))
        assert "A size was wrong." in history(client, made.case)


def test_what_was_judged_is_kept_with_the_approval(scenes):  # noqa: F811
    made = scenes.decided
    with acting(scenes.doors["supervisor"]) as client:
        where = [made.case.pk, made.packet().pk, "approve"]
        assert client.post(reverse("packet-step", args=where), approval(scenes)).status_code == 302
        assert Evaluation.objects.filter(case=made.case, occasion="approval").count() == 1


def test_revisions_are_numbered_without_a_gap_and_name_their_author(scenes):  # noqa: F811
    for case in Case.objects.all():
        rows = list(CaseRevision.objects.filter(case=case).order_by("version"))
        versions = [row.version for row in rows]
        assert versions == list(range(versions[0], case.version + 1)) if rows else case.version == 1
        assert all(row.by_id and row.at and len(row.digest) == 64 for row in rows)


# Module -> what it may delete, and why nothing is lost by it.
DELETING = {
    "services/accounts.py": "entries kept for an ended session, which arrived or are too old",
    "services/people.py": "duties; the audit trail tells of the change",
    "services/queueing.py": "search codes of the queue, and packets nobody ever worked on",
    "services/case_rows.py": "doses, presences and roles; the revision tells what they said",
}


def test_only_these_modules_delete_rows_at_all():
    root = Path(casetracker.__file__).parent
    found = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        if "migrations" not in file.parts and re.search(r"\.delete\(\)", file.read_text())
    }
    assert found == set(DELETING)


def test_a_person_who_leaves_the_team_is_told(scenes):  # noqa: F811
    coder = scenes.doors["coder"]
    with acting(coder) as client:
        case = case_for(coder, scenes.fresh.pk, "template")
        facts = recorded_input(case)
        facts.team = [row for row in facts.team if row["role"] != "therapist"]
        save_facts(case=case, by=coder, facts_version=case.facts_version, data=facts)
        told = history(client, case)
    assert "Theo Therapist" in told
