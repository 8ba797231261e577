"""Would the stated cases notice a wrong condition of an item? Each is altered, one comparison at a time."""

import pytest

from checklists.reader import current_book
from tests.rulebook.mutations import item_mutants
from tests.rulebook.test_documents_in_cases import CONDITIONS, wrong_answers


@pytest.mark.parametrize("item", dict.fromkeys(entry["item"] for entry in CONDITIONS))
def test_every_change_of_an_item_s_condition_is_noticed(item):
    rows = [entry for entry in CONDITIONS if entry["item"] == item]
    altered = list(item_mutants(current_book(), item))
    assert altered
    noticed = {name for name, book in altered if any(any(wrong_answers(row, book)) for row in rows)}
    assert [name for name, _ in altered if name not in noticed] == []
