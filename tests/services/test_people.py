"""What an administrator keeps: each change works, each refusal says why, one audit event and never a revision."""

import pytest

from casetracker.choices import Role
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import (
    AuditEvent,
    CaseRevision,
    Clinician,
    DutyAssignment,
    Machine,
    Membership,
    Payer,
    User,
)
from casetracker.selectors import people as selectors
from casetracker.services import people as services
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db
STRONG = "brisk otter paints nine lanterns"
NOT_ADMINISTRATOR = "Managing people and machines needs the role administrator in North Hospital"


def events(**more) -> int:
    return AuditEvent.objects.filter(outcome="done", **more).count()


def opened(world, ada, **more) -> User:
    values = {"username": "newt", "full_name": "Newt New", "email": "newt@example.org", "password": STRONG}
    return services.open_account(by=ada, department=world.north, **(values | more))


def roles_of(user, department) -> set[str]:
    return set(selectors.roles_of(user, department)[0])


# --- clinicians, machines, payers, department


def test_a_clinician_is_saved_for_the_department(world, ada):
    before = events()
    values = {"name": "Dr. New", "specialty": "neurosurgery", "npi": "9000000077", "credential": "MD"}
    services.save_record(record=Clinician(), by=ada, department=world.north, values=values)
    saved = Clinician.objects.get(npi="9000000077")
    assert list(saved.departments.all()) == [world.north]
    assert events() == before + 1
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.record, event.user) == ("clinician.saved", f"clinician {saved.pk}", ada)
    assert not CaseRevision.objects.exists()


def test_a_known_machine_is_changed(world, ada):
    machine = world.machines["linac"]
    services.save_record(record=machine, by=ada, department=world.north, values={"device": "Edge"})
    assert Machine.objects.get(pk=machine.pk).device == "Edge"
    assert events(action="machine.saved") == 1


def test_the_department_itself_is_changed(world, ada):
    services.save_record(record=world.north, by=ada, department=world.north, values={"review_days": 5})
    world.north.refresh_from_db()
    assert world.north.review_days == 5


def test_a_second_clinician_with_the_same_npi_is_refused(world, ada):
    values = {"name": "Dr. Twin", "specialty": "neurosurgery", "npi": "9000000001"}
    with pytest.raises(Refused, match="Another clinician already has this NPI"):
        services.save_record(record=Clinician(), by=ada, department=world.north, values=values)
    assert not Clinician.objects.filter(name="Dr. Twin").exists()
    refused = AuditEvent.objects.get(outcome="refused")
    assert (refused.action, refused.user) == ("people.saved", ada)


def test_a_payer_without_a_name_is_refused(world, ada):
    with pytest.raises(Refused, match="cannot be blank"):
        services.save_record(
            record=Payer(department=world.north),
            by=ada,
            department=world.north,
            values={"name": "", "payer_class": "other"},
        )


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "carl", "noor", "sonja"])
def test_nobody_else_changes_anything(world, ada, who):
    by, target = world.people[who], world.people["petra"]
    acts = (
        lambda: services.save_record(record=world.north, by=by, department=world.north, values={}),
        lambda: opened(world, by),
        lambda: services.set_roles(user=target, by=by, department=world.north, roles=["coder"], duties=[]),
        lambda: services.close_account(user=target, by=by, department=world.north),
        lambda: services.reopen_account(user=target, by=by, department=world.north, password=STRONG),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match=NOT_ADMINISTRATOR):
            act()
    assert roles_of(target, world.north) == {"staff"}
    assert AuditEvent.objects.filter(outcome="refused", user=by).count() == len(acts)


def test_an_administrator_of_one_department_changes_nothing_in_another(world, ada):
    with pytest.raises(NotAllowed, match="in South Clinic"):
        services.set_roles(
            user=world.people["stella"], by=ada, department=world.south, roles=["coder"], duties=[]
        )


# --- accounts


def test_an_account_is_personal_and_asks_for_an_own_password(world, ada):
    before = events()
    user = opened(world, ada)
    assert (user.must_change_password, user.is_active, user.is_staff) == (True, True, False)
    assert user.check_password(STRONG)
    assert events() == before + 1
    assert AuditEvent.objects.latest("id").record == f"account {user.pk}"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"username": "petra"}, "already exists"),
        ({"email": "petra@example.org"}, "Another account already uses this e-mail address"),
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"full_name": ""}, "cannot be blank"),
    ],
)
def test_an_account_is_refused_with_the_reason(world, ada, values, why):
    with pytest.raises(Refused, match=why):
        opened(world, ada, **values)
    assert not User.objects.filter(full_name="Newt New").exists()


def test_roles_and_duties_are_exactly_those_chosen(world, ada, petra):
    before = events()
    services.set_roles(
        user=petra, by=ada, department=world.north, roles=["coder", "supervisor"], duties=["nurse"]
    )
    assert roles_of(petra, world.north) == {"coder", "supervisor"}
    assert selectors.roles_of(petra, world.north)[1] == ["nurse"]
    assert events() == before + 1
    ended = Membership.objects.get(user=petra, department=world.north, role="staff")
    assert not ended.active


