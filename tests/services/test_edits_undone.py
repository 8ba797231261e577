"""An edit and its opposite: what people brought is back in its place, not only kept somewhere."""

from datetime import date

import pytest

from casetracker.models import ChecklistItem
from casetracker.services import evidence, queries
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story
from tests.services import checklist_edits as edits
from tests.services.checklist_edits import Desk
from tests.services.test_checklist_property import brought, check_against_twin
from tests.stories import at

pytestmark = pytest.mark.django_db
TECHNIQUE, INVERSE = 0, 1
DAY = date(2026, 2, 25)
STATE = (
    "id",
    "key",
    "subject",
    "condition",
    "answer",
    "answer_reason",
    "retired_because",
    "checks",
    "due_on",
)


@pytest.fixture
def desk(world):
    return Desk(open_story(world), world)


def filed(desk, wanted, kind="plan_approval", person="onco", role="radiation_oncologist"):
    """One signed document for the item."""
    return evidence.add_document(
        case=desk.fresh(),
        by=desk.person("petra"),
        kind=kind,
        title=f"Paper of {person}",
        author=desk.world.clinicians[person],
        author_role=role,
        service_date=DAY,
        written_at=at(DAY, 7),
        signed_at=at(DAY, 7, 10),
        item_ids=[wanted.pk],
    )


def proven_plan(desk):
    """The item of the 3D plan, satisfied by the planner's report and the physician's approval."""
    plan = ChecklistItem.objects.get(case=desk.case, key="plan-3d-document", condition="true")
    filed(desk, plan, "plan_report_3d", "dora", "dosimetrist")
    filed(desk, plan)
    plan.refresh_from_db()
    assert plan.answer == "satisfied", plan.checks
    return plan


def asked(desk, wanted):
    words = {"facts": "The plan report has no page of curves.", "question": "Which structures were drawn?"}
    onco = desk.world.clinicians["onco"]
    return queries.ask(case=desk.fresh(), by=desk.person("cora"), clinician=onco, item=wanted, **words)


def of_one_lesion(desk, label):
    uuid = desk.case.lesions.get(label=label, removed_at=None).uuid
    return item(desk.case, "target-delineation", f"lesion:{uuid}")


def state(desk):
    return list(ChecklistItem.objects.filter(case=desk.fresh()).order_by("id").values(*STATE))


def test_a_technique_changed_back_brings_its_items_back_with_documents_and_questions(desk):
    plan = proven_plan(desk)
    query = asked(desk, plan)
    before, known = state(desk), brought(desk.case)
    edits.change_technique(desk, INVERSE)
    plan.refresh_from_db()
    assert plan.condition in ("retired", "false")
    assert plan.links.filter(removed_at=None).count() == 2
    edits.change_technique(desk, TECHNIQUE)
    now = {row["id"]: row for row in state(desk)}
    assert [(row, now[row["id"]]) for row in before if now[row["id"]] != row] == []
    plan.refresh_from_db()
    query.refresh_from_db()
    assert plan.answer == "satisfied", plan.checks
    assert query.item_id == plan.pk
    assert brought(desk.fresh())["ticks"] == known["ticks"]


def test_an_item_that_comes_back_is_judged_by_what_changed_while_it_was_away(desk):
    plan = proven_plan(desk)
    edits.change_technique(desk, INVERSE)
    document = desk.live_document(0)
    evidence.remove_document(case=desk.fresh(), by=desk.person("petra"), document=document)
    edits.change_technique(desk, TECHNIQUE)
    plan.refresh_from_db()
    assert (plan.condition, plan.answer) == ("true", "open")
    check_against_twin(desk.fresh())


def test_a_denied_item_that_comes_back_is_still_denied(desk):
    """A statement of a person about the condition stands until a person takes it back."""
    machine_item = item(desk.case, "patient-specific-qa", f"plan:{desk.case.plans.get().uuid}")
    edits.change_technique(desk, INVERSE)
    machine_item.refresh_from_db()
    because = edits.reasons_for(desk.case.department)[0]
    evidence.mark_not_applicable(
        case=desk.fresh(),
        by=desk.person("sam"),
        item=machine_item,
        because=because,
        reason="Measured before.",
    )
    edits.change_technique(desk, TECHNIQUE)
    edits.change_technique(desk, INVERSE)
    machine_item.refresh_from_db()
    assert (machine_item.condition, machine_item.answer) == ("true", "not_applicable")
    assert machine_item.answer_reason == "Measured before."


def test_a_lesion_put_back_under_its_label_is_asked_about_anew_and_the_old_papers_stay_readable(desk):
    """A label may be given to another lesion, so papers never move to it by themselves."""
    edits.add_lesion(desk, 4)
    label = desk.case.lesions.get(position=1, removed_at=None).label
    old = of_one_lesion(desk, label)
    document = filed(desk, old)
    whole = item(desk.case, "lesion-inventory")
    filed(desk, whole)
    before = brought(desk.fresh())
    edits.remove_lesion(desk, 1)
    edits.undo(desk, 0)
    new = of_one_lesion(desk, label)
    old.refresh_from_db()
    whole.refresh_from_db()
    assert (new.pk != old.pk, new.condition, new.answer) == (True, "true", "open")
    assert (old.condition, old.links.get(removed_at=None).document) == ("retired", document)
    assert old.retired_because
    assert whole.links.filter(removed_at=None).count() == 1
    after = brought(desk.fresh())
    assert all(before[what] <= after[what] for what in before)
    check_against_twin(desk.fresh())
