"""What is typed about a notice to radiation safety. Shape only."""

from django import forms

from casetracker.forms.coding import reason_field
from casetracker.forms.people import Laid


class EventForm(Laid, forms.Form):
    because = reason_field(
        "What happened, and when", "Facts only: what was planned, what was given, how it was noticed."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["because"].error_messages["required"] = "Say what happened and when."


class SettleForm(Laid, forms.Form):
    note = reason_field(
        "How it was settled", "Who was told and when, and what was decided. It stays on record."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["note"].error_messages["required"] = "Say how it was settled."
