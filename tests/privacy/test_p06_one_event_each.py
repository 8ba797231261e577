"""P-06: each view, change, state move, approval, print, download, sign-in, sign-out and role change writes exactly
one audit entry with user, UTC time, action, case, outcome and source address; so does each refusal.

A list of patients counts once, not once per row. The panel beside the facts form counts as nothing: it asks again
with every pause of typing, shows no identity, and the page it belongs to has been recorded. Pages without patients
(settings, templates, rule book) are not recorded when they are read. Searching leads to the list, which is recorded.
"""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from tests.cast import PASSWORD
from tests.privacy.act_tables import ALL
from tests.privacy.acts import Act, approval, at, facts_form, on, packet_of
from tests.privacy.scenes import acting, scenes, traced  # noqa: F401

pytestmark = pytest.mark.django_db
# The system's own steps: a file drawn after an approval; a case judged anew by the facility file or a policy.
SYSTEM = {"handoff.ready", "facility.judged", "policy.applied"}


@pytest.mark.parametrize("act", ALL, ids=str)
def test_every_act_leaves_exactly_its_event(scenes, act):  # noqa: F811
    role = sorted(act.may)[0]
    if act.may >= {"staff"}:
        role = "staff"
    person = scenes.doors[role]
    began = timezone.now()
    with acting(person) as client, traced() as events:
        assert act.done_by(client, scenes).status_code in (200, 302)
    events = [event for event in events if event.action not in SYSTEM]
    assert [event.action for event in events] == ([act.leaves] if act.leaves else [])
    for event in events:
        assert (event.user, event.username, event.outcome) == (person, person.username, "done")
        assert event.source == "10.1.2.3"
        assert event.at.utcoffset() == timedelta(0)
        assert began <= event.at.astimezone(UTC) <= timezone.now()
        case = act.about(scenes)
        if case is not None:
            assert event.record == f"case {case.number}"
            assert event.department == case.department


def test_pages_of_a_case_without_an_event_are_these_and_no_others():
    silent = {act.page for act in ALL if not act.leaves}
    assert {page for page in silent if page.startswith(("case", "packet", "query", "item", "handoff"))} == {
        "case-changed",  # nothing was changed: it leads on to the case
        "case-start",  # an empty form
        "case-list",  # the search leads on to the list
        "case-panel",
    }


def test_the_first_page_without_patients_is_not_recorded(scenes):  # noqa: F811
    for role in ("billing", "administrator", "nobody"):
        with acting(scenes.doors[role]) as client, traced() as events:
            assert client.get("/").status_code == 200
        assert events == []


def test_opening_an_account_is_two_events_because_it_gives_a_role_too(scenes):  # noqa: F811
    north = scenes.world.north.pk
    entries = {"username": "nora", "full_name": "Nora New", "password": "a first word of four"}
    with acting(scenes.doors["administrator"]) as client, traced() as events:
        assert client.post(f"/people/{north}/accounts/new/", entries).status_code == 302
    assert [event.action for event in events] == ["account.opened", "account.roles"]


def test_signing_in_and_failing_to(scenes):  # noqa: F811
    with acting(None) as client, traced() as events:
        client.post("/sign-in/", {"username": "petra", "password": "wrong"})
        client.post("/sign-in/", {"username": "petra", "password": PASSWORD})
    told = [(event.action, event.username, event.record, event.outcome, event.source) for event in events]
    assert told == [
        ("sign_in.failed", "", "account petra", "refused", "10.1.2.3"),
        ("sign_in.done", "petra", "", "done", "10.1.2.3"),
    ]


def test_what_a_change_did_is_shown_once_and_recorded_once(scenes):  # noqa: F811
    gamma = scenes.world.machines["gamma"].pk
    with acting(scenes.doors["staff"]) as client:
        moved = facts_form(scenes, machine=str(gamma), modality="cobalt60")
        answer = client.post(f"/cases/{scenes.fresh.pk}/facts/", moved)
        assert answer.url.endswith("/changed/")
        with traced() as events:
            assert client.get(answer.url).status_code == 200
    assert [event.action for event in events] == ["case.viewed"]


def test_a_form_that_comes_back_with_errors_is_a_view(scenes):  # noqa: F811
    case = scenes.fresh
    with acting(scenes.doors["staff"]) as client, traced() as events:
        assert client.post(f"/cases/{case.pk}/documents/add/", {"kind": "nonsense"}).status_code == 422
    assert [(event.action, event.outcome) for event in events] == [("case.viewed", "done")]


def test_an_approval_with_a_wrong_password_is_one_refusal(scenes):  # noqa: F811
    wrong = Act(
        "packet-step",
        frozenset(),
        send=lambda s: approval(s) | {"approve-password": "guess"},
        **on(at("decided"), packet_of("decided"), lambda s: "approve"),
    )
    with acting(scenes.doors["supervisor"]) as client, traced() as events:
        assert wrong.done_by(client, scenes).status_code == 409
    assert [(event.action, event.outcome) for event in events] == [("packet.approved", "refused")]


def test_a_guess_at_a_case_that_does_not_exist_is_one_refusal(scenes):  # noqa: F811
    with acting(scenes.doors["staff"]) as client, traced() as events:
        assert client.get("/cases/999999/").status_code == 404
    (event,) = events
    assert (event.action, event.record, event.outcome) == ("page.case", "id 999999", "refused")
    assert event.department == scenes.world.north
