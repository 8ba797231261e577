"""Rows of a case form: what lesions, sessions, plans, people and approvals have in common.

A row is known by its uuid (or id), placed by ORDER, removed by DELETE, and counts as blank while nothing was typed
into it but what the page itself had put there. Blank rows are never saved.
"""

import copy
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property

Row = dict[str, Any]


class SharedFields(dict[str, forms.Field]):
    """The fields of all rows of one form: forty rows need not copy them forty times. Rows never change a field."""

    def __deepcopy__(self, memo: Any) -> "SharedFields":
        return SharedFields(self)


class RowForm(forms.Form):
    """One row. `put_there`: fields that the page fills by itself."""

    put_there: tuple[str, ...] = ()
    known_by = "uuid"

    uuid = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, fields: "SharedFields", options: dict[Any, Any] | None = None, **kwargs: Any
    ) -> None:
        self.base_fields = fields
        super().__init__(*args, **kwargs)
        self.options = options if options is not None else {}

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        """Rows with records to choose from fill those fields here, once for all rows."""

    @cached_property
    def blank(self) -> bool:
        ignored = {*self.put_there, "ORDER", "DELETE"}
        typed = (self.data.get(self.add_prefix(name)) for name in self.fields if name not in ignored)
        return not any(str(value or "").strip() for value in typed)

    def full_clean(self) -> None:
        """A blank row has nothing to check."""
        if self.is_bound and self.blank:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    @property
    def removed(self) -> bool:
        return bool(self.data.get(self.add_prefix("DELETE")))

    def place(self, index: int) -> tuple[int, int]:
        order = str(self.data.get(self.add_prefix("ORDER")) or "")
        return (int(order) if order.isdigit() else index + 1, index)

    def row(self) -> Row:
        """Cleaned values of the fields that were understood."""
        cleaned = getattr(self, "cleaned_data", {})
        found = {name: cleaned.get(name) for name in self.fields if name not in ("ORDER", "DELETE")}
        found[self.known_by] = found.pop("uuid", None) or None
        return found


class BaseRows(BaseFormSet):
    """Rows in the order of the page. Every row counts as new for Django; identity is the row's own."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        **BaseFormSet.default_error_messages,
        "missing_management_form": "The rows did not arrive whole. Reload the page and enter them again.",
        "too_many_forms": "There are far more rows than fit; the first ones are shown.",
    }
    noun = "rows"
    fresh: dict[str, Any] = {}  # what a new row starts with

    def __init__(self, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = SharedFields(copy.deepcopy(self.form.base_fields))
        self.form.take_offers(fields, offers)
        self.form_kwargs = {**self.form_kwargs, "fields": fields, "options": {}}

    @property
    def empty_form(self) -> RowForm:
        """The row that a new row is copied from."""
        form = super().empty_form
        form.initial = dict(self.fresh)
        return form

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else len(self.initial or [])

    def clean(self) -> None:
        if len(self.live()) > self.max_num:
            raise ValidationError(f"At most {self.max_num} {self.noun}; there are {len(self.live())}.")

    def live(self) -> list[RowForm]:
        """Bound rows that are neither blank nor removed, in the order of the page."""
        return self._live

    @cached_property
    def _live(self) -> list[RowForm]:
        kept = [
            (form.place(i), form) for i, form in enumerate(self.forms) if not form.blank and not form.removed
        ]
        return [form for _, form in sorted(kept, key=lambda pair: pair[0])]

    def shown(self) -> list[RowForm]:
        """All rows to draw, in the order of the page; removed ones are not drawn again."""
        if not self.is_bound:
            return list(self.forms)
        kept = [(form.place(i), form) for i, form in enumerate(self.forms) if not form.removed]
        return [form for _, form in sorted(kept, key=lambda pair: pair[0])]

    def rows(self) -> list[Row]:
        return [form.row() for form in self.live()]

    @property
    def trouble(self) -> int:
        """How many entries need a look."""
        own = sum(len(form.errors) for form in self.forms if not form.removed)
        return own + len(self.non_form_errors())


def rows_of(form: type[RowForm], base: type[BaseRows], most: int) -> type[BaseRows]:
    """The formset class; one row more than allowed is read, so that what was typed can be shown again."""
    made = formset_factory(
        form,
        formset=base,
        extra=0,
        can_delete=True,
        can_order=True,
        max_num=most,
        absolute_max=most + 200,
    )
    return cast(type[BaseRows], made)
