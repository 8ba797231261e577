"""From records to the document: large, empty, held, undated and foreign-named cases, made by the real services."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from casetracker.handoff.collect import build_handoff
from casetracker.handoff.pdf import render_pdf
from casetracker.models import Authorization, BillingLine, Case, ChecklistItem, Machine, Packet, Qualification
from casetracker.requirements import requirement
from casetracker.services import coding, review
from casetracker.services.cases import open_case, save_facts
from casetracker.services.evidence import add_document
from tests.cast import *  # noqa: F403
from tests.handoff.reading import missing_from, missing_rows, text_of
from tests.packets import accepted, approved, decide, desk
from tests.stories import lesion, story

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")


def coded(world, number: int = 1, change=None, **patient) -> Case:
    """A story case with every suggested line accepted; `change(facts)` may alter what is typed first."""
    person, facts = story(number, world)
    if change:
        change(facts)
    case = open_case(by=world.people["petra"], department=world.north, patient=person | patient, data=facts)
    keys = [line["key"] for line in case.evaluations.get(occasion="current").result["lines"]]
    coding.accept_lines(case=case, by=world.people["cora"], keys=keys, reason="Looked at with the plan.")
    return case


def document(case: Case, stream: str = "facility"):
    return build_handoff(Packet.objects.get(case=case, stream=stream))


# --- size


def ten_lesions(facts) -> None:
    place = ("frontal", "parietal", "temporal", "occipital", "cerebellum")
    facts.lesions = [
        lesion(f"L{n}", region=place[n % 5], max_dimension_mm=Decimal("10.25") + n, icd10=f"C79.{31 + n % 2}")
        for n in range(1, 11)
    ]
    numbers = list(range(10))
    facts.plans[0]["lesions"] = numbers
    for session in facts.sessions:
        session["lesions"], session["doses"] = numbers, dict.fromkeys(numbers, Decimal("5.5"))


def test_ten_lesions_in_five_sessions(world):
    case = coded(world, 3, ten_lesions)
    found = document(case, "surgeon_professional")
    assert [row.label for row in found.lesions] == [f"L{n}" for n in range(1, 11)]
    assert {row.sessions for row in found.lesions} == {"1-5"}
    assert {row.delivered_gy for row in found.lesions} == {"27.5"}
    assert found.lesions[0].size_mm == "11.25"
    assert len(found.sessions) == 5
    assert [(row.pointer, row.code, row.rank) for row in found.diagnoses] == [
        ("A", "C79.32", "primary"),
        ("B", "C79.31", "secondary"),
    ]
    pdf = render_pdf(found)
    assert missing_from(pdf, found) == []
    assert missing_rows(pdf, found) == []


def test_a_case_whose_lesions_were_taken_away_says_none_recorded(world):
    case = coded(world)
    _, facts = story(1, world)
    facts.lesions = []
    facts.plans[0]["lesions"] = facts.sessions[0]["lesions"] = []
    facts.sessions[0]["doses"] = {}
    case.refresh_from_db()
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)
    found = document(case)
    assert (found.lesions, found.diagnoses) == ((), ())
    assert {line.pointers for line in found.lines} == {""}
    pdf = render_pdf(found)
    assert missing_rows(pdf, found) == []
    assert "10 Lesions None recorded." in text_of(pdf)


def test_pointers_go_on_after_z():
    from casetracker.handoff.words import letters

    assert [letters(place) for place in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


# --- names


def test_foreign_and_long_names_survive_to_paper(world):
    clinician = world.clinicians["frame"]
    clinician.name = "Takács-Ødegård, Ágnes Łucja"
    clinician.save()
    long = "Ekström-Featherstonehaugh-Świętosławska, Åsa Kristína Maria-Magdalena Çelik von Hohenstein"
    found = document(coded(world, name=long), "surgeon_professional")
    assert found.coverage.name == long
    assert found.initials == "ÅE"
    assert {line.person for line in found.lines} == {"Takács-Ødegård, Ágnes Łucja, MD"}
    pdf = render_pdf(found)
    assert missing_from(pdf, found) == []
    assert missing_rows(pdf, found) == []
    assert long not in found.file_name


# --- lines


def test_an_undated_line_says_so(world):
    def undated(facts):
        facts.plans[0]["planned_on"] = None

    found = document(coded(world, change=undated), "oncology_professional")
    plan = next(line for line in found.lines if line.code == "77295")
    assert plan.date == ""
    assert "undated77295" in text_of(render_pdf(found)).replace(" ", "")


def test_held_and_declined_lines_are_named_and_not_released(world, cora):
    case = coded(world)
    lines = {line.code: line.key for line in case.lines.filter(stream="facility")}
    coding.hold_line(
        case=case,
        by=cora,
        key=lines["77336"],
        reason="The weekly check is not signed.",
        owner="physicist",
        until=date(2026, 3, 30),
    )
    coding.decline_line(case=case, by=cora, key=lines["77334"], reason="The mask was not custom.")
    found = document(case)
    assert not {"77336", "77334"} & {line.code for line in found.lines}
    rows = {row.code: row for row in found.held}
    assert (rows["77336"].kind, rows["77336"].owner, rows["77336"].expected_on) == (
        "Held",
        "medical physicist",
        "2026-03-30",
    )
    assert (rows["77334"].kind, rows["77334"].reason) == ("Not billed", "The mask was not custom.")
    assert {row.kind for row in found.edits} >= {"Hold", "Decline"}
    assert not {"77336", "77334"} & {row.code for row in found.dropped}


def test_a_changed_line_carries_the_coders_reason_in_place_of_the_rule(world, cora):
    case = coded(world)
    line = case.lines.get(stream="facility", code="77300")
    coding.change_line(
        case=case,
        by=cora,
        key=line.key,
        units=3,
        modifiers=["59"],
        date=line.date,
        reason="Three calculations are documented; separate site.",
        version=line.version,
    )
    found = document(case)
    row = next(row for row in found.lines if row.code == "77300")
    assert (row.units, row.modifiers, row.confidence) == (3, "59", "coder's decision")
    assert row.because == "Three calculations are documented; separate site."
    note = next(note for note in found.units if note.code == "77300")
    assert (note.basis, note.backing) == (row.because, row.because)
    assert any(edit.kind == "Changed" and edit.codes == "77300" for edit in found.edits)


def test_an_added_line_says_who_added_it(world, cora):
    case = coded(world)
    coding.add_line(
        case=case,
        by=cora,
        code="77331",
        stream="facility",
        units=1,
        modifiers=[],
        date=date(2026, 2, 25),
        reason="Special dosimetry was ordered and documented.",
    )
    found = document(case)
    row = next(row for row in found.lines if row.code == "77331")
    assert (row.group, row.confidence) == ("2 Physics and devices", "coder's decision")
    assert row.packaging == "packaged, not paid apart"
    added = next(edit for edit in found.edits if edit.kind == "Added by hand")
    assert added.answer.startswith("Cora Codes, ")


def test_a_suggestion_nobody_decided_is_named(world, petra):
    person, facts = story(1, world)
    case = open_case(by=petra, department=world.north, patient=person, data=facts)
    found = document(case)
    assert found.lines == ()
    assert {row.kind for row in found.held} == {"Not decided"}
    assert "77372" in {row.code for row in found.held}


def test_a_person_without_npi_is_named_and_has_no_number(world, cora):
    case = coded(world)
    BillingLine.objects.filter(case=case, code="61796").update(
        person=f"clinician-{world.clinicians['frame'].pk}"
    )
    world.clinicians["frame"].npi = ""
    world.clinicians["frame"].save()
    (line,) = document(case, "surgeon_professional").lines
    assert (line.person, line.npi) == ("Dr. Felix Frame, MD", "")


# --- coverage and encounter


@pytest.mark.parametrize(
    ("answer", "day", "told"),
    [
        (None, date(2026, 2, 20), "2026-02-20"),
        (True, date(2026, 2, 20), "2026-02-20"),
        (True, None, "done, day not recorded"),
        (False, None, "no separate simulation"),
        (None, None, ""),
    ],
)
def test_the_encounter_tells_the_simulation_or_that_there_was_none(world, answer, day, told):
    case = coded(world, 1, lambda facts: facts.case.update(simulated=answer, simulated_on=day))
    assert {fact.label: fact.value for fact in document(case).encounter}["Simulation"] == told


def test_the_deadline_is_the_recorded_one_or_counted_from_the_first_service(world):
    case = coded(world)
    assert document(case).coverage.filing_deadline == "2027-02-20, 365 days after the first service"
    assert document(case).status.file_until == "2027-02-20"
    Case.objects.update(filing_deadline=date(2026, 12, 31))
    assert document(case).coverage.filing_deadline == document(case).status.file_until == "2026-12-31"


def test_without_payer_days_there_is_no_deadline(world):
    world.payers["medicare"].filing_days = None
    world.payers["medicare"].save()
    assert document(coded(world)).status.file_until == ""


def test_authorizations_and_unknown_circumstances(world):
    case = coded(world)
    Authorization.objects.create(case=case, number="AU-1", codes="77372", sessions=1, valid_from="2026-02-01")
    Case.objects.update(trial=None, resident_involved=True)
    found = document(case)
    (authorization,) = found.coverage.authorizations
    assert (authorization.number, authorization.sessions, authorization.valid_to) == ("AU-1", "1", "")
    facts = {fact.label: fact.value for fact in found.encounter}
    assert (facts["Clinical trial"], facts["Resident involved"]) == ("not recorded", "yes")
    assert facts["Plan approved"] == "2026-02-25 16:00 EST"


def test_an_authorized_user_is_marked_on_a_cobalt_unit_while_the_listing_holds(world):
    listing = Qualification.objects.create(
        clinician=world.clinicians["onco"], kind="authorized_user", valid_from=date(2020, 1, 1)
    )
    case = coded(world, 2)
    (session,) = document(case).sessions
    assert session.oncologist == "Dr. Olga Onco [authorized user (cobalt)] 07:55-09:20"
    listing.valid_to = date(2026, 3, 1)
    listing.save()
    (session,) = document(case).sessions
    assert session.oncologist == "Dr. Olga Onco 07:55-09:20"


# --- evidence


def test_only_signed_documents_are_a_source(world, petra):
    case = coded(world)
    item = case.items.get(key="performance-status")
    kind = requirement("performance-status").kinds[0]
    values = {"kind": kind, "author": world.clinicians["onco"], "item_ids": [item.pk]}
    add_document(case=case, by=petra, title="Draft note", author_role="radiation_oncologist", **values)
    score = next(fact for fact in document(case).necessity if fact.label == "Performance score")
    assert (score.value, score.source) == ("Karnofsky 90 on 2026-02-12", "")
    add_document(
        case=case,
        by=petra,
        title="Consultation",
        author_role="radiation_oncologist",
        service_date=date(2026, 2, 12),
        signed_at=datetime(2026, 2, 12, 17, tzinfo=ZONE),
        **values,
    )
    score = next(fact for fact in document(case).necessity if fact.label == "Performance score")
    assert score.source == "Consultation, Dr. Olga Onco, MD, 2026-02-12"


def test_late_entries_notes_and_exceptions_are_listed(world, sam, petra):
    made = desk(world)
    entry = made.case.documents.get(title="Document for Delivery record")
    entry.entry_type, entry.written_at = "late_entry", datetime(2026, 3, 6, 8, tzinfo=ZONE)
    entry.save()
    ChecklistItem.objects.filter(key="plan-approval").update(
        answer="not_applicable", answer_reason="No plan was made.", answered_by=sam
    )
    Case.objects.update(prior_radiation=True, prior_radiation_overlap=None)
    found = build_handoff(made.packet())
    rows = {row.kind: row for row in found.exceptions}
    assert rows["Late entry"].reason == "Written 2026-03-06 08:00 EST"
    assert (rows["Not applicable"].what, rows["Not applicable"].reason) == (
        "Plan approval",
        "No plan was made.",
    )
    assert rows["Earlier radiation"].reason == "Overlaps the present target: not recorded"
    marks = {row.item: (row.state, row.mark) for row in found.index}
    assert marks["Delivery record"] == ("met", "Late entry")
    assert marks["Plan approval"] == ("not applicable: No plan was made.", "")


def test_items_of_held_lines_are_not_in_the_index(world, cora):
    made = desk(world, decided=False)
    decide(made, "77372", cora)
    decide(made, "77295", cora, "hold", reason="Unsigned.")
    assert {row.item for row in build_handoff(made.packet()).index} == {"Delivery record"}


# --- status, edits and sign-off

WARNING = {
    "id": "X",
    "severity": "warn",
    "message": "Look at both.",
    "codes": ["77372", "77295"],
    "rules": ["PTP-03"],
    "way_out": "Document why.",
}
FOREIGN = WARNING | {"codes": ["61796"], "message": "About the surgeon."}


def test_a_draft_bills_nothing_and_says_what_is_owed(world):
    found = build_handoff(accepted(desk(world), world))
    assert (found.is_draft, found.status.decision, found.status.approved_at) == (True, "DO NOT BILL", "")
    assert found.status.next_step == "Packet is in review; 0 required items are open."
    assert found.sign_off.text == "Not approved."
    assert found.sign_off.submitted_by == "Petra Prepares"


def test_warnings_of_this_packet_name_who_opened_them(world):
    made = desk(world, conflicts=[WARNING, FOREIGN])
    draft = build_handoff(made.packet())
    assert [(row.kind, row.message) for row in draft.edits] == [("Check", "Look at both. (PTP-03)")]
    assert draft.edits[0].answer == "Document why."
    found = build_handoff(approved(made, world))
    assert found.edits[0].answer == "Document why. Opened by Sam Supervises."


def test_the_rule_book_and_only_policies_that_were_set_are_named(world):
    made = desk(world)
    evaluation = made.case.evaluations.get()
    evaluation.result["policies"] = [
        {"key": "surgeon_presence", "value": "first", "from": "department_policy"},
        {"key": "davf_class", "value": "simple", "from": "built_in_default"},
    ]
    evaluation.save()
    facts = {fact.label: fact.value for fact in build_handoff(made.packet()).rulebook}
    assert facts["Rule book"] == "test"
    assert facts["Code-pair and unit edits"] == "edit facts of 2026-01-01 applied"
    assert facts["Policy: Surgeon's presence at delivery"] == "First (department policy)"
    assert not any("simple" in value for value in facts.values())


def test_completers_are_named_by_role_and_the_approver_by_name(world):
    found = build_handoff(approved(desk(world), world)).sign_off
    assert {fact.label for fact in found.completed_by} == {"radiation oncologist", "radiation therapist"}
    assert {fact.value for fact in found.completed_by} == {"Petra Prepares"}
    assert found.approved_by == "Sam Supervises"


def test_a_demonstration_says_so_on_every_page(world):
    found = build_handoff(desk(world, demo=True).packet())
    assert found.demo
    assert found.notes[0].startswith("Demonstration")


def test_a_supplement_is_drafted_as_one(world, cora):
    from casetracker.selectors.handoff import draft_of
    from casetracker.services import handoff as services

    made = desk(world, decided=False)
    decide(made, "77372", cora)
    held = decide(made, "77295", cora, "hold", reason="Unsigned.")
    approved(made, world)
    services.draw_pending()
    review.supplement(packet=made.packet(), by=cora, lines=[held.key], note="Signed now.")
    draft = draft_of(made.packet())
    assert (draft.is_draft, draft.status.kind, draft.status.version) == (True, "supplement", 2)
    assert {line.code: line.decision for line in draft.lines} == {"77372": "IN VERSION 1", "77295": "RELEASE"}


def test_sessions_on_another_machine_name_it(world):
    case = coded(world)
    case.sessions.update(machine=Machine.objects.get(name="CyberKnife"))
    (session,) = document(case).sessions
    assert session.machine == "CyberKnife, Robotic linac"
