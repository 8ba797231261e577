"""A coder's decisions: each works, each refusal says what to do, each leaves one revision and one audit event."""

from datetime import date

import pytest

from casetracker.case_input import CaseInput
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import AuditEvent, BillingLine, Evaluation
from casetracker.recorded import recorded_input
from casetracker.services import coding
from casetracker.services.cases import open_case, save_facts
from tests.factories import case_at
from tests.stories import story

pytestmark = pytest.mark.django_db
FACILITY_300 = "77300/facility/course/-"
BASE = "61796/surgeon_professional/course/9000000002"
DAY = date(2026, 2, 24)


def keys(case):
    return [line["key"] for line in case.evaluations.get(occasion="current").result["lines"]]


def history(case):
    return case.revisions.count(), AuditEvent.objects.filter(record=f"case {case.number}").count()


def change(case, by, **more):
    values = {"units": 3, "modifiers": [], "date": DAY, "reason": "Three were documented."}
    return coding.change_line(case=case, by=by, **{"key": FACILITY_300, **values, **more})


def add(case, by, **more):
    values = {
        "code": "77370",
        "stream": "facility",
        "units": 1,
        "modifiers": [],
        "date": date(2026, 2, 26),
        "reason": "Requested and reported.",
    }
    return coding.add_line(case=case, by=by, **{**values, **more})


def test_accepting_releases_each_line_as_suggested_in_one_step(world, cora):
    case = case_at("suggested", world=world)
    before, wanted = history(case), keys(case)
    lines = coding.accept_lines(case=case, by=cora, keys=wanted)
    assert [count + 1 for count in before] == list(history(case))
    assert sorted(line.key for line in lines) == sorted(wanted)
    line = BillingLine.objects.get(case=case, key=FACILITY_300)
    assert (line.units, line.decision, line.origin, line.differs) == (4, "release", "suggested", False)
    assert line.suggested == {"units": 4, "modifiers": [], "date": "2026-02-24"}
    assert case.evaluations.filter(occasion=Evaluation.Occasion.DECISION).count() == 1
    pair = next(iter(case.revisions.last().difference.values()))
    assert pair[0] is None
    assert pair[1]["decision"] == "release"


def test_only_coders_decide(world):
    case = case_at("suggested", world=world)
    for name in ("petra", "sam", "bea", "carl", "noor", "conrad"):
        with pytest.raises(NotAllowed, match="Deciding billing lines needs the role coder in North Hospital"):
            coding.accept_lines(case=case, by=world.people[name], keys=keys(case))
    assert not case.lines.exists()
    assert AuditEvent.objects.filter(action="lines.accepted", outcome="refused").count() == 6


def test_a_line_that_is_not_suggested_cannot_be_accepted(world, cora):
    case = case_at("suggested", world=world)
    with pytest.raises(Refused, match="not suggested any more"):
        coding.accept_lines(case=case, by=cora, keys=["61798/surgeon_professional/course/9000000002"])


def test_accepting_twice_is_refused(world, cora):
    case = case_at("coded", world=world)
    with pytest.raises(Refused, match="accepted already"):
        coding.accept_lines(case=case, by=cora, keys=keys(case))


def test_a_change_needs_a_reason_and_keeps_the_suggestion(world, cora):
    case = case_at("suggested", world=world)
    with pytest.raises(Refused, match="Say why the line differs"):
        change(case, cora, reason=" ")
    before = history(case)
    line = change(case, cora)
    assert [count + 1 for count in before] == list(history(case))
    assert (line.units, line.differs, line.suggested["units"]) == (3, True, 4)
    assert case.evaluations.get(occasion="current").document["entered_lines"][0]["units"] == 3


def test_a_change_to_the_suggested_values_is_an_acceptance(world, cora):
    case = case_at("suggested", world=world)
    line = change(case, cora, units=4, reason="")
    assert (line.differs, line.decision) == (False, "release")


