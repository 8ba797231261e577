"""Compliance lifts one block of one case: it stays visible, the packet goes on, everybody reads who and why."""

from datetime import date

import pytest

from casetracker.choices import Role
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.handoff import proof
from casetracker.handoff.records import load
from casetracker.lifts import mark
from casetracker.models import AuditEvent, LiftedConflict, Membership
from casetracker.readiness import open_blocks, warnings
from casetracker.selectors.consistency import consistency_of
from casetracker.selectors.review import standing_of, to_confirm
from casetracker.selectors.separation import why_not_reviewer
from casetracker.services import coding, lifting
from tests.factories import case_at

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
NAVIGATION = "61782"  # its way out names compliance
WHY = "A biopsy of another lesion on the same day, unrelated; letter of the payer on file."


def add(case, cora, **more):
    values = {
        "code": NAVIGATION,
        "stream": "surgeon_professional",
        "units": 1,
        "modifiers": [],
        "date": DAY,
        "reason": "Navigation for a biopsy of another lesion.",
    }
    return coding.add_line(case=case, by=cora, **values | more)


def block_of(case):
    result = case.evaluations.get(occasion="current").result
    found = [c for c in result["conflicts"] if c["severity"] == "block" and NAVIGATION in c["codes"]]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def case(world, cora):
    """Every suggested line accepted, and a navigation line held because a block stands against it."""
    case = case_at("coded", world=world)
    add(case, cora, hold_until=date(2026, 12, 31))
    return case


def lift(case, by, **more):
    conflict = more.pop("conflict", None) or mark(block_of(case))
    return lifting.lift_conflict(case=case, by=by, conflict=conflict, reason=more.pop("reason", WHY))


def packet_of(case):
    return case.packets.get(stream="surgeon_professional")


def test_a_line_against_a_block_is_not_released_but_can_be_held_for_compliance(world, cora):
    case = case_at("coded", world=world)
    with pytest.raises(Refused, match=f"{NAVIGATION} cannot be released"):
        add(case, cora)
    line = add(case, cora, hold_until=date(2026, 12, 31))
    assert (line.decision, line.hold_owner, line.hold_until) == ("hold", "compliance", date(2026, 12, 31))
    assert block_of(case)["codes"]


def test_a_lifted_block_no_longer_stops_the_release_and_the_packet(case, cora, carl):
    key = case.lines.get(code=NAVIGATION).key
    with pytest.raises(Refused, match="cannot be released"):
        coding.accept_lines(case=case, by=cora, keys=[key], reason="Checked.")
    lift(case, carl)
    case.refresh_from_db()
    (line,) = coding.accept_lines(case=case, by=cora, keys=[key], reason="Lifted by compliance.")
    assert line.decision == "release"
    standing = standing_of(packet_of(case))
    assert open_blocks(standing) == []
    assert block_of(case)["severity"] == "block"
    lifted = [conflict for conflict in warnings(standing) if conflict.get("lifted")]
    assert [conflict["lifted"].by for conflict in lifted] == [carl]
    assert any(NAVIGATION in key for key in to_confirm(packet_of(case))[1])


def test_a_lift_leaves_one_revision_with_the_reason_and_one_event_without_it(case, carl):
    version = case.version
    lift(case, carl)
    revision = case.revisions.get(action="conflict.lifted")
    assert revision.version == version + 1
    assert revision.difference["reason"] == WHY
    event = AuditEvent.objects.get(action="conflict.lifted")
    assert (event.user, event.record, event.outcome) == (carl, f"case {case.number}", "done")


def test_the_summary_names_who_lifted_it_and_why(case, cora, carl):
    lift(case, carl)
    case.refresh_from_db()
    coding.accept_lines(
        case=case, by=cora, keys=[case.lines.get(code=NAVIGATION).key], reason="Lifted by compliance."
    )
    rows = [row for row in proof.edits(load(packet_of(case))) if row.kind == "Lifted"]
    assert len(rows) == 1
    assert NAVIGATION in rows[0].codes
    assert "Lifted for this case by Carl Complies, compliance, 20" in rows[0].answer
    assert WHY in rows[0].answer


def test_the_consistency_check_of_the_edits_counts_a_lifted_block_as_answered(case, carl):
    def messages():
        return [check.message for check in consistency_of(case) if check.verdict == "fails"]

    told = block_of(case)["message"]
    assert any(told in message for message in messages())
    lift(case, carl)
    assert not any(told in message for message in messages())


