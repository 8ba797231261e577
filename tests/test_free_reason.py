"""A reason that others act on says something: one rule in services and forms."""

import pytest

from casetracker.errors import Refused
from casetracker.forms.coding import DeclineForm
from casetracker.forms.policies import LiftForm, RestoreForm
from casetracker.free_reason import TOO_SHORT, reason_in

ASK = "Say why this line is not billed."


@pytest.mark.parametrize("text", ["No fusion.", "  Not billed ", "Hysterectomy 2019."])
def test_two_words_and_ten_letters_are_a_reason(text):
    assert reason_in(text, ASK) == text.strip()


@pytest.mark.parametrize("text", ["x", "No scan.", "          ab c          ", "Unnecessary"])
def test_less_is_asked_for_more(text):
    with pytest.raises(Refused) as refusal:
        reason_in(text, ASK)
    assert (
        refusal.value.message
        == f"{ASK} Write at least two words and 10 letters, so that a reader understands it later."
    )


@pytest.mark.parametrize("text", ["", " \n "])
def test_nothing_is_only_asked_for(text):
    with pytest.raises(Refused) as refusal:
        reason_in(text, ASK)
    assert refusal.value.message == ASK


@pytest.mark.parametrize("form", [DeclineForm, LiftForm, RestoreForm])
def test_the_forms_say_so_beside_the_field(form):
    def told(reason):
        return form({"key": "k", "reason": reason}).errors.get("reason", [])

    assert told("No") == [TOO_SHORT]
    assert told("Not done here.") == []