def test_a_change_that_hits_a_block_is_refused_with_the_way_out(world, cora):
    case = case_at("suggested", world=world)
    key = next(key for key in keys(case) if key.startswith("77372"))
    with pytest.raises(Refused, match="77372 cannot be released"):
        change(case, cora, key=key, units=1, modifiers=["26"], date=date(2026, 3, 2))
    assert not case.lines.exists()
    assert not case.evaluations.get().document["entered_lines"]


def test_a_stale_tab_is_told(world, cora):
    case = case_at("coded", world=world)
    line = case.lines.get(key=FACILITY_300)
    change(case, cora, version=line.version)
    with pytest.raises(Stale, match="Somebody else decided this line"):
        change(case, cora, version=line.version, units=2)
    with pytest.raises(Stale):
        coding.decline_line(
            case=case_at("suggested", story=4, world=world), by=cora, key=FACILITY_300, reason="x", version=1
        )


def test_an_added_line_is_judged_with_all_others(world, cora):
    case = case_at("suggested", world=world)
    before = history(case)
    line = add(case, cora)
    assert [count + 1 for count in before] == list(history(case))
    assert (line.key, line.origin, line.performer) == ("77370/facility/course/-", "added", "facility")
    assert line.label
    assert case.packets.get(stream="facility").open_required > 0
    assert "77370" in case.items.get(key="signatures-valid").codes


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": ""}, "Say why this line is added"),
        ({"stream": "elsewhere"}, "Choose the claim"),
        ({"person": "9999999999"}, "Nobody on this case has the NPI 9999999999"),
        ({"code": "77300", "date": DAY}, "on this claim already"),
        ({"code": "61799", "stream": "surgeon_professional"}, "61799 cannot be released"),
        ({"code": "61798", "stream": "surgeon_professional"}, "61798 cannot be released"),
        ({"code": "77432", "stream": "facility"}, "77432 cannot be released"),
        ({"code": "brain"}, "cannot be judged"),
    ],
)
def test_lines_that_cannot_be_added(world, cora, more, told):
    case = case_at("suggested", world=world)
    with pytest.raises(Refused, match=told):
        add(case, cora, **more)
    assert not case.lines.exists()


def test_a_conflict_is_settled_once_the_other_line_is_declined(world, cora):
    case = case_at("suggested", world=world)
    coding.decline_line(case=case, by=cora, key=BASE, reason="Reported as complex after review.")
    line = add(case, cora, code="61798", stream="surgeon_professional", date=date(2026, 3, 2))
    assert (line.person, line.performer) == ("9000000002", "neurosurgeon")
    assert case.lines.get(key=BASE).decision == "decline"


def test_a_hold_needs_reason_owner_and_day(world, cora):
    case = case_at("suggested", world=world)
    for missing in ({"reason": ""}, {"owner": ""}, {"until": None}):
        values = {"reason": "Note is missing", "owner": "neurosurgeon", "until": date(2026, 3, 20), **missing}
        with pytest.raises(Refused, match="needs a reason, somebody who acts, and a day"):
            coding.hold_line(case=case, by=cora, key=BASE, **values)
    line = coding.hold_line(
        case=case, by=cora, key=BASE, reason="Note missing", owner="neurosurgeon", until=date(2026, 3, 20)
    )
    assert (line.decision, line.hold_owner) == ("hold", "neurosurgeon")
    released = coding.accept_lines(case=case, by=cora, keys=[BASE])[0]
    assert (released.decision, released.hold_until, released.reason) == ("release", None, "")


def test_a_reviewer_may_hold_a_line_of_a_packet_in_review_only(world, sam):
    values = {"reason": "Note missing", "owner": "neurosurgeon", "until": date(2026, 3, 20)}
    coded = case_at("coded", world=world)
    with pytest.raises(NotAllowed, match="packet in review only"):
        coding.hold_line(case=coded, by=sam, key=BASE, **values)


def test_the_reviewer_holds_in_review(world, sam):
    case = case_at("in_review", world=world)
    line = coding.hold_line(
        case=case, by=sam, key=BASE, reason="Note missing", owner="neurosurgeon", until=date(2026, 3, 20)
    )
    assert (line.decision, line.decided_by) == ("hold", sam)
    with pytest.raises(NotAllowed):
        coding.decline_line(case=case, by=sam, key=FACILITY_300, reason="Not billed.")


