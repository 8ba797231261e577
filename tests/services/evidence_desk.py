"""The case of the tests of evidence: a delivered session, six items; how its documents are added and read back."""

from datetime import UTC, datetime

import pytest

from casetracker import requirements
from casetracker.models import AuditEvent, CaseRevision
from casetracker.services import evidence
from tests.owed import item, open_story, rebuild, row

__all__ = ["case", "no_paper"]
BECAUSE = "It does not concern this patient"
CONSULT, ORDER, NECESSITY = (
    "radiation-oncology-consult",
    "signed-treatment-order",
    "medical-necessity-statement",
)
PLAN, FUSION, PAYER = (
    "plan-approval-radiation-oncologist",
    "image-fusion-approval",
    "payer-and-setting-recorded",
)
BEAM = datetime(2026, 3, 2, 15, tzinfo=UTC)
SIGNED = datetime(2026, 2, 10, 15, tzinfo=UTC)
LATER = datetime(2099, 2, 10, 15, tzinfo=UTC)
HOLDS = {"fact": "setting", "expected": "recorded", "found": "x", "verdict": "holds"}


@pytest.fixture
def case(world):
    made = open_story(world)
    session = made.sessions.get()
    session.status, session.beam_on_at = "delivered", BEAM
    session.save()
    rows = [row(CONSULT), row(ORDER), row(NECESSITY), row(PLAN), row(FUSION), row(PAYER, checks=[HOLDS])]
    rebuild(made, *rows, row("radiosurgery-procedure-note", codes=["61796"]))
    return made


def add(case, who, *keys, **more):
    values = {
        "kind": "consult_radiation_oncology",
        "title": "Consultation",
        "author_role": "radiation_oncologist",
        "author_name": "Dr. Onco",
        "service_date": SIGNED.date(),
        "signed_at": SIGNED,
    }
    ids = [item(case, key).pk for key in keys]
    return evidence.add_document(case=case, by=who, item_ids=ids, **{**values, **more})


def history(case):
    return (
        CaseRevision.objects.filter(case=case).count(),
        AuditEvent.objects.filter(record=f"case {case.number}", outcome="done").count(),
        AuditEvent.objects.filter(record=f"case {case.number}", outcome="refused").count(),
    )


def leaves_one_entry(before, after):
    return (after[0] - before[0], after[1] - before[1], after[2] - before[2]) == (1, 1, 0)


@pytest.fixture
def no_paper(monkeypatch):
    """As if the rule book wanted no paper for the consultation."""
    known = requirements.requirement(CONSULT)
    bare = requirements.Requirement(**{**known.__dict__, "kinds": ()})
    from casetracker.services.evidence import answers

    monkeypatch.setattr(answers, "requirement", lambda key: bare)
