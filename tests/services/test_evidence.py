"""Documents and answers: what they do, what refuses them and in which words, and the history each leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from casetracker import requirements
from casetracker.document_input import DocumentInput
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.item_answers import is_flagged
from casetracker.models import AuditEvent, BillingLine, CaseRevision, Document, ItemDocument, Packet
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story, rebuild, released, row

BECAUSE = "It does not concern this patient"
pytestmark = pytest.mark.django_db
CONSULT, ORDER, NECESSITY = (
    "radiation-oncology-consult",
    "signed-treatment-order",
    "medical-necessity-statement",
)
PLAN, FUSION, PAYER = (
    "plan-approval-radiation-oncologist",
    "image-fusion-approval",
    "payer-and-setting-recorded",
)
BEAM = datetime(2026, 3, 2, 15, tzinfo=UTC)
SIGNED = datetime(2026, 2, 10, 15, tzinfo=UTC)
LATER = datetime(2099, 2, 10, 15, tzinfo=UTC)
HOLDS = {"fact": "setting", "expected": "recorded", "found": "x", "verdict": "holds"}


@pytest.fixture
def case(world):
    made = open_story(world)
    session = made.sessions.get()
    session.status, session.beam_on_at = "delivered", BEAM
    session.save()
    rows = [row(CONSULT), row(ORDER), row(NECESSITY), row(PLAN), row(FUSION), row(PAYER, checks=[HOLDS])]
    rebuild(made, *rows, row("radiosurgery-procedure-note", codes=["61796"]))
    return made


def add(case, who, *keys, **more):
    values = {
        "kind": "consult_radiation_oncology",
        "title": "Consultation",
        "author_role": "radiation_oncologist",
        "author_name": "Dr. Onco",
        "service_date": SIGNED.date(),
        "signed_at": SIGNED,
    }
    ids = [item(case, key).pk for key in keys]
    return evidence.add_document(case=case, by=who, item_ids=ids, **{**values, **more})


def history(case):
    return (
        CaseRevision.objects.filter(case=case).count(),
        AuditEvent.objects.filter(record=f"case {case.number}", outcome="done").count(),
        AuditEvent.objects.filter(record=f"case {case.number}", outcome="refused").count(),
    )


def leaves_one_entry(before, after):
    return (after[0] - before[0], after[1] - before[1], after[2] - before[2]) == (1, 1, 0)


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


# --- statements


def test_a_statement_is_refused_where_a_document_is_wanted(case, petra):
    with pytest.raises(Refused, match="needs a document"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="I saw it here.")


@pytest.fixture
def no_paper(monkeypatch):
    """As if the rule book wanted no paper for the consultation."""
    known = requirements.requirement(CONSULT)
    bare = requirements.Requirement(**{**known.__dict__, "kinds": ()})
    from casetracker.services.evidence import answers

    monkeypatch.setattr(answers, "requirement", lambda key: bare)


def test_a_statement_satisfies_an_item_without_paper(case, petra, no_paper):
    before = history(case)
    evidence.answer_item(
        case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart, page 2."
    )
    found = item(case, CONSULT)
    assert (found.answer, found.answer_reason, found.answered_by) == (
        "satisfied",
        "Seen in the chart, page 2.",
        petra,
    )
    assert leaves_one_entry(before, history(case))


def test_a_statement_against_the_case_data_is_refused(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[{**HOLDS, "verdict": "fails", "found": None}]))
    with pytest.raises(Refused, match="The case data say otherwise"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="It is fine.")


# --- not applicable, cannot be met


def test_not_applicable_is_never_a_waiver(case, sam):
    with pytest.raises(Refused, match="is always needed for 77372"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=item(case, CONSULT), reason="Not done here."
        )


def test_a_required_item_needs_a_supervisor_and_a_reason(case, petra, sam):
    with pytest.raises(NotAllowed, match="required item needs the role supervisor"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=petra, item=item(case, FUSION), reason="No fusion."
        )
    with pytest.raises(Refused, match="Say why"):
        evidence.mark_not_applicable(because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="  ")
    with pytest.raises(
        Refused, match=r"does not apply to this patient\. Write at least two words and 10 letters"
    ):
        evidence.mark_not_applicable(because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="x")
    before = history(case)
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
    )
    assert (item(case, FUSION).answer, item(case, FUSION).answered_by) == ("not_applicable", sam)
    assert leaves_one_entry(before, history(case))


def test_a_recommended_item_may_be_denied_by_staff(case, petra):
    rebuild(case, row("pregnancy-status"))
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=petra, item=item(case, "pregnancy-status"), reason="Hysterectomy 2019."
    )
    assert item(case, "pregnancy-status").answer == "not_applicable"


def test_cannot_be_met_declines_the_lines_that_need_it(case, sam, petra):
    note = item(case, "radiosurgery-procedure-note")
    with pytest.raises(NotAllowed):
        evidence.mark_cannot_be_met(case=case, by=petra, item=note, reason="The surgeon left.")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="The surgeon left.")
    lost = BillingLine.objects.get(case=case, code="61796")
    assert (lost.decision, lost.decided_by) == ("decline", sam)
    assert lost.reason.endswith("cannot be met: The surgeon left.")
    assert not BillingLine.objects.filter(case=case).exclude(code="61796").exists()
    assert item(case, "radiosurgery-procedure-note").answer == "cannot_be_met"


def test_cannot_be_met_turns_a_released_line(case, sam, cora):
    line = released(case, cora, "61796", "surgeon_professional")
    note = item(case, "radiosurgery-procedure-note")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="The note is lost.")
    line.refresh_from_db()
    assert (line.decision, line.version) == ("decline", 2)


def test_a_line_that_was_declined_before_keeps_its_own_reason(case, sam, cora):
    line = released(case, cora, "61796", "surgeon_professional", decision="decline")
    note = item(case, "radiosurgery-procedure-note")
    evidence.mark_cannot_be_met(case=case, by=sam, item=note, reason="Lost.")
    line.refresh_from_db()
    assert (line.reason, line.decided_by, line.version) == ("Waits.", cora, 1)


# --- doubt and reopening


def test_a_system_answer_can_be_doubted_and_trusted_again(case, petra):
    assert item(case, PAYER).answered_by_system
    evidence.challenge_item(case=case, by=petra, item=item(case, PAYER), reason="The card says another plan.")
    assert (item(case, PAYER).answer, item(case, PAYER).challenged) == ("open", True)
    evidence.reopen_item(case=case, by=petra, item=item(case, PAYER), reason="Asked the payer.")
    found = item(case, PAYER)
    assert (found.answer, found.answered_by_system, found.challenged) == ("satisfied", True, False)


def test_only_an_answer_of_the_system_can_be_doubted(case, petra):
    with pytest.raises(WrongState, match="Only an answer of the system"):
        evidence.challenge_item(case=case, by=petra, item=item(case, CONSULT), reason="Not this scan.")


def test_a_supervisor_s_answer_is_taken_back_by_a_supervisor(case, petra, sam):
    evidence.mark_not_applicable(
        because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
    )
    with pytest.raises(NotAllowed):
        evidence.reopen_item(case=case, by=petra, item=item(case, FUSION))
    evidence.reopen_item(case=case, by=sam, item=item(case, FUSION))
    assert (item(case, FUSION).answer, item(case, FUSION).answer_reason) == ("open", "")


def test_reopening_an_unanswered_item_says_what_to_do(case, petra):
    with pytest.raises(WrongState, match="Untick its documents"):
        evidence.reopen_item(case=case, by=petra, item=item(case, CONSULT))


def test_an_answer_to_a_version_that_moved_on_is_refused(case, sam):
    found = item(case, FUSION)
    case.items.filter(pk=found.pk).update(version=found.version + 1)
    with pytest.raises(Stale, match="Somebody else changed"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=found, reason="No fusion.", version=found.version
        )


def test_a_retired_item_has_nothing_to_answer(case, sam):
    rebuild(case, row(CONSULT))
    with pytest.raises(WrongState, match="not needed for this case now"):
        evidence.mark_not_applicable(
            because=BECAUSE, case=case, by=sam, item=item(case, FUSION), reason="No fusion."
        )


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


# --- a field that must be recorded

EMPTY = {**HOLDS, "verdict": "unknown", "found": None}


def test_an_empty_field_reads_as_not_recorded_yet_and_keeps_the_item_open(case, petra):
    rebuild(case, row(PAYER, checks=[EMPTY]))
    add(case, petra, PAYER)
    found = item(case, PAYER)
    (check,) = [one for one in found.checks if one["check"] == "setting"]
    assert (check["verdict"], check["message"]) == ("unknown", "Setting: not recorded yet.")
    assert found.answer == "open"
    rebuild(case, row(PAYER, checks=[HOLDS]))
    assert item(case, PAYER).answer == "satisfied"


def test_a_statement_beside_an_empty_field_is_refused(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[EMPTY]))
    with pytest.raises(Refused, match="Setting: not recorded yet"):
        evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart.")


def test_a_statement_is_flagged_when_its_field_is_emptied_later(case, petra, no_paper):
    rebuild(case, row(CONSULT, checks=[HOLDS]))
    evidence.answer_item(case=case, by=petra, item=item(case, CONSULT), statement="Seen in the chart.")
    assert not is_flagged(item(case, CONSULT), item(case, CONSULT).checks)
    rebuild(case, row(CONSULT, checks=[EMPTY]))
    assert is_flagged(item(case, CONSULT), item(case, CONSULT).checks)


# --- reviews


def reviewer(case):
    return next(one for one in item(case, PEER).checks if one["check"] == "reviewer")


PEER = "peer-review"


def test_the_treating_physician_cannot_be_the_second_one(case, world, petra):
    rebuild(case, row(PEER))
    case.plans.update(approved_by=world.clinicians["onco"])
    note = {"kind": "peer_review_note", "title": "Review", "author_name": "", "signed_at": SIGNED}
    add(case, petra, PEER, **note, author=world.clinicians["onco"])
    assert item(case, PEER).answer == "open"
    assert reviewer(case)["verdict"] == "fails"
    assert "Ask another radiation oncologist" in reviewer(case)["message"]
    add(case, petra, PEER, **note, author=world.clinicians["reed"])
    assert reviewer(case)["verdict"] == "holds"
    assert item(case, PEER).answer == "satisfied"


@pytest.mark.parametrize("record", ["plan", "lesion", "document", "team"])
def test_each_record_of_the_work_shows_whose_it_is(case, world, petra, record):
    rebuild(case, row(PEER))
    onco = world.clinicians["onco"]
    case.plans.update(approved_by=onco if record == "plan" else None)
    case.lesions.update(prescribed_by=onco if record == "lesion" else None)
    if record != "team":
        case.team.filter(role="radiation_oncologist").delete()
    if record == "document":
        add(case, petra, kind="prescription", title="Prescription", author=onco, author_name="")
    add(case, petra, PEER, kind="peer_review_note", title="Review", author=onco, author_name="")
    assert reviewer(case)["verdict"] == "fails"


@pytest.mark.parametrize("act", ["answer", "not_applicable", "cannot_be_met", "challenge"])
def test_an_item_of_another_case_is_not_answered_here(case, world, sam, act):
    other = item(open_story(world, 2), CONSULT)
    words = {"case": case, "by": sam, "item": other}
    acts = {
        "answer": lambda: evidence.answer_item(**words, statement="Seen."),
        "not_applicable": lambda: evidence.mark_not_applicable(**words, because=BECAUSE, reason="No."),
        "cannot_be_met": lambda: evidence.mark_cannot_be_met(**words, reason="Lost."),
        "challenge": lambda: evidence.challenge_item(**words, reason="Doubtful."),
    }
    with pytest.raises(Refused, match="another case"):
        acts[act]()
    other.refresh_from_db()
    assert (other.answer, other.challenged) == ("open", False)
