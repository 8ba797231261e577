"""Documents: what they do, what refuses them and in which words, and the history each leaves."""

from datetime import timedelta

import pytest

from casetracker.document_input import DocumentInput
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import BillingLine, CaseRevision, Document, ItemDocument, Packet
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story, rebuild, released, row
from tests.services.evidence_desk import *  # noqa: F403
from tests.services.evidence_desk import (
    BEAM,
    CONSULT,
    LATER,
    NECESSITY,
    ORDER,
    PLAN,
    SIGNED,
    add,
    history,
    leaves_one_entry,
)

pytestmark = pytest.mark.django_db


# --- adding


def test_one_document_satisfies_every_item_it_is_ticked_for(case, petra):
    before = history(case)
    missing = case.missing_required
    add(case, petra, CONSULT, NECESSITY)
    assert [item(case, key).answer for key in (CONSULT, NECESSITY, ORDER)] == [
        "satisfied",
        "satisfied",
        "open",
    ]
    assert item(case, CONSULT).answered_by == petra
    assert leaves_one_entry(before, history(case))
    case.refresh_from_db()
    assert case.missing_required < missing or missing == 0


def test_the_counters_follow_in_the_same_step(case, petra):
    add(case, petra, ORDER)
    open_now = Packet.objects.get(case=case, stream="facility").open_required
    add(case, petra, CONSULT, NECESSITY)
    assert Packet.objects.get(case=case, stream="facility").open_required == open_now - 2


def test_an_unsigned_document_leaves_the_item_open_and_says_so(case, petra):
    add(case, petra, CONSULT, signed_at=None)
    found = item(case, CONSULT)
    assert found.answer == "open"
    assert "Not signed yet. Ask Dr. Onco to sign and date it." in [check["message"] for check in found.checks]


def test_a_plan_approval_signed_after_the_beam_cannot_be_made_up(case, petra):
    late = BEAM + timedelta(hours=1)
    add(case, petra, PLAN, kind="plan_approval", title="Plan approval", signed_at=late)
    found = item(case, PLAN)
    assert found.answer == "open"
    assert any("cannot be made up later" in check["message"] for check in found.checks)


def test_a_plan_approval_signed_one_minute_before_the_beam_counts(case, petra):
    early = BEAM - timedelta(minutes=1)
    add(case, petra, PLAN, kind="plan_approval", title="Plan approval", signed_at=early)
    assert item(case, PLAN).answer == "satisfied"


def test_the_wrong_signer_leaves_the_item_open(case, petra):
    add(case, petra, CONSULT, author_role="nurse")
    found = item(case, CONSULT)
    assert found.answer == "open"
    assert any("it must be the radiation oncologist" in check["message"] for check in found.checks)


def test_a_second_document_that_is_right_satisfies_the_item(case, petra):
    add(case, petra, CONSULT, signed_at=None)
    add(case, petra, CONSULT)
    assert item(case, CONSULT).answer == "satisfied"


def test_a_list_is_added_in_one_step_with_one_history_entry(case, petra):
    before = history(case)
    entries = [
        DocumentInput(kind="treatment_order", title=f"Order {n}", item_ids=(item(case, ORDER).pk,))
        for n in "abc"
    ]
    assert len(evidence.add_documents(case=case, by=petra, entries=entries)) == 3
    assert leaves_one_entry(before, history(case))
    assert item(case, ORDER).links.count() == 3


def test_a_list_with_one_bad_row_stores_nothing(case, petra):
    entries = [DocumentInput(kind="treatment_order", title="Order"), DocumentInput(kind="letter", title="?")]
    with pytest.raises(Refused, match="not a kind of document the rule book knows"):
        evidence.add_documents(case=case, by=petra, entries=entries)
    assert not case.documents.exists()


@pytest.mark.parametrize("who", ["bea", "carl", "ada", "noor", "stella"])
def test_adding_needs_an_entering_role_here(case, world, who):
    before = history(case)
    with pytest.raises(NotAllowed, match="staff or coder or supervisor"):
        add(case, world.people[who], CONSULT)
    after = history(case)
    assert (after[0], after[1], after[2] - before[2]) == (before[0], before[1], 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "letter"}, "not a kind of document"),
        ({"title": ""}, "Title: This field cannot be blank"),
        ({"subject": "lesion:nonsense"}, "not on this case"),
        ({"subject": "session:7b0f1a52-3f0f-4c1a-9f7d-000000000000"}, "not on this case"),
        ({"written_at": SIGNED + timedelta(days=1)}, "earlier than the writing"),
        ({"signed_at": LATER}, "Signed at: This time has not come yet. Check the day and the time."),
        ({"written_at": LATER, "signed_at": None}, "Written at: This time has not come yet."),
    ],
)
def test_an_impossible_document_is_refused_in_words(case, petra, more, words):
    with pytest.raises(Refused, match=words):
        add(case, petra, CONSULT, **more)
    assert not case.documents.exists()


def test_an_item_of_another_case_cannot_be_ticked(world, case, petra):
    other = open_story(world, 3)
    with pytest.raises(Refused, match="not on this case any more"):
        evidence.add_document(
            case=case, by=petra, kind="treatment_order", title="X", item_ids=[other.items.first().pk]
        )


# --- a new version


