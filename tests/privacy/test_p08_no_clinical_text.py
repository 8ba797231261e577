"""P-08: audit entries hold no clinical text, passwords or document content. Every act of the table is done, and a
refusal of each; every column of every event is read."""

import re

import pytest

from casetracker.models import AuditEvent
from tests.cast import PASSWORD
from tests.privacy.act_tables import ALL
from tests.privacy.scenes import Scenes, acting, scenes, traced  # noqa: F401

pytestmark = pytest.mark.django_db
ACTION = re.compile(r"[a-z_-]+\.[a-z_.-]+")
RECORD = re.compile(
    r"(case [\w-]+|patient \d+|account (\d+|[a-z]+)"
    r"|(template|machine|clinician|payer|department|policy|release|token) \d+"
    r"|id( \d+)+|unknown account)?"
)
CLINICAL = (
    "C79.31",
    "metastasis",
    "frontal",
    "37.5",
    "forward_3d",
    "consult",
    "Folder 7",
    "Sign it",
    "diameter",
)
TYPED = (PASSWORD, "another long battery staple", "a first word of four", "Written down", "Nell", "MRN-NEW")


@pytest.fixture(scope="module")
def told(scenes) -> list[AuditEvent]:  # noqa: F811
    """The events of building every scene, and of every act by somebody who may and somebody who may not."""
    events = list(AuditEvent.objects.all())
    for act in ALL:
        for role in (sorted(act.may)[0], "nobody"):
            with acting(scenes.doors[role]) as client, traced() as found:
                act.done_by(client, scenes)
            events += found
    with acting(None) as client, traced() as found:
        client.post("/sign-in/", {"username": "Dogwood, Dan", "password": PASSWORD})
        client.post("/sign-in/", {"username": "petra", "password": "MRN-1004"})
    return events + found


def columns(event: AuditEvent) -> list[str]:
    """What the event says beside its time, its number and the digests."""
    names = {field.attname for field in AuditEvent._meta.fields} - {
        "at",
        "id",
        "digest",
        "previous",
        "revision_digest",
    }
    return [str(getattr(event, name)) for name in sorted(names)]


def test_the_scenario_is_a_full_one(told):
    actions = {event.action for event in told}
    assert len(actions) > 60
    assert {"packet.approved", "handoff.received", "query.answered", "sign_in.failed"} <= actions


def test_no_event_holds_a_patient_a_diagnosis_a_dose_or_a_password(told, scenes):  # noqa: F811
    patients = (
        scenes.fresh.patient,
        scenes.complete.patient,
        scenes.sent.patient,
        scenes.judged.case.patient,
    )
    named = {word for patient in patients for word in (patient.record_number, *patient.name.split(", "))}
    said = "\n".join("\t".join(columns(event)) for event in told)
    assert [word for word in (*named, *CLINICAL, *TYPED) if word in said] == []


def test_what_an_event_can_say_is_a_word_and_a_number(told):
    odd = {(event.action, event.record) for event in told if not well_formed(event)}
    assert odd == set()


def well_formed(event: AuditEvent) -> bool:
    return bool(ACTION.fullmatch(event.action) and RECORD.fullmatch(event.record))
