"""The codes page of a case: what it shows to whom, and the coder's decisions through its forms."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.case_input import CaseInput
from casetracker.models import AuditEvent
from casetracker.recorded import recorded_input
from casetracker.services.cases import save_facts
from casetracker.services.coding import add_line
from tests.factories import case_at

pytestmark = pytest.mark.django_db
KEY = "77300/facility/course/-"
WORDS = ("accept", "change", "hold", "decline")


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def url(case, name="case-codes", *more):
    return reverse(name, args=[case.pk, *more])


def text(response):
    return " ".join(response.content.decode().split())


def test_the_page_shows_lines_reasons_dropped_codes_and_what_it_rests_on(client, case, cora):
    client.force_login(cora)
    shown = text(client.get(url(case)))
    for part in (
        "Surgeon claim",
        "Facility claim",
        "77372",
        "Why this line",
        "Considered and not suggested",
        "61798",
        "Codes of other treatments",
        "Spinal radiosurgery by the surgeon, first lesion",
        "Rule book and policies",
        "words of our own",
        "Accept all 6 suggested",
    ):
        assert part in shown
    assert AuditEvent.objects.filter(action="codes.viewed", user=cora).count() == 1


def test_a_hospital_line_says_how_it_is_paid_whoever_entered_it(client, case, cora):
    entered = {
        "stream": "facility",
        "units": 1,
        "modifiers": (),
        "date": date(2026, 3, 2),
        "reason": "Requested.",
    }
    client.force_login(cora)
    assert "hospital payment: carries the payment of the claim" in text(client.get(url(case)))
    add_line(case=case, by=cora, code="77370", **entered)
    shown = text(client.get(url(case)))
    line = shown[shown.index('id="line-77370') :]
    assert "hospital payment:" in line[: line.index("</li>")]


def test_staff_see_everything_and_decide_nothing(client, case, petra):
    client.force_login(petra)
    shown = text(client.get(url(case)))
    assert "77372" in shown
    assert "Deciding billing lines needs the role coder in North Hospital." in shown
    assert "case-codes-accept" not in shown
    assert 'action="' + url(case, "case-codes-accept") not in shown
    answer = client.post(url(case, "case-codes-accept"), {"key": [KEY]})
    assert answer.status_code == 403
    assert not case.lines.exists()
    for word in WORDS:
        assert "disabled" in text(client.get(f"{url(case, 'case-line', word)}?key={KEY}"))


def test_questions_lead_to_the_field_that_answers_them(client, world, cora):
    case = case_at("drafted", world=world)
    client.force_login(cora)
    shown = text(client.get(url(case)))
    assert "No code is supported yet" in shown
    assert f'href="/cases/{case.pk}/facts/#' in shown


def test_anonymous_people_are_asked_to_sign_in(client, case):
    for address in (url(case), url(case, "case-line-add"), url(case, "case-line", "hold")):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "sign-in" in answer["Location"]


@pytest.mark.parametrize("name", ["bea", "noor", "conrad", "ada"])
def test_who_may_not_read_the_chart_finds_nothing(client, world, case, name):
    client.force_login(world.people[name])
    for address in (url(case), url(case, "case-line-add"), f"{url(case, 'case-line', 'hold')}?key={KEY}"):
        assert client.get(address).status_code == 404
    assert client.post(url(case, "case-codes-accept"), {"key": [KEY]}).status_code == 404


def test_wrong_methods_are_refused(client, case, cora):
    client.force_login(cora)
    assert client.post(url(case)).status_code == 405
    assert client.get(url(case, "case-codes-accept")).status_code == 405
    assert client.put(url(case, "case-line-add")).status_code == 405
    assert client.delete(url(case, "case-line", "hold")).status_code == 405


def test_one_button_accepts_a_claim(client, case, cora):
    client.force_login(cora)
    wanted = [line["key"] for line in case.evaluations.get().result["lines"] if line["stream"] == "facility"]
    answer = client.post(url(case, "case-codes-accept"), {"key": wanted}, follow=True)
    assert "Accepted: " in text(answer)
    assert set(case.lines.values_list("key", flat=True)) == set(wanted)
    assert "Released by Cora Codes." in text(answer)


def test_a_refused_acceptance_says_why(client, case, cora):
    client.force_login(cora)
    answer = client.post(url(case, "case-codes-accept"), {"key": ["nothing"]}, follow=True)
    assert "not suggested any more" in text(answer)


@pytest.mark.parametrize(
    ("word", "values", "state"),
    [
        ("change", {"units": 3, "modifiers": "", "date": "2026-02-24"}, ("release", True)),
        ("hold", {"owner": "physicist", "until": "2099-03-20"}, ("hold", False)),
        ("decline", {}, ("decline", False)),
    ],
)
def test_a_line_is_decided_through_its_form(client, case, cora, word, values, state):
    client.force_login(cora)
    address = f"{url(case, 'case-line', word)}?key={KEY}"
    assert KEY in text(client.get(address))
    without = client.post(url(case, "case-line", word), {"key": KEY, **values, "reason": ""})
    assert without.status_code == 422
    assert "Give a reason" in text(without)
    answer = client.post(url(case, "case-line", word), {"key": KEY, **values, "reason": "Three on file."})
    assert answer.status_code == 302
    line = case.lines.get(key=KEY)
    assert (line.decision, line.differs) == state
    assert "Three on file." in text(client.get(url(case)))


def test_a_block_stays_on_the_form_with_what_was_typed(client, case, cora):
    client.force_login(cora)
    key = next(k["key"] for k in case.evaluations.get().result["lines"] if k["code"] == "77372")
    values = {"key": key, "units": 1, "modifiers": "26", "date": "2026-03-02", "reason": "Professional part"}
    answer = client.post(url(case, "case-line", "change"), values)
    assert answer.status_code == 422
    assert "77372 cannot be released" in text(answer)
    assert "Professional part" in text(answer)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("units", "many", "Enter a whole number"),
        ("modifiers", "2", "is not a modifier"),
        ("modifiers", "26 59 XS XU XE", "at most four"),
        ("date", "yesterday", "is not a date"),
    ],
)
def test_wrong_shapes_are_told_beside_the_field(client, case, cora, field, typed, told):
    client.force_login(cora)
    values = {"key": KEY, "units": 3, "modifiers": "", "date": "2026-02-24", "reason": "x", field: typed}
    answer = client.post(url(case, "case-line", "change"), values)
    assert answer.status_code == 422
    assert told in text(answer)


def test_an_unknown_line_is_not_found(client, case, cora):
    client.force_login(cora)
    assert client.get(f"{url(case, 'case-line', 'hold')}?key=none").status_code == 404
    assert client.get(f"/cases/{case.pk}/codes/forget/?key={KEY}").status_code == 404


def test_a_stale_tab_is_told(client, world, cora):
    case = case_at("coded", world=world)
    client.force_login(cora)
    values = {"key": KEY, "version": 7, "reason": "Not billed."}
    answer = client.post(url(case, "case-line", "decline"), values, follow=True)
    assert "Somebody else decided this line" in text(answer)


def test_a_line_is_added_or_refused_with_the_way_out(client, case, cora):
    client.force_login(cora)
    values = {
        "code": "61799",
        "stream": "surgeon_professional",
        "units": 1,
        "modifiers": "",
        "date": "2026-03-02",
        "person": "9000000002",
        "reason": "Second lesion",
    }
    refused = client.post(url(case, "case-line-add"), values)
    assert refused.status_code == 422
    assert "61799 cannot be released" in text(refused)
    good = {**values, "code": "77370", "stream": "facility", "person": "", "reason": "Requested"}
    assert client.post(url(case, "case-line-add"), good).status_code == 302
    assert "Added by a person" in text(client.get(url(case)))
    wrong = client.post(url(case, "case-line-add"), {**good, "code": "brain"})
    assert "not a billing code" in text(wrong)


def test_an_unsupported_line_is_on_top_of_the_page(client, world, cora, petra):
    case = case_at("coded", world=world)
    facts = recorded_input(case)
    data = CaseInput(plans=[{**facts.plans[0], "calculations": 6}])
    save_facts(case=case, by=petra, facts_version=case.facts_version, data=data)
    client.force_login(cora)
    shown = text(client.get(url(case)))
    assert "The facts no longer support a released line" in shown
    assert "units 4 was suggested then, 6 now" in shown
    client.post(url(case, "case-codes-accept"), {"key": [KEY]})
    assert case.lines.get(key=KEY).units == 6


def test_an_approved_case_is_read_only(client, world, cora):
    case = case_at("approved", world=world)
    client.force_login(cora)
    shown = text(client.get(url(case)))
    assert "read-only. A supervisor can reopen it" in shown
    answer = client.post(url(case, "case-line", "decline"), {"key": KEY, "reason": "Not billed."})
    assert "packet is approved" in text(answer)
    assert case.lines.get(key=KEY).decision == "release"


def test_the_page_costs_the_same_for_one_and_seven_lesions(client, world, cora):
    client.force_login(cora)

    def queries(story):
        address = url(case_at("coded", story=story, world=world))
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    queries(1)
    assert queries(1) == queries(2) == queries(3)


def test_a_line_that_lost_its_suggestion_can_be_kept_but_not_accepted(client, world, cora, petra):
    case = case_at("coded", world=world)
    data = CaseInput(plans=[])
    save_facts(case=case, by=petra, facts_version=case.facts_version, data=data)
    client.force_login(cora)
    shown = text(client.get(url(case)))
    assert "Keep" in shown
    assert f'name="key" value="{KEY}"' not in shown
    values = {
        "key": KEY,
        "units": 4,
        "modifiers": "",
        "date": "2026-02-24",
        "reason": "The plan is on paper.",
    }
    assert client.post(url(case, "case-line", "change"), values).status_code == 302
    assert case.lines.get(key=KEY).origin == "added"


def test_the_form_to_add_a_line_opens_for_the_claim_it_was_asked_from(client, case, cora):
    client.force_login(cora)
    shown = text(client.get(f"{url(case, 'case-line-add')}?stream=facility"))
    assert '<option value="facility" selected>' in shown
