"""Reviews: nobody reviews their own work, and a paper of the work that comes later is seen at once."""

import pytest

from casetracker.document_input import DocumentInput
from casetracker.models import Packet
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.owed import item, rebuild, released, row
from tests.services.evidence_desk import *  # noqa: F403
from tests.services.evidence_desk import ORDER, SIGNED, add

pytestmark = pytest.mark.django_db


PEER = "peer-review"


def reviewer(case):
    return next(one for one in item(case, PEER).checks if one["check"] == "reviewer")


@pytest.fixture
def reviewed(case, world, petra):
    """The plan of one physician, reviewed by the other; nobody on the team is known to treat."""
    rebuild(case, row(PEER), row(ORDER))
    case.team.filter(role="radiation_oncologist").delete()
    case.plans.update(approved_by=world.clinicians["onco"])
    reed = world.clinicians["reed"]
    add(case, petra, PEER, kind="peer_review_note", title="Review", author=reed, author_name="")
    assert (item(case, PEER).answer, reviewer(case)["verdict"]) == ("satisfied", "holds")
    return case


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


@pytest.mark.parametrize("kind", ["prescription", "plan_approval"])
def test_a_paper_signed_after_the_review_is_judged_at_once(reviewed, world, petra, kind):
    def change(document, author):
        entry = DocumentInput(**{**evidence.as_input(document, ()).__dict__, "author": author})
        values = {"document": document, "version": document.version, "entry": entry}
        return evidence.change_document(case=reviewed, by=petra, **values)

    def told():
        return item(reviewed, PEER).answer, reviewer(reviewed)["verdict"]

    onco, reed = world.clinicians["onco"], world.clinicians["reed"]
    late = add(reviewed, petra, kind=kind, title="Paper", author=reed, author_name="")
    assert told() == ("open", "fails")
    late = change(late, onco)
    assert told() == ("satisfied", "holds")
    late = change(late, reed)
    assert told() == ("open", "fails")
    evidence.remove_document(case=reviewed, by=petra, document=late)
    assert told() == ("satisfied", "holds")


def test_a_list_of_papers_is_judged_with_the_review(reviewed, world, petra):
    reed = world.clinicians["reed"]
    papers = [
        DocumentInput(kind=kind, title=kind, author=reed) for kind in ("prescription", "treatment_order")
    ]
    evidence.add_documents(case=reviewed, by=petra, entries=papers)
    assert item(reviewed, PEER).answer == "open"


def test_a_paper_that_nobody_reviews_or_of_the_same_person_moves_nothing(reviewed, world, petra):
    before = item(reviewed, PEER)
    reed = world.clinicians["reed"]
    add(reviewed, petra, ORDER, kind="treatment_order", title="Order", author=reed, author_name="")
    add(
        reviewed,
        petra,
        kind="prescription",
        title="By the other",
        author=world.clinicians["onco"],
        author_name="",
    )
    after = item(reviewed, PEER)
    assert (after.version, after.answer, after.checks) == (before.version, "satisfied", before.checks)


def test_a_review_on_which_an_approval_rests_stays_as_it_was(reviewed, world, petra, cora):
    released(reviewed, cora, "77372", "facility")
    Packet.objects.update_or_create(case=reviewed, stream="facility", defaults={"status": "approved"})
    before = item(reviewed, PEER)
    reed = world.clinicians["reed"]
    add(reviewed, petra, kind="prescription", title="Late", author=reed, author_name="")
    after = item(reviewed, PEER)
    assert (after.version, after.answer, after.checks) == (before.version, "satisfied", before.checks)
