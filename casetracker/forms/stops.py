"""Puts the refusals of `plausibility.py` beside the fields they speak about."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from casetracker.forms.case_entry import CaseEntry
from casetracker.plausibility import Remark
from casetracker.presenters.fact_links import anchor_for


def attach_stops(entry: CaseEntry, remarks: Iterable[Remark]) -> None:
    """Each remark becomes an error of its field; of the form when no field fits."""
    for remark in remarks:
        form, name = _field(entry, remark.path)
        form.add_error(name, remark.message)


def _field_of_plan(forms: list[Any], rest: str) -> tuple[Any, str | None]:
    """`approved_at` of the first plan, `2-approved_at` of the second."""
    number, _, name = rest.rpartition("-")
    form = forms[min(int(number or 1), len(forms)) - 1]
    return form, name if name in form.fields else None


def _field(entry: CaseEntry, path: str) -> tuple[Any, str | None]:
    anchor = anchor_for(path)
    kind, _, rest = anchor.partition("-")
    rows = {"lesion": (entry.lesions, "label"), "session": (entry.sessions, "number")}
    if kind in rows:
        formset, named_by = rows[kind]
        for form, row in zip(formset.live(), formset.rows(), strict=False):
            start = f"{kind}-{slugify(str(row[named_by]))}-"
            if anchor.startswith(start):
                name = anchor.removeprefix(start)
                return form, name if name in form.fields else None
    if kind == "plan" and entry.plans.live():
        return _field_of_plan(entry.plans.live(), rest)
    name = anchor.removeprefix("id_")
    return entry.case, name if name in entry.case.fields else None
