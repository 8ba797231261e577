"""Forms of the facility file: a passed check of a machine, a qualification of a person. They save nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from casetracker.choices import CheckKind, Fixation, ImageKind, Localization, QualificationKind, Technique
from casetracker.forms.answers import RecordField, WordField
from casetracker.forms.moments import DayField, MomentField
from casetracker.models import Clinician


class UsualForm(forms.Form):
    """What cases of a machine usually have; every field may stay empty."""

    usual_technique = WordField(Technique.choices, label="Planning technique", empty="Nothing usual")
    usual_fixation = WordField(Fixation.choices, label="Fixation", empty="Nothing usual")
    usual_localization = WordField(Localization.choices, label="Target localized by", empty="Nothing usual")
    usual_images = WordField(ImageKind.choices, label="Images of a session", empty="Nothing usual")
    qa_device = forms.CharField(label="Device of plan measurements", max_length=60, required=False)


class MachineCheckForm(forms.Form):
    """One passed check. `kinds`: those expected of this machine; `people`: who may have signed."""

    kind = WordField(CheckKind.choices, label="Check", empty="Choose", required=True)
    passed_at = MomentField(
        label="Passed at",
        required=True,
        help_text="Day and time, such as 2026-03-02 0640.",
        error_messages={"required": "Type when it was passed."},
    )
    signed_by = RecordField(
        label="Signed by", empty="Nobody yet", help_text="An unsigned check proves nothing."
    )
    reviewed_on = DayField(label="Reviewed on", help_text="Monthly check only: the physicist's review.")
    reference = forms.CharField(label="Where it is", max_length=160, required=False)

    def __init__(self, *args: Any, kinds: list[str], people: Mapping[str, Clinician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        kind.choices = [("", "Choose"), *((key, label) for key, label in CheckKind.choices if key in kinds)]
        self.fields["signed_by"].offer(dict(people), [(key, str(one)) for key, one in people.items()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        passed, reviewed = cleaned.get("passed_at"), cleaned.get("reviewed_on")
        if passed and passed > timezone.now():
            self.add_error(
                "passed_at", "This moment is still to come. Record the check when it has been passed."
            )
        if passed and reviewed and reviewed < timezone.localtime(passed).date():
            self.add_error("reviewed_on", "The review lies before the check. Look at both days.")
        if reviewed and cleaned.get("kind") not in (CheckKind.MONTHLY, None):
            self.add_error("reviewed_on", "Only the monthly check has a review. Leave it empty.")
        return cleaned


class RemovalForm(forms.Form):
    """Why an entry is taken out."""

    reason = forms.CharField(
        max_length=200,
        label="What was wrong with it",
        error_messages={"required": "Say what was wrong with this entry."},
    )


class QualificationForm(forms.Form):
    """Privileges, license, training or a listing on the materials license, with the days it holds."""

    kind = WordField(QualificationKind.choices, label="Qualification", empty="Choose", required=True)
    valid_from = DayField(
        label="Valid from", required=True, error_messages={"required": "Type the first day."}
    )
    valid_to = DayField(label="Valid to", help_text="Last day, included. Empty: without an end.")
    reference = forms.CharField(label="Where it is", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "It ends before it begins. Check both days.")
        return cleaned
