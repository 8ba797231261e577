"""The stored reading of a case: packets, counters, queue columns and codes, and the command that recounts them."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from casetracker.models import Case, CaseClinician, ChecklistItem, Packet, QueueCode
from casetracker.services import queueing
from tests.cast import *  # noqa: F403
from tests.packets import NOW, decide, desk

pytestmark = pytest.mark.django_db


def columns(made) -> tuple:
    case = Case.objects.get(pk=made.case.pk)
    return case.queue_state, case.queued_at, case.missing_required


def test_each_stream_with_a_line_has_one_packet(world):
    made = desk(world)
    assert set(Packet.objects.filter(case=made.case).values_list("stream", flat=True)) == {
        "facility",
        "surgeon_professional",
    }


def test_an_open_required_item_of_a_released_line_counts(world):
    made = desk(world)
    ChecklistItem.objects.filter(key="plan-approval").update(answer="open")
    queueing.refresh(case=made.case)
    assert made.packet("facility").open_required == 1
    assert made.packet("surgeon_professional").open_required == 0
    assert columns(made)[2] == 1


def test_an_undecided_line_counts_like_a_released_one(world):
    made = desk(world, decided=False, satisfied=False)
    assert made.packet("facility").open_required == 2


@pytest.mark.parametrize("decision", ["hold", "decline"])
def test_held_and_declined_lines_do_not_count(world, cora, decision):
    made = desk(world, decided=False, satisfied=False)
    for code in ("77372", "77295"):
        decide(made, code, cora, decision, reason="Waiting.")
    queueing.refresh(case=made.case)
    assert made.packet("facility").open_required == 0


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"answer": "open"}, 1),
        ({"answer": "open", "condition": "unknown"}, 1),
        ({"answer": "open", "condition": "false"}, 0),
        ({"answer": "open", "condition": "retired"}, 0),
        ({"answer": "open", "severity": "recommended"}, 0),
        ({"answer": "not_applicable", "answer_reason": "no"}, 0),
        ({"answer": "cannot_be_met", "answer_reason": "lost"}, 1),
        ({"review": "returned"}, 1),
    ],
)
def test_what_counts_as_owed(world, values, counts):
    made = desk(world)
    ChecklistItem.objects.filter(key="plan-approval").update(**values)
    queueing.refresh(case=made.case)
    assert columns(made)[2] == counts


def test_an_item_of_two_packets_is_missing_once(world):
    made = desk(world)
    ChecklistItem.objects.filter(key="plan-approval").update(
        answer="open", codes=["77295", "61796"], streams=["facility", "surgeon_professional"]
    )
    queueing.refresh(case=made.case)
    assert (made.packet("facility").open_required, made.packet("surgeon_professional").open_required) == (
        1,
        1,
    )
    assert columns(made)[2] == 1


def test_an_item_of_one_line_is_needed_by_that_line_alone(world):
    made = desk(world)
    ChecklistItem.objects.filter(key="plan-approval").update(
        answer="open", subject="line:77372/facility/course", codes=["61796"], streams=[]
    )
    queueing.refresh(case=made.case)
    assert made.packet("facility").open_required == 1
    assert made.packet("surgeon_professional").open_required == 0


def test_a_case_without_a_line_still_needs_work(world):
    made = desk(world, decided=False)
    made.case.evaluations.all().delete()
    queueing.refresh(case=made.case)
    assert columns(made)[:2] == ("collecting", made.case.opened_at)
    assert not Packet.objects.filter(case=made.case).exists()


def test_a_cancelled_case_leaves_the_queue(world):
    made = desk(world)
    made.case.halt = "cancelled"
    queueing.refresh(case=made.case)
    assert columns(made)[:2] == ("", None)


@pytest.mark.parametrize(
    ("facility", "surgeon", "state"),
    [
        ("collecting", "collecting", "collecting"),
        ("collecting", "in_review", "in_review"),
        ("ready", "in_review", "ready"),
        ("ready", "returned", "returned"),
        ("handed_off", "collecting", "collecting"),
        ("handed_off", "closed", ""),
    ],
)
def test_the_most_urgent_packet_names_the_state(world, facility, surgeon, state):
    made = desk(world)
    Packet.objects.filter(stream="facility").update(status=facility)
    Packet.objects.filter(stream="surgeon_professional").update(status=surgeon)
    queueing.refresh(case=made.case)
    assert columns(made)[0] == state
    assert (columns(made)[1] is None) == (state == "")


def test_a_packet_of_declined_lines_does_not_keep_the_case_in_the_queue(world, cora):
    made = desk(world, decided=False)
    for code in ("77372", "77295", "61796"):
        decide(made, code, cora, "decline", reason="Not billed.")
    queueing.refresh(case=made.case)
    assert columns(made)[:2] == ("", None)


def test_the_radiation_oncologist_is_the_physician_of_the_queue(world):
    made = desk(world)
    CaseClinician.objects.create(case=made.case, clinician=world.clinicians["frame"], role="neurosurgeon")
    queueing.refresh(case=made.case)
    made.case.refresh_from_db()
    assert made.case.queue_physician == world.clinicians["onco"]


def test_a_physicist_on_the_case_is_not_the_physician_of_the_queue(world):
    made = desk(world)
    CaseClinician.objects.filter(case=made.case).update(role="physicist")
    queueing.refresh(case=made.case)
    assert Case.objects.get(pk=made.case.pk).queue_physician is None


def test_codes_are_those_suggested_and_decided(world, cora):
    made = desk(world, decided=False)
    decide(made, "77372", cora)
    made.case.lines.create(
        key="77300/facility/course",
        code="77300",
        stream="facility",
        performer="facility",
        units=1,
        decision="release",
        origin="added",
        reason="Two calculations.",
        decided_by=cora,
        decided_at=NOW,
    )
    queueing.refresh(case=made.case)
    assert set(QueueCode.objects.values_list("code", flat=True)) == {"77372", "77295", "61796", "77300"}


def test_an_untouched_packet_goes_with_its_last_line(world):
    made = desk(world, decided=False)
    made.case.evaluations.update(result={"lines": []})
    queueing.refresh(case=made.case)
    assert not Packet.objects.filter(case=made.case).exists()
    assert not QueueCode.objects.exists()


def test_a_packet_somebody_worked_on_stays(world, petra):
    made = desk(world, decided=False)
    Packet.objects.filter(stream="facility").update(version=2)
    made.case.evaluations.update(result={"lines": []})
    queueing.refresh(case=made.case)
    assert list(Packet.objects.values_list("stream", flat=True)) == ["facility"]


def test_refresh_writes_only_differences(world, django_assert_num_queries):
    made = desk(world)
    assert queueing.refresh(case=made.case) is False
    with django_assert_num_queries(11) as found:
        queueing.refresh(case=made.case)
    assert not [query for query in found.captured_queries if not query["sql"].startswith("SELECT")]


def test_the_statements_do_not_grow_with_the_items(world, django_assert_num_queries):
    made = desk(world)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            case=made.case,
            key=f"more-{n}",
            label=f"More {n}",
            codes=["77372"],
            streams=["facility"],
            severity="required",
            role="physicist",
            step="planning",
            condition="true",
            answer="satisfied",
        )
        for n in range(60)
    )
    with django_assert_num_queries(11):
        queueing.refresh(case=made.case)


def test_recount_says_that_all_is_well(world, capsys):
    desk(world)
    call_command("recount")
    assert "Every counter is right." in capsys.readouterr().out


def test_recount_finds_and_repairs_every_kind_of_drift(world, capsys):
    made = desk(world)
    Case.objects.update(missing_required=7, queue_state="ready", queued_at=NOW - timedelta(days=400))
    Packet.objects.filter(stream="facility").update(open_required=9)
    QueueCode.objects.filter(code="77372").delete()
    with pytest.raises(SystemExit) as ended:
        call_command("recount")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    for words in (
        "missing_required: stored 7, should be 0",
        "queue_state",
        "queued_at",
        "packet facility",
        "codes",
    ):
        assert words in said
    call_command("recount", "--repair")
    assert "1 case repaired." in capsys.readouterr().out
    assert queueing.differences(made.case) == []