def test_declining_needs_a_reason_and_can_be_taken_back(world, cora):
    case = case_at("suggested", world=world)
    with pytest.raises(Refused, match="Say why this line is not billed"):
        coding.decline_line(case=case, by=cora, key=BASE, reason="")
    coding.decline_line(case=case, by=cora, key=BASE, reason="Billed elsewhere")
    line = coding.accept_lines(case=case, by=cora, keys=[BASE])[0]
    assert (line.decision, line.version) == ("release", 2)


def test_lines_of_an_approved_packet_are_read_only(world, cora):
    case = case_at("approved", world=world)
    before = list(case.lines.values("key", "decision", "units"))
    for act in (
        lambda: change(case, cora),
        lambda: add(case, cora),
        lambda: coding.decline_line(case=case, by=cora, key=BASE, reason="Not billed."),
    ):
        with pytest.raises(WrongState, match=r"packet is approved.*supplement.*reopen"):
            act()
    assert list(case.lines.values("key", "decision", "units")) == before


def test_an_unsupported_line_becomes_the_persons_own_or_takes_the_new_suggestion(world, cora, petra):
    case = case_at("coded", world=world)
    facts = recorded_input(case)
    save_facts(
        case=case,
        by=petra,
        facts_version=case.facts_version,
        data=CaseInput(plans=[{**facts.plans[0], "calculations": 6}]),
    )
    taken = coding.accept_lines(case=case, by=cora, keys=[FACILITY_300])[0]
    assert (taken.units, taken.supported) == (6, True)
    save_facts(case=case, by=petra, facts_version=case.facts_version, data=CaseInput(plans=[]))
    assert case.lines.get(key=FACILITY_300).supported is False
    with pytest.raises(Refused, match="no longer suggested"):
        coding.accept_lines(case=case, by=cora, keys=[FACILITY_300])
    kept = change(case, cora, units=6, reason="The plan is on paper.")
    assert (kept.origin, kept.supported) == ("added", True)


def test_a_warning_asks_for_a_reason(world, cora, petra):
    case = case_at("suggested", world=world)
    save_facts(
        case=case,
        by=petra,
        facts_version=case.facts_version,
        data=CaseInput(case={"machine": world.machines["proton"], "modality": "proton"}),
    )
    conflicts = case.evaluations.get(occasion="current").result["conflicts"]
    warned = next(conflict for conflict in conflicts if conflict["severity"] == "warn" and conflict["keys"])
    key = warned["keys"][0]
    with pytest.raises(Refused, match="needs a reason, because of a warning"):
        coding.accept_lines(case=case, by=cora, keys=[key])
    line = coding.accept_lines(case=case, by=cora, keys=[key], reason="Agreed with the payer.")[0]
    assert line.reason == "Agreed with the payer."


def test_a_removed_lesion_does_not_break_a_line_that_named_it(world, cora, petra):
    case = case_at("suggested", story=2, world=world)
    add(case, cora)
    facts = recorded_input(case)
    save_facts(
        case=case, by=petra, facts_version=case.facts_version, data=CaseInput(lesions=facts.lesions[:1])
    )
    entered = case.evaluations.get(occasion="current").document["entered_lines"][0]
    assert entered["lesions"] == [facts.lesions[0]["uuid"]]


def test_on_the_claim_of_a_freestanding_centre_the_code_says_who_renders_it(world, conrad, stella):
    identity, facts = story(1, world)
    facts.case.update(machine=world.machines["south_linac"], payer=world.payers["south_medicare"])
    reed = {"clinician": world.clinicians["reed"], "role": "radiation_oncologist", "present_delivery": True}
    facts.team, facts.sessions[0]["presences"] = [reed], []
    case = open_case(by=stella, department=world.south, patient=identity, data=facts)
    streams = {line["stream"] for line in case.evaluations.get().result["lines"]}
    assert streams == {"freestanding_global"}
    line = add(case, conrad, stream="freestanding_global")
    assert (line.performer, line.person) == ("facility", "")