def test_a_role_that_ended_can_be_given_again(world, ada, petra):
    for roles in (["coder"], ["staff"], ["staff"]):
        services.set_roles(user=petra, by=ada, department=world.north, roles=roles, duties=[])
    assert roles_of(petra, world.north) == {"staff"}
    assert Membership.objects.filter(user=petra, department=world.north, role="staff").count() == 1
    assert not DutyAssignment.objects.filter(user=petra).exists()


def test_roles_elsewhere_stay(world, ada, petra):
    Membership.objects.create(user=petra, department=world.south, role=Role.CODER)
    services.set_roles(user=petra, by=ada, department=world.north, roles=[], duties=[])
    assert roles_of(petra, world.south) == {"coder"}


def test_the_last_administrator_keeps_the_role(world, ada):
    with pytest.raises(Refused, match=r"last administrator\. Name another one first"):
        services.set_roles(user=ada, by=ada, department=world.north, roles=["staff"], duties=[])
    assert roles_of(ada, world.north) == {"administrator"}
    services.set_roles(
        user=world.people["sam"], by=ada, department=world.north, roles=["administrator"], duties=[]
    )
    services.set_roles(user=ada, by=ada, department=world.north, roles=["staff"], duties=[])
    assert roles_of(ada, world.north) == {"staff"}


def test_a_closed_administrator_is_no_other_administrator(world, ada, sam):
    services.set_roles(user=sam, by=ada, department=world.north, roles=["administrator"], duties=[])
    services.close_account(user=sam, by=ada, department=world.north)
    with pytest.raises(Refused, match="last administrator"):
        services.set_roles(user=ada, by=ada, department=world.north, roles=[], duties=[])


def test_closing_ends_access_and_keeps_the_name(world, ada, petra):
    before = events()
    services.close_account(user=petra, by=ada, department=world.north)
    petra.refresh_from_db()
    assert (petra.is_active, str(petra)) == (False, "Petra Prepares")
    assert roles_of(petra, world.north) == {"staff"}
    assert events() == before + 1


def test_nobody_closes_the_own_account(world, ada):
    with pytest.raises(Refused, match="You cannot close your own account"):
        services.close_account(user=ada, by=ada, department=world.north)


def test_opening_again_gives_a_first_password(world, ada, petra):
    services.close_account(user=petra, by=ada, department=world.north)
    petra.refresh_from_db()
    services.reopen_account(user=petra, by=ada, department=world.north, password=STRONG)
    petra.refresh_from_db()
    assert (petra.is_active, petra.must_change_password) == (True, True)
    assert petra.check_password(STRONG)


def test_opening_again_needs_a_strong_password(world, ada, petra):
    services.close_account(user=petra, by=ada, department=world.north)
    petra.refresh_from_db()
    with pytest.raises(Refused, match="too short"):
        services.reopen_account(user=petra, by=ada, department=world.north, password="short")
    petra.refresh_from_db()
    assert not petra.is_active


def test_an_open_account_is_not_opened_again(world, ada, petra):
    with pytest.raises(WrongState, match="This account is open"):
        services.reopen_account(user=petra, by=ada, department=world.north, password=STRONG)
    petra.refresh_from_db()
    assert not petra.check_password(STRONG)


def test_a_forgotten_password_is_replaced_by_a_first_one(world, ada, petra):
    before = events()
    services.give_first_password(user=petra, by=ada, department=world.north, password=STRONG)
    petra.refresh_from_db()
    assert (petra.check_password(STRONG), petra.must_change_password) == (True, True)
    assert events() == before + 1
    assert events(action="account.password", record=f"account {petra.pk}") == 1


def test_a_first_password_is_refused_with_the_reason(world, ada, petra):
    give = services.give_first_password
    with pytest.raises(Refused, match="Change your own password on the password page"):
        give(user=ada, by=ada, department=world.north, password=STRONG)
    with pytest.raises(Refused, match="too short"):
        give(user=petra, by=ada, department=world.north, password="short")
    services.close_account(user=petra, by=ada, department=world.north)
    petra.refresh_from_db()
    with pytest.raises(WrongState, match="This account is closed"):
        give(user=petra, by=ada, department=world.north, password=STRONG)


def test_nobody_reaches_into_a_department_without_a_say_there(world, ada, petra):
    Membership.objects.create(user=petra, department=world.south, role=Role.SUPERVISOR)
    for act in (
        lambda: services.close_account(user=petra, by=ada, department=world.north),
        lambda: services.give_first_password(user=petra, by=ada, department=world.north, password=STRONG),
    ):
        with pytest.raises(Refused, match="Petra Prepares also works in South Clinic"):
            act()
    petra.refresh_from_db()
    assert (petra.is_active, petra.check_password(STRONG)) == (True, False)


# --- reading


def test_members_are_read_with_three_questions(world, ada, django_assert_num_queries):
    for number in range(30):
        user = User.objects.create_user(f"u{number}", "", STRONG, full_name=f"Person {number:02}")
        Membership.objects.create(user=user, department=world.north, role=Role.STAFF)
    with django_assert_num_queries(3):
        members = selectors.members_of(world.north)
    assert len(members) == 36
    petra = next(member for member in members if member["username"] == "petra")
    assert petra["roles"] == ["Staff"]
    assert set(petra["duties"]) == {"Therapist", "Dosimetrist"}
