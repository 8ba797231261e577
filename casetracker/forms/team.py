"""Who fills which role on the case. Presence is always answered by a person, never filled in by a template."""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.rows import BaseRows, Row, RowForm, rows_of

R = choices.CaseRole
STANDING = (R.RADIATION_ONCOLOGIST, R.NEUROSURGEON, R.PHYSICIST, R.DOSIMETRIST)
PHYSICIANS = (R.RADIATION_ONCOLOGIST, R.NEUROSURGEON)


class MemberForm(RowForm):
    """One person in one role."""

    put_there = ("role", "standing")

    standing = forms.CharField(required=False, widget=forms.HiddenInput)
    role = WordField(choices.CaseRole.choices, label="Role", empty="")
    clinician = RecordField(label="Person", empty="Not recorded")
    present_planning = YesNoField(label="Took part in planning")
    present_delivery = YesNoField(label="Took part in delivery")
    documented_role = WordField(choices.CaseRole.choices, label="Role in the record", empty="The same")

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        fields["clinician"].offer(offers.clinicians.records, offers.clinicians.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.blank:
            return cleaned
        if not cleaned.get("clinician") and "clinician" not in self.errors:
            self.add_error("clinician", "Choose the person this is about.")
        if not cleaned.get("role") and "role" not in self.errors:
            self.add_error("role", "Choose the role of this person.")
        return cleaned


class BaseTeam(BaseRows):
    noun = "people"

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.live():
            cleaned = getattr(form, "cleaned_data", {})
            pair = (cleaned.get("clinician"), cleaned.get("role"))
            if pair in seen:
                form.add_error("clinician", "This person has this role already.")
            seen.add(pair)

    def rows(self) -> list[Row]:
        """Rows that name a person and a role; others cannot be kept."""
        found = [{k: v for k, v in row.items() if k not in ("uuid", "standing")} for row in super().rows()]
        return [row for row in found if row["clinician"] and row["role"]]


def standing_rows(team: list[Row]) -> list[Row]:
    """One row for each usual role, with its person or empty, then everybody else."""
    left = list(team)
    rows = []
    for role in STANDING:
        known = next((row for row in left if row["role"] == role), None)
        if known:
            left.remove(known)
        rows.append({**(known or {"role": role}), "standing": "1"})
    return rows + left


TeamRows = rows_of(MemberForm, BaseTeam, 20)
