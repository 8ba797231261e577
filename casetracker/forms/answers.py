"""Form fields for answers from a short list: yes / no / not recorded, fixed words, and records offered by id.

An empty answer is None (or an empty word): not recorded, never "no".
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_YES_NO = {"": None, "yes": True, "no": False}


def as_answer(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, "") if not isinstance(value, str) else value


class YesNoField(forms.TypedChoiceField):
    """True, False or None. Drawn as three segments, or as a small select in a row (`select=True`)."""

    def __init__(self, *, select: bool = False, **kwargs: Any) -> None:
        empty = ("", "" if select else "Not recorded")
        answers = [("yes", "Yes"), ("no", "No")]
        kwargs.setdefault("choices", [empty, *answers] if select else [*answers, empty])
        kwargs.setdefault("widget", forms.Select if select else forms.RadioSelect)
        super().__init__(required=False, coerce=lambda typed: _YES_NO[typed], empty_value=None, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(as_answer(value))

    def prepare_value(self, value: Any) -> Any:
        return as_answer(value)


class WordField(forms.ChoiceField):
    """One of the fixed words of `choices.py`, or an empty text for not recorded."""

    def __init__(
        self, words: Iterable[tuple[str, str]], *, empty: str = "Not recorded", **kwargs: Any
    ) -> None:
        super().__init__(required=kwargs.pop("required", False), choices=[("", empty), *words], **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return super().clean(value)
        except ValidationError:
            raise ValidationError(f"“{value}” is not one of the choices.") from None


class RecordField(forms.ChoiceField):
    """A record that the page offers, by its id; None for not recorded.

    `offer` sets the records: nothing is read from the database here.
    """

    def __init__(self, *, empty: str = "Not recorded", **kwargs: Any) -> None:
        self.empty = empty
        self.records: dict[str, Any] = {}
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def offer(self, records: dict[str, Any], choices: list[tuple[Any, Any]]) -> None:
        """records by id text; choices: pairs (or groups) prepared once for all fields that offer them."""
        self.records = records
        self.choices = [("", self.empty), *choices]

    def clean(self, value: Any) -> Any:
        if value in (None, ""):
            return super().clean("") or None
        try:
            return self.records[str(value)]
        except KeyError:
            raise ValidationError("This choice is not offered in this department.") from None

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)
