"""The form for a new token. It saves nothing."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from casetracker.forms.answers import RecordField
from casetracker.forms.moments import DayField
from casetracker.models import User

USUAL = timedelta(days=365)


class TokenForm(forms.Form):
    """`people`: who may hold it. Cleaned: holder, name, expires_at (a moment in the department's zone, or None)."""

    name = forms.CharField(
        max_length=60,
        label="Program",
        help_text="Which program uses it, for example Planning export.",
        error_messages={"required": "Name the program that uses the token."},
    )
    holder = RecordField(
        label="In the name of",
        empty="Choose",
        required=True,
        help_text="The token ends with this person's access to the department.",
    )
    last_day = DayField(label="Last day", help_text="Empty: until it is revoked.")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate() + USUAL
        offered = {str(person.pk): person for person in people}
        self.fields["holder"].offer(offered, [(key, str(one)) for key, one in offered.items()])

    def clean_last_day(self) -> date | None:
        day = self.cleaned_data["last_day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("This day has passed. Choose a later one, or none.")
        return day

    def values(self) -> dict[str, Any]:
        """What the service takes; the token works to the end of its last day."""
        day = self.cleaned_data["last_day"]
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
        return {"name": self.cleaned_data["name"], "holder": self.cleaned_data["holder"], "expires_at": end}
