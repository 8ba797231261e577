"""Planning, directive and the record of each day in the summary: what a claim rests on, nothing more."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from casetracker.handoff.document import as_dict, digest_of, from_dict, sealed
from casetracker.handoff.pdf import render_pdf
from casetracker.models import Case
from tests.cast import *  # noqa: F403
from tests.handoff import samples
from tests.handoff.reading import missing_from, text_of
from tests.handoff.test_collect import coded, document

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
PHYSICS = {"Independent dose check", "Physics plan and chart check", "Console compared with the plan"}


def noon(day: int) -> datetime:
    return datetime(2026, 2, day, 12, tzinfo=ZONE)


def recorded(world, number: int = 3) -> Case:
    """A story case whose plan, prescription and sessions are recorded in full."""
    case, onco = coded(world, number), world.clinicians["onco"]
    case.lesions.update(
        prescribed_sessions=5, session_dose_gy=Decimal(5), prescribed_at=noon(24), prescribed_by=onco
    )
    case.plans.update(
        technique="inverse",
        fusion_approved_at=noon(20),
        fusion_approved_by=onco,
        goals_set_at=noon(21),
        second_check_pct=Decimal("1.80"),
        second_check_at=noon(25),
        second_check_by=world.clinicians["phil"],
        psqa_result="passed",
        psqa_at=noon(26),
        dvh_reviewed_at=None,
        dvh_reviewed_by=None,
    )
    case.targets.all().delete()
    case.organs.all().delete()
    case.images.all().delete()
    case.targets.create(lesion=case.lesions.first(), approved_at=noon(22), approved_by=onco)
    case.organs.create(name="Chiasm", limit_gy=8, planned_gy=4)
    case.organs.create(name="Cochlea", limit_gy=4, planned_gy=5, comment="Accepted for coverage.")
    case.organs.create(name="Lens")
    case.images.create(kind="mri", acquired_on=noon(18).date(), for_planning=True)
    case.images.create(kind="pet", acquired_on=noon(10).date(), for_planning=False)
    return case


def facts_of(found) -> dict[str, str]:
    (plan,) = found.plans
    return {fact.label: fact.value for fact in plan.facts}


def test_a_plan_says_who_did_what_and_when_in_data_and_on_paper(world):
    found = document(recorded(world))
    facts = facts_of(found)
    assert facts["Image fusion approved"] == "2026-02-20 12:00 EST, Dr. Olga Onco"
    assert facts["Goals set"] == "2026-02-21 12:00 EST"
    physicist = world.clinicians["phil"].name
    assert facts["Independent dose check"] == f"largest difference 1.8 %; 2026-02-25 12:00 EST, {physicist}"
    assert facts["Plan measured"] == "passed, signed 2026-02-26 12:00 EST"
    assert facts["Critical structures"] == (
        "1 within the dose limit, 1 above it, each with a reason, 1 without limit or planned dose"
    )
    assert facts["Dose-volume curves reviewed"] == ""
    encounter = {fact.label: fact.value for fact in found.encounter}
    assert encounter["Planning images"] == "MRI 2026-02-18"
    pdf = render_pdf(found)
    assert missing_from(pdf, found) == []
    named = text_of(pdf).partition("Not recorded ")[2]
    assert "ose-volume curves reviewed" in named[:200]


def test_a_lesion_says_how_it_was_prescribed_and_who_signed(world):
    row = document(recorded(world)).lesions[0]
    assert (row.schedule, row.signed) == ("5 x 5 Gy", "2026-02-24 12:00 EST, Dr. Olga Onco")
    assert row.target_approved == "2026-02-22 12:00 EST, Dr. Olga Onco"


def test_names_of_structures_and_series_stay_in_the_department(world):
    shown = text_of(render_pdf(document(recorded(world))))
    assert not [word for word in ("Chiasm", "Cochlea", "Accepted for coverage") if word in shown]


def test_the_physicists_checks_are_not_told_to_the_surgeons_biller(world):
    case = recorded(world)
    assert set(facts_of(document(case, "facility"))) >= PHYSICS
    assert not PHYSICS & set(facts_of(document(case, "surgeon_professional")))


@pytest.mark.parametrize(
    ("modality", "technique", "asked"),
    [
        ("linac", "inverse", {"Goals set", "Optimized", "Plan measured"}),
        ("linac", "forward_3d", set()),
        ("cobalt60", "multisource", set()),
        ("proton", "inverse", {"Goals set", "Optimized", "Proton fields", "Compared with a photon plan"}),
    ],
)
def test_a_plan_is_asked_only_what_its_technique_and_machine_call_for(world, modality, technique, asked):
    case = recorded(world)
    Case.objects.update(modality=modality)
    case.plans.update(technique=technique, field_count=2, compensator=True)
    facts = facts_of(document(case))
    special = {"Goals set", "Optimized", "Plan measured", "Proton fields", "Compared with a photon plan"}
    assert special & set(facts) == asked
    assert facts.get("Proton fields", "2, with compensation") == "2, with compensation"


def proved(case, key: str, title: str, by) -> None:
    """The first item of this key with a signed document of this title."""
    item = case.items.filter(key=key).first()
    item.links.create(
        document=case.documents.create(
            kind="other", title=title, added_by=by, added_at=noon(26), signed_at=noon(26)
        ),
        linked_by=by,
        linked_at=noon(26),
    )
    case.items.filter(pk=item.pk).update(answer="satisfied")


def test_what_only_a_signed_document_tells_points_to_the_index(world, petra):
    case = recorded(world)
    case.plans.update(transfer_check_at=None)
    before = document(case)
    assert facts_of(before)["Console compared with the plan"] == ""
    proved(case, "plan-transfer-check", "Transfer check", petra)
    after = document(case)
    assert facts_of(after)["Console compared with the plan"] == "signed document, see section 13"
    assert "Transfer check" in {row.document for row in after.index}


def test_a_document_that_only_another_claim_needs_is_not_called_unrecorded(world, petra):
    case = recorded(world)
    case.lesions.update(prescribed_at=None, prescribed_by=None)
    assert document(case, "surgeon_professional").lesions[0].signed == ""
    for item in case.items.filter(key="prescription-signed"):
        paper = {"kind": "prescription", "title": "Prescription", "added_by": petra, "added_at": noon(26)}
        item.links.create(document=case.documents.create(**paper), linked_by=petra, linked_at=noon(26))
    case.items.filter(key="prescription-signed").update(answer="satisfied")
    told = {stream: document(case, stream) for stream in ("facility", "surgeon_professional")}
    assert told["facility"].lesions[0].signed == "signed document, see section 13"
    assert told["surgeon_professional"].lesions[0].signed == (
        "signed document on file, not needed for this claim"
    )
    assert "Prescription" not in {row.document for row in told["surgeon_professional"].index}
    case.items.filter(key="prescription-signed").update(condition="retired")
    assert document(case, "surgeon_professional").lesions[0].signed == ""


def test_each_version_of_the_directive_is_listed_and_a_change_is_an_exception(world):
    case, onco = coded(world, 2), world.clinicians["onco"]
    case.directives.all().delete()
    case.directives.create(version=2, total_gy=22, signed_at=noon(26), signed_by=onco, authorized_user=True)
    case.directives.create(version=1, total_gy=20)
    found = document(case)
    first, second = found.directives
    assert (first.version, first.total_gy, first.signed_at, first.authorized) == (
        "1",
        "20",
        "",
        "not recorded",
    )
    assert (second.version, second.signed_by, second.authorized) == ("2", "Dr. Olga Onco", "yes")
    (changed,) = [row for row in found.exceptions if row.kind == "Directive changed"]
    assert (changed.what, changed.reason) == ("Version 2", "Signed 2026-02-26 12:00 EST")


@pytest.mark.parametrize(
    ("until", "removed", "said"),
    [(26, None, "yes, by the license listing"), (25, None, "no listing on that day"), (25, noon(27), "yes")],
)
def test_the_authorized_user_of_a_directive_is_read_from_the_listing_of_that_day(world, until, removed, said):
    case, onco = coded(world, 2), world.clinicians["onco"]
    case.directives.update(signed_at=noon(26), signed_by=onco, authorized_user=True)
    onco.qualifications.create(
        kind="authorized_user", valid_from=date(2020, 1, 1), valid_to=noon(until).date(), removed_at=removed
    )
    (row,) = document(case).directives
    assert row.authorized == said


def test_a_session_says_its_time_out_its_images_and_the_fit_of_a_frame(world):
    case, onco = coded(world, 2), world.clinicians["onco"]
    session = case.sessions.get()
    day = session.beam_on_at.astimezone(ZONE)
    case.sessions.update(
        timeout_at=day.replace(hour=7, minute=50),
        timeout_by=onco,
        image_kind="cone_beam",
        images_approved_at=noon(25),
        images_approved_by=onco,
        frame_check_mm=Decimal("0.20"),
        event_suspected=False,
    )
    Case.objects.update(fixation_type="invasive_frame")
    (row,) = document(case).sessions
    assert row.timeout == "07:50, Dr. Olga Onco"
    approved = "approved 2026-02-25 12:00 EST, Dr. Olga Onco"
    assert row.position == f"Cone-beam CT, {approved}; frame fit within 0.2 mm"
    assert row.screen == "nothing suspected"
    Case.objects.update(fixation_type="mask")
    assert "frame" not in document(case).sessions[0].position


def test_a_suspected_event_stops_the_biller_and_the_incident_number_stays_inside(world):
    case = coded(world)
    case.sessions.update(event_suspected=True, variance=True, incident_number="INC-77")
    found = document(case)
    assert found.sessions[0].screen == "suspected event, see section 14"
    (row,) = [row for row in found.exceptions if row.kind == "Suspected event"]
    assert (row.what, row.reason.split(". ")[1]) == (
        "Session 1",
        "Ask the department before you bill this session.",
    )
    assert "INC-77" not in text_of(render_pdf(found))


def test_an_implant_is_an_exception_of_the_claims_that_rest_on_dose(world):
    case = coded(world)
    Case.objects.update(implanted_device=True, device_risk="medium", device_dose_gy=Decimal("0.50"))
    rows = {row.kind: row.reason for row in document(case).exceptions}
    assert rows["Implanted device"] == "Risk class medium, estimated dose 0.5 Gy"
    kinds = {row.kind for row in document(case, "surgeon_professional").exceptions}
    assert "Implanted device" not in kinds


def test_disease_elsewhere_is_told_where_the_documentation_asks_for_it(world):
    case = coded(world)
    Case.objects.update(extracranial_status="controlled", systemic_therapy="held")
    case.items.filter(key="extracranial-disease-status").update(condition="true")
    row = next(fact for fact in document(case).necessity if fact.label == "Disease elsewhere")
    assert row.value == "Controlled; drug therapy held around treatment"
    case.items.filter(key="extracranial-disease-status").update(condition="false")
    assert "Disease elsewhere" not in {fact.label for fact in document(case).necessity}


def test_an_item_proved_by_facts_alone_says_that_no_document_is_behind_it(world):
    case = coded(world)
    item = case.items.filter(links=None, condition="true").first()
    case.items.filter(pk=item.pk).update(answer="satisfied", answered_by_system=True)
    rows = {
        row.key: row
        for found in ("facility", "oncology_professional", "surgeon_professional")
        for row in document(case, found).index
    }
    assert rows[item.key].document == "facts recorded on the case, no document"


def test_lesions_that_say_the_same_share_a_row_on_paper():
    shown = text_of(render_pdf(samples.large()))
    assert "L3, L6, L9 5 x 5.4 Gy 2026-02-21 17:05 EST" in shown
    assert "L1, L4, L7, L10 5 x 5.4 Gy 2026-02-22 17:05 EST" in shown


def test_a_summary_frozen_before_these_facts_existed_keeps_its_content_and_digest():
    now = samples.large()
    rows = {
        "lesions": tuple(replace(row, schedule="", signed="", target_approved="") for row in now.lesions),
        "sessions": tuple(replace(row, timeout="", position="", screen="") for row in now.sessions),
    }
    before = sealed(replace(now, plans=(), directives=(), **rows))
    stored = as_dict(before)
    assert not {"plans", "directives"} & set(stored)
    assert not {"schedule", "timeout"} & {*stored["lesions"][0], *stored["sessions"][0]}
    assert digest_of(as_dict(from_dict(stored))) == before.digest
    shown = text_of(render_pdf(from_dict(stored)))
    assert "Prescription and target" not in shown
    assert "Before the beam" not in shown


def localization(case) -> str:
    found = document(case)
    return next(fact.value for fact in found.encounter if fact.label == "Localization")


def test_the_encounter_says_how_the_target_was_localized_and_how_well(world):
    case = coded(world, 2)
    assert localization(case) == "Head-frame fiducials, registration error 0.4 mm"
    assert "registration error 0.4 mm" in text_of(render_pdf(document(case)))
    encounter = as_dict(document(case))["encounter"]
    assert {"label": "Localization", "value": "Head-frame fiducials, registration error 0.4 mm"} in [
        {name: fact[name] for name in ("label", "value")} for fact in encounter
    ]
    Case.objects.update(localization_error_mm=None)
    assert localization(case) == "Head-frame fiducials"
    Case.objects.update(localization_method="")
    assert localization(case) == ""


def test_a_signed_record_stands_for_a_localization_nobody_typed(world, petra):
    case = coded(world, 2)
    Case.objects.update(localization_method="", localization_error_mm=None)
    proved(case, "stereotactic-localization", "Localization", petra)
    assert localization(case) == "signed document, see section 13"
