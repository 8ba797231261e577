"""Reviews: nobody reviews their own work, and a paper of the work that comes later is seen at once."""

import pytest

from tests.cast import *  # noqa: F403
from tests.owed import item, rebuild, row
from tests.services.evidence_desk import *  # noqa: F403
from tests.services.evidence_desk import SIGNED, add

pytestmark = pytest.mark.django_db


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
