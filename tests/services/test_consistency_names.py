"""The consistency checks speak of lesions by the names people gave them."""

import re

from casetracker.selectors.consistency import consistency_of
from casetracker.services.cases import save_facts
from tests.factories import case_at
from tests.stories import story


def test_a_missing_dose_is_asked_for_by_the_name_of_the_lesion(world):
    case = case_at("suggested", 1, world)
    _, facts = story(1, world)
    facts.lesions[0]["uuid"] = str(case.lesions.get().uuid)
    facts.sessions[0]["uuid"] = str(case.sessions.get().uuid)
    facts.sessions[0]["doses"] = {}
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)
    messages = [one.message for one in consistency_of(case)]
    assert "Record the delivered dose of L1." in messages
    assert [text for text in messages if re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)] == []