def test_a_new_version_keeps_the_old_one_readable_and_moves_the_ticks(case, petra):
    old = add(case, petra, CONSULT, NECESSITY, signed_at=None)
    ids = (item(case, CONSULT).pk,)
    before = history(case)
    entry = evidence.as_input(old, ids)
    new = evidence.change_document(
        case=case,
        by=petra,
        document=old,
        version=1,
        entry=DocumentInput(**{**entry.__dict__, "signed_at": SIGNED}),
    )
    old.refresh_from_db()
    assert (new.version, new.supersedes, old.removed_at is not None) == (2, old, True)
    assert [item(case, key).answer for key in (CONSULT, NECESSITY)] == ["satisfied", "open"]
    assert ItemDocument.objects.filter(document=old, removed_at__isnull=False).count() == 2
    assert leaves_one_entry(before, history(case))
    told = CaseRevision.objects.filter(case=case).latest("version").difference
    assert told["signed_at"][0] is None


def test_a_version_somebody_else_replaced_is_refused(case, petra):
    old = add(case, petra, CONSULT)
    entry = evidence.as_input(old, ())
    evidence.change_document(case=case, by=petra, document=old, version=1, entry=entry)
    with pytest.raises(Stale, match="replaced or removed this document"):
        evidence.change_document(case=case, by=petra, document=old, version=1, entry=entry)


# --- removing, ticking


def test_removing_opens_the_items_and_keeps_the_history(case, petra):
    note = add(case, petra, CONSULT)
    before = history(case)
    evidence.remove_document(case=case, by=petra, document=note, reason="Belongs to another patient.")
    assert item(case, CONSULT).answer == "open"
    assert Document.objects.filter(pk=note.pk).exists()
    assert ItemDocument.objects.filter(document=note).count() == 1
    assert leaves_one_entry(before, history(case))
    with pytest.raises(Stale):
        evidence.remove_document(case=case, by=petra, document=note)


def test_a_tick_is_taken_back_and_given_again(case, petra):
    note = add(case, petra, CONSULT)
    evidence.unlink(case=case, by=petra, document=note, item=item(case, CONSULT))
    assert item(case, CONSULT).answer == "open"
    with pytest.raises(Stale, match="not ticked for the item any more"):
        evidence.unlink(case=case, by=petra, document=note, item=item(case, CONSULT))
    before = history(case)
    evidence.link(case=case, by=petra, document=note, item_ids=[item(case, CONSULT).pk])
    assert item(case, CONSULT).answer == "satisfied"
    assert leaves_one_entry(before, history(case))
    assert ItemDocument.objects.filter(document=note).count() == 1


def test_a_removed_document_cannot_be_ticked(case, petra):
    note = add(case, petra)
    evidence.remove_document(case=case, by=petra, document=note)
    note.refresh_from_db()
    with pytest.raises(Stale, match="removed or replaced meanwhile"):
        evidence.link(case=case, by=petra, document=note, item_ids=[item(case, CONSULT).pk])


def test_evidence_for_a_returned_item_goes_back_to_the_reviewer(case, petra):
    case.items.filter(key=CONSULT).update(review="returned", review_reason="unsigned")
    add(case, petra, CONSULT)
    assert (item(case, CONSULT).review, item(case, CONSULT).answer) == ("none", "satisfied")


# --- approved evidence is read only


@pytest.fixture
def approved(case, petra, cora, sam):
    """The facility packet is approved with 77372 released; 77300 of the same packet is held."""
    note = add(case, petra, CONSULT)
    rebuild(case, row(CONSULT), row(ORDER, codes=["77300"]), row(NECESSITY, codes=["61796"]))
    released(case, cora, "77372", "facility")
    held = released(case, cora, "77300", "facility", decision="hold")
    case.items.filter(key=ORDER).update(streams=["facility"])
    Packet.objects.update_or_create(case=case, stream="facility", defaults={"status": "approved"})
    return {"note": note, "held": held}


@pytest.mark.parametrize("status", ["approved", "handed_off", "closed"])
def test_what_an_approved_line_rests_on_is_read_only_everywhere(case, petra, sam, approved, status):
    Packet.objects.filter(case=case, stream="facility").update(status=status)
    note, consult = approved["note"], item(case, CONSULT)
    entry = evidence.as_input(note, (consult.pk,))
    tries = [
        lambda: add(case, petra, CONSULT),
        lambda: evidence.link(case=case, by=petra, document=note, item_ids=[consult.pk]),
        lambda: evidence.unlink(case=case, by=petra, document=note, item=consult),
        lambda: evidence.remove_document(case=case, by=petra, document=note),
        lambda: evidence.change_document(case=case, by=petra, document=note, version=1, entry=entry),
        lambda: evidence.mark_cannot_be_met(case=case, by=sam, item=consult, reason="Not written."),
        lambda: evidence.reopen_item(case=case, by=sam, item=consult),
    ]
    for attempt in tries:
        with pytest.raises(WrongState, match="A supervisor must reopen that packet first"):
            attempt()
    assert item(case, CONSULT).answer == "satisfied"


def test_what_a_held_line_waits_for_still_accepts_documents(case, petra, approved):
    add(case, petra, ORDER, kind="treatment_order", title="Order")
    assert item(case, ORDER).answer == "satisfied"


def test_what_only_a_declined_line_needed_is_read_only_too(case, petra, approved):
    BillingLine.objects.filter(pk=approved["held"].pk).update(decision="decline")
    with pytest.raises(WrongState, match="belongs to the approved facility packet"):
        add(case, petra, ORDER, kind="treatment_order", title="Order")


def test_another_packet_s_items_stay_open_to_work(case, petra, approved):
    add(case, petra, NECESSITY)
    assert item(case, NECESSITY).answer == "satisfied"
