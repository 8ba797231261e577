"""The four story cases, approved through the real services once per run; only their frozen documents are kept."""

from functools import cache

import pytest
from django.db import transaction

from casetracker.handoff.document import HandoffDocument, from_dict
from casetracker.models import Handoff
from tests.factories import case_at


@pytest.fixture(scope="session")
def approved_story(django_db_setup, django_db_blocker):
    """`approved_story(2)["facility"]`: the document frozen at the approval of that packet. Nothing stays stored."""

    @cache
    def documents(number: int) -> dict[str, HandoffDocument]:
        with django_db_blocker.unblock(), transaction.atomic():
            case = case_at("approved", story=number)
            frozen = Handoff.objects.filter(packet__case=case).values_list("packet__stream", "snapshot")
            found = {stream: from_dict(snapshot) for stream, snapshot in frozen}
            transaction.set_rollback(True)
        return found

    return documents
