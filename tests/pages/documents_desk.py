"""The case of the tests of document pages, one document of it, and what is typed into the form."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from casetracker.services import evidence
from tests.owed import item, open_story, rebuild, row

__all__ = ["case", "note"]
CONSULT, ORDER, NECESSITY, TIME_OUT = (
    "radiation-oncology-consult",
    "signed-treatment-order",
    "medical-necessity-statement",
    "time-out",
)


@pytest.fixture
def case(world):
    made = open_story(world)
    session = f"session:{made.sessions.get().uuid}"
    rebuild(made, row(CONSULT), row(ORDER), row(NECESSITY), row(TIME_OUT, session))
    return made


@pytest.fixture
def note(case, petra):
    return evidence.add_document(
        case=case,
        by=petra,
        kind="consult_radiation_oncology",
        title="Consult of February",
        author_name="Dr. Onco",
        author_role="radiation_oncologist",
        signed_at=datetime(2026, 2, 10, 21, tzinfo=UTC),
        service_date=date(2026, 2, 10),
        item_ids=[item(case, CONSULT).pk],
    )


def url(name, case, *more):
    return reverse(name, args=[case.pk, *more])


def typed(case, **more):
    return {
        "kind": "consult_radiation_oncology",
        "title": "Consult",
        "subject": "case",
        "author": case.team.get(role="radiation_oncologist").clinician_id,
        "service_date": "2026-02-10",
        "signed_at": "2026-02-10 16:00",
        "reference": "chart 12",
        "items": [item(case, CONSULT).pk],
        "do": "save",
        **more,
    }
