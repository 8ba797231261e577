"""The policy pages: who may, what they show before a change is saved, and how open cases follow."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import CaseRevision, PolicySetting
from casetracker.services import policies
from tests.factories import case_at

pytestmark = pytest.mark.django_db
KEY = "allow_77336_single"
TYPED = {
    "value": "no",
    "valid_from": "2026-01-01",
    "valid_to": "",
    "reason": "Decided in the coding meeting.",
}


@pytest.fixture
def compliance(client, carl):
    client.force_login(carl)
    return client


@pytest.fixture
def home(world):
    return reverse("policy-department", args=[world.north.pk])


@pytest.fixture
def address(world):
    return reverse("policy-key", args=[world.north.pk, KEY])


@pytest.fixture
def proposal(world, carl):
    return policies.propose(
        department=world.north,
        payer=None,
        key=KEY,
        value="no",
        reason="Decided in the coding meeting.",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        by=carl,
    )


def url(setting, name="policy-proposal"):
    return reverse(name, args=[setting.department_id, setting.pk])


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def seen(answer):
    """The sign of the house that the cases were shown."""
    return re.search(r'name="seen" value="([^"]+)"', answer.content.decode())[1]


def pages(world):
    north, medicare = world.north.pk, world.payers["medicare"].pk
    return [
        f"/policies/{north}/",
        f"/policies/{north}/keys/{KEY}/",
        f"/policies/{north}/payers/{medicare}/",
        f"/policies/{north}/payers/{medicare}/keys/robotic_codeset/",
    ]


# --- who


def test_every_page_works_for_everybody_with_a_role_in_the_department(client, world):
    for who in ("petra", "cora", "sam", "bea", "carl", "ada"):
        client.force_login(world.people[who])
        assert client.get("/policies/").url == pages(world)[0]
        for page in pages(world):
            assert client.get(page).status_code == 200, (who, page)


def test_anonymous_people_are_asked_to_sign_in(client, world):
    for page in pages(world):
        assert client.get(page).url.startswith("/sign-in/")


def test_another_department_is_not_found(client, world, proposal):
    for who in ("sonja", "noor"):
        client.force_login(world.people[who])
        for page in (*pages(world), url(proposal)):
            assert client.get(page).status_code == 404, (who, page)
        for name in ("policy-approve", "policy-withdraw"):
            assert client.post(url(proposal, name), {"reason": "X"}).status_code == 404
        assert client.post(f"/policies/{world.north.pk}/judged/").status_code == 404


def test_a_payer_or_proposal_of_another_department_is_not_found(compliance, world):
    south = world.payers["south_medicare"].pk
    assert compliance.get(f"/policies/{world.north.pk}/payers/{south}/").status_code == 404
    assert compliance.get(f"/policies/{world.north.pk}/keys/no_such_key/").status_code == 404
    assert compliance.get(f"/policies/{world.north.pk}/proposals/999/").status_code == 404


def test_other_roles_read_and_change_nothing(client, world, address, proposal):
    client.force_login(world.people["cora"])
    shown = text(client.get(reverse("policy-key", args=[world.north.pk, "mask_code"])))
    assert "Setting policies needs the role compliance in North Hospital." in shown
    assert "Propose a change" not in shown
    assert client.post(address, TYPED | {"step": "look"}).status_code == 403
    assert client.post(url(proposal, "policy-approve")).status_code == 403
    assert client.post(url(proposal, "policy-withdraw"), {"reason": "X"}).status_code == 403
    assert client.post(f"/policies/{world.north.pk}/judged/").status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_wrong_methods(compliance, world, home, proposal):
    assert compliance.post(home).status_code == 405
    assert compliance.get(url(proposal, "policy-approve")).status_code == 405
    assert compliance.get(url(proposal, "policy-withdraw")).status_code == 405
    assert compliance.get(f"/policies/{world.north.pk}/judged/").status_code == 405


# --- what they say


def test_each_key_says_what_holds_where_it_comes_from_and_its_rules(compliance, world, proposal, ada):
    policies.approve(setting=proposal, by=ada)
    page = compliance.get(reverse("policy-key", args=[world.north.pk, KEY]))
    shown = text(page)
    for part in (
        "Department policy",
        "Decided in the coding meeting.",
        "Carl Complies",
        "approved by Ada Administers",
        "D-18",
        "Not verified, confirm",
        "History",
    ):
        assert part in shown, part
    assert page.context["now"]["value"] == "No"
    overview = compliance.get(reverse("policy-payer", args=[world.north.pk, world.payers["medicare"].pk]))
    row = next(row for row in overview.context["rows"] if row["key"] == KEY)
    assert (row["value"], row["origin"], row["own"]) == ("No", "Department policy", False)


def test_a_severity_says_what_it_may_be_set_to_and_names_a_source_once(compliance, world):
    page = compliance.get(reverse("policy-key", args=[world.north.pk, "severity-prior-radiation-history"]))
    shown = text(page)
    assert "(may be set: Recommended, Quality)" in shown
    assert len(page.context["sources"]) == len(set(page.context["sources"]))
    assert "<dt>Rules</dt>" not in shown


def test_a_key_that_is_not_left_to_the_level_is_shown_disabled_with_the_reason(compliance, world):
    page = reverse("policy-key", args=[world.north.pk, "robotic_codeset"])
    shown = text(compliance.get(page))
    assert "The rule book leaves this to payers only." in shown
    assert "Propose a change" not in shown
    answer = compliance.post(page, TYPED | {"value": "g", "step": "look"})
    assert answer.status_code == 422
    assert not PolicySetting.objects.exists()


def test_a_superseded_setting_still_tells_on_which_days_it_holds(compliance, world, proposal, ada, carl):
    policies.approve(setting=proposal, by=ada)
    later = policies.propose(
        department=world.north,
        payer=None,
        key=KEY,
        value="yes",
        reason="Reversed.",
        valid_from=date(2099, 1, 1),
        valid_to=None,
        by=carl,
    )
    policies.approve(setting=later, by=ada)
    page = compliance.get(reverse("policy-key", args=[world.north.pk, KEY]))
    newer, older = page.context["history"]
    assert (newer["value"], newer["state"], newer["holds"]) == ("Yes", "in_force", [])
    assert (older["value"], older["state"]) == ("No", "in_force")
    assert [(row.valid_from, row.valid_to) for row in older["holds"]] == [
        (date(2026, 1, 1), date(2098, 12, 31))
    ]
    home = compliance.get(reverse("policy-department", args=[world.north.pk]))
    row = next(row for row in home.context["rows"] if row["key"] == KEY)
    assert (row["value"], row["ahead"]) == ("No", 1)


def test_pages_cost_the_same_with_many_settings(compliance, world, home, carl, ada):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            compliance.get(home)
        return len(asked)

    queries()
    empty = queries()
    for key, value in (("mask_code", "77333"), ("addon_order", "simple_first"), ("same_day_77336", "yes")):
        setting = policies.propose(
            department=world.north,
            payer=None,
            key=key,
            value=value,
            reason="Agreed.",
            valid_from=date(2026, 1, 1),
            valid_to=None,
            by=carl,
        )
        policies.approve(setting=setting, by=ada)
    case_at("suggested", world=world)
    assert queries() == empty


# --- before it is saved


def test_the_cases_are_shown_before_anything_is_saved(compliance, world, address):
    case = case_at("suggested", world=world)
    looked = compliance.post(address, TYPED | {"step": "look"})
    shown = text(looked)
    assert "1 of 1 would change" in shown
    assert f"Case {case.number}" in shown
    assert case.patient.name not in shown
    assert "77336" in shown
    assert "Save the proposal" in shown
    assert not PolicySetting.objects.exists()
    saved = compliance.post(address, TYPED | {"step": "save", "seen": seen(looked)})
    setting = PolicySetting.objects.get()
    assert saved.url == url(setting)
    assert (setting.value, setting.state) == ("no", "proposed")


@pytest.mark.parametrize(
    "change", [{"value": "yes"}, {"valid_from": "2025-06-01"}, {"valid_to": "2026-12-31"}]
)
def test_other_values_than_those_shown_are_shown_first(compliance, address, change):
    sign = seen(compliance.post(address, TYPED | {"step": "look"}))
    answer = compliance.post(address, TYPED | {"step": "save", "seen": sign} | change)
    assert answer.status_code == 200
    assert "would change" in text(answer)
    assert not PolicySetting.objects.exists()


def test_a_made_up_sign_or_one_of_another_key_saves_nothing(compliance, world, address):
    sign = seen(compliance.post(address, TYPED | {"step": "look"}))
    other = reverse("policy-key", args=[world.north.pk, "same_day_77336"])
    for page, told in ((address, "guess"), (other, sign)):
        assert (
            compliance.post(page, TYPED | {"value": "yes", "step": "save", "seen": told}).status_code == 200
        )
    assert not PolicySetting.objects.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": ""}, "Choose or type a value."),
        ({"value": "maybe"}, "Select a valid choice"),
        ({"valid_from": ""}, "Give the first day."),
        ({"valid_from": "soon"}, "is not a date"),
        ({"valid_to": "2025-01-01"}, "The last day lies before the first."),
        ({"reason": ""}, "Give a reason"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_typed_entries_stay(compliance, address, change, message):
    answer = compliance.post(address, TYPED | {"reason": "Kept as typed."} | change | {"step": "look"})
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Kept as typed." in text(answer) or change == {"reason": ""}


def test_numbers_and_lists_are_checked_by_their_kind(compliance, world):
    def post(key, **typed):
        return compliance.post(
            reverse("policy-key", args=[world.north.pk, key]), TYPED | typed | {"step": "look"}
        )

    assert "Give a whole number from 0 to 365." in text(post("staged_min_gap_days", value="9999"))
    assert post("staged_min_gap_days", value="90").status_code == 200
    answer = post("surgeon_specialties", value=["neurosurgery", "otolaryngology"])
    assert answer.status_code == 200
    assert post("surgeon_specialties", value=["magic"]).status_code == 422


# --- approving


def test_whoever_entered_it_is_told_who_approves(compliance, proposal):
    shown = text(compliance.get(url(proposal)))
    assert "somebody else approves it: Ada Administers." in shown
    answer = compliance.post(url(proposal, "policy-approve"), follow=True)
    assert "somebody else approves it" in text(answer)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_an_administrator_approves_by_numbers_without_a_case(client, world, ada, proposal):
    case = case_at("suggested", world=world)
    client.force_login(ada)
    shown = text(client.get(url(proposal)))
    assert "1 of 1 open cases would change" in shown
    assert case.number not in shown
    answer = client.post(url(proposal, "policy-approve"), follow=True)
    assert "Judged anew: 1 case; of these changed: 1." in text(answer)
    assert CaseRevision.objects.filter(case=case, action="policy.applied").count() == 1
    history = client.get(reverse("case-history", args=[case.pk]))
    assert history.status_code == 404
    client.force_login(world.people["cora"])
    history = text(client.get(reverse("case-history", args=[case.pk])))
    assert "Policy: Continuing physics for one session" in history
    codes = text(client.get(reverse("case-codes", args=[case.pk])))
    assert "Department: Decided in the coding meeting." in codes


def test_what_is_left_is_told_and_goes_on_by_a_button(client, world, ada, proposal, monkeypatch):
    monkeypatch.setattr("casetracker.views.policies.STEP_SECONDS", -1)
    for _ in range(2):
        case_at("suggested", world=world)
    client.force_login(ada)
    first = text(client.post(url(proposal, "policy-approve"), follow=True))
    assert "1 case still to judge." in first
    assert "Go on judging" in first
    second = text(client.post(reverse("policy-judge", args=[world.north.pk]), follow=True))
    assert "Go on judging" not in second
    assert CaseRevision.objects.filter(action="policy.applied").count() == 2


def test_a_proposal_is_declined_with_a_reason(client, ada, proposal):
    client.force_login(ada)
    answer = client.post(url(proposal, "policy-withdraw"), {"reason": ""})
    assert answer.status_code == 422
    assert client.post(url(proposal, "policy-withdraw"), {"reason": "Not agreed."}).status_code == 302
    assert "Not agreed." in text(client.get(url(proposal)))
    assert "Put in force" not in text(client.get(url(proposal)))