def test_another_case_is_not_lifted_with_it(case, world, cora, carl):
    other = case_at("coded", world=world)
    lift(case, carl)
    with pytest.raises(Refused, match="cannot be released"):
        add(other, cora)


def test_a_conflict_that_reads_otherwise_is_not_lifted(case, cora, carl):
    lift(case, carl)
    LiftedConflict.objects.update(message="Two units, one is the most.")
    case.refresh_from_db()
    with pytest.raises(Refused, match="cannot be released"):
        coding.accept_lines(
            case=case, by=cora, keys=[case.lines.get(code=NAVIGATION).key], reason="Lifted by compliance."
        )


def test_taken_back_it_blocks_again_and_stays_in_the_history(case, cora, carl):
    found = lift(case, carl)
    case.refresh_from_db()
    coding.accept_lines(case=case, by=cora, keys=[case.lines.get(code=NAVIGATION).key], reason="Lifted.")
    case.refresh_from_db()
    lifting.restore_conflict(case=case, lift=found, by=carl, reason="The payer wrote again.")
    assert [conflict["id"] for conflict in open_blocks(standing_of(packet_of(case)))] == [
        block_of(case)["id"]
    ]
    assert case.revisions.get(action="conflict.restored").difference["reason"] == "The payer wrote again."
    case.refresh_from_db()
    with pytest.raises(WrongState, match="taken back already"):
        lifting.restore_conflict(case=case, lift=found, by=carl, reason="Once again.")
    assert lift(case, carl).pk != found.pk


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "ada", "noor", "sonja"])
def test_only_compliance_lifts_and_takes_back(case, world, carl, who):
    with pytest.raises(NotAllowed, match="Lifting a conflict needs the role compliance"):
        lift(case, world.people[who])
    found = lift(case, carl)
    with pytest.raises(NotAllowed, match="Lifting a conflict needs the role compliance"):
        lifting.restore_conflict(case=case, lift=found, by=world.people[who], reason="Not agreed.")
    found.refresh_from_db()
    assert found.ended_at is None


def test_each_refusal_says_what_to_do(case, carl):
    with pytest.raises(Refused, match="does not stand any more"):
        lift(case, carl, conflict="0" * 16)
    with pytest.raises(Refused, match="Say why"):
        lift(case, carl, reason=" ")
    found = lift(case, carl)
    case.refresh_from_db()
    with pytest.raises(WrongState, match="lifted already"):
        lift(case, carl)
    with pytest.raises(Refused, match="Say why"):
        lifting.restore_conflict(case=case, lift=found, by=carl, reason="")


def test_a_warning_and_a_code_that_does_not_exist_on_the_day_are_not_lifted(case, carl):
    stored = case.evaluations.get(occasion="current")
    block = block_of(case)
    for change, message in (
        ({"severity": "warn"}, "Only a block is lifted"),
        ({"id": "X-19"}, "Correct the day or the code"),
    ):
        stored.result["conflicts"] = [{**block, **change}]
        stored.save()
        with pytest.raises(Refused, match=message):
            lift(case, carl, conflict=mark({**block, **change}))


def test_an_approved_packet_with_one_of_the_lines_is_not_touched(case, carl):
    case.packets.filter(stream="surgeon_professional").update(status="approved")
    with pytest.raises(WrongState, match="A supervisor can reopen it"):
        lift(case, carl)


def test_whoever_lifted_a_block_does_not_review_the_case(case, world, carl):
    Membership.objects.create(user=carl, department=world.north, role=Role.SUPERVISOR)
    assert why_not_reviewer(carl, packet_of(case)) == ""
    lift(case, carl)
    assert "lifted 1 conflict" in why_not_reviewer(carl, packet_of(case))


def test_of_two_blocks_each_is_lifted_on_its_own(world, cora, carl):
    case = case_at("coded", world=world)
    key = add(case, cora, code="61783", hold_until=date(2026, 12, 31)).key
    result = case.evaluations.get(occasion="current").result
    both = [conflict for conflict in result["conflicts"] if conflict["severity"] == "block"]
    assert [conflict["id"] for conflict in both] == ["PTP", "X-23"]
    for number, conflict in enumerate(both):
        case.refresh_from_db()
        with pytest.raises(Refused, match=f"cannot be released. {conflict['message'][:20]}"):
            coding.accept_lines(case=case, by=cora, keys=[key], reason="Lifted.")
        lift(case, carl, conflict=mark(conflict))
        assert case.lifts.count() == number + 1
    case.refresh_from_db()
    assert coding.accept_lines(case=case, by=cora, keys=[key], reason="Lifted.")
