"""The whole case form as one: the case's own fields and its rows, what they say together, and what the service gets.

Nothing is saved here. An entry that is not understood keeps the case from being saved and stays on the page; for the
typing panel it counts as not recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from casetracker.case_input import CaseInput, Row
from casetracker.forms.case import CaseForm
from casetracker.forms.coverage import AuthorizationRows, CourseRows
from casetracker.forms.lesion_names import numbers_of
from casetracker.forms.lesions import LesionRows
from casetracker.forms.planning_rows import PLANNING_SETS, points_to
from casetracker.forms.plans import PlanRows
from casetracker.forms.presence import slots_of
from casetracker.forms.rows import BaseRows, RowForm
from casetracker.forms.session_doses import doses_of
from casetracker.forms.sessions import SessionRows
from casetracker.forms.starting_rows import starting_rows
from casetracker.forms.team import TeamRows
from casetracker.selectors.entry import EntryChoices

SETS: dict[str, type[BaseRows]] = {
    "lesions": LesionRows,
    "plans": PlanRows,
    "sessions": SessionRows,
    "team": TeamRows,
    "authorizations": AuthorizationRows,
    "courses": CourseRows,
    **PLANNING_SETS,
}


@dataclass(frozen=True)
class Problem:
    """One message of the summary on top: where, what, and the field to go to."""

    where: str
    message: str
    anchor: str


class CaseEntry:
    """Bound (`data`) or fresh (from what is recorded). The names are those of the attributes: lesions, plans ..."""

    def __init__(self, offers: EntryChoices, recorded: CaseInput, data: QueryDict | None = None) -> None:
        self.recorded = recorded
        self.case = CaseForm(data, offers=offers, recorded=recorded.case)
        absent = {name for name in PLANNING_SETS if data is not None and f"{name}-TOTAL_FORMS" not in data}
        initial = starting_rows(recorded) if data is None or absent else {}
        more = {"sessions": {"slots": slots_of(recorded, data, offers.clinicians.records)}}
        self.sets: dict[str, BaseRows] = {
            name: kind(
                None if name in absent else data,
                prefix=name,
                initial=initial.get(name) if data is None or name in absent else None,
                offers=offers,
                **more.get(name, {}),
            )
            for name, kind in SETS.items()
        }
        self._checked = False

    def __getattr__(self, name: str) -> BaseRows:
        try:
            return self.__dict__["sets"][name]
        except KeyError:
            raise AttributeError(name) from None

    def is_valid(self) -> bool:
        self.check()
        return self.case.is_valid() and not any(rows.trouble for rows in self.sets.values())

    def check(self) -> None:
        """Clean everything once, then what the rows say about each other."""
        if self._checked:
            return
        self._checked = True
        self.case.is_valid()
        for rows in self.sets.values():
            rows.is_valid()
        self._covered = {name: self._cover(name) for name in ("sessions", "plans")}
        self._doses = self._read_doses()
        self._points = {name: self._read_points(name) for name in PLANNING_SETS}

    def typed(self) -> CaseInput:
        """What was understood, ready for the service; entries that were not understood are left out as unrecorded."""
        self.check()
        rows = {name: formset.rows() for name, formset in self.sets.items()}
        return CaseInput(
            case={name: self.case.cleaned_data.get(name) for name in self.case.fields},
            lesions=rows["lesions"],
            plans=self._with_lesions("plans", rows["plans"]),
            sessions=[
                {**row, "doses": doses}
                for row, doses in zip(
                    self._with_lesions("sessions", rows["sessions"]), self._doses, strict=False
                )
            ],
            team=rows["team"],
            authorizations=rows["authorizations"],
            other_courses=rows["courses"],
            **{name: self._planning(name, rows[name]) for name in PLANNING_SETS},
        )

    def _read_points(self, name: str) -> list[Row]:
        """The plan and lesion that each row names."""
        names = [row["label"] for row in self.sets["lesions"].rows()]
        plans = len(self.sets["plans"].live())
        return [points_to(form, plans, names) for form in self.sets[name].live()]

    def _planning(self, name: str, rows: list[Row]) -> list[Row] | None:
        """The rows as the service takes them. A table that was not on the page stays as it is recorded."""
        if not self.sets[name].is_bound:
            return None
        joined = [{**row, **points} for row, points in zip(rows, self._points[name], strict=True)]
        return [row for row in joined if row.get("lesion", 0) is not None]

    def _with_lesions(self, name: str, rows: list[Row]) -> list[Row]:
        return [{**row, "lesions": covered} for row, covered in zip(rows, self._covered[name], strict=False)]

    def _cover(self, name: str) -> list[list[int]]:
        names = [row["label"] for row in self.sets["lesions"].rows()]
        found = []
        for form in self.sets[name].live():
            try:
                found.append(numbers_of(form.cleaned_data.get("lesions") or "", names))
            except ValidationError as problem:
                form.add_error("lesions", problem)
                found.append([])
        plans = len(self.sets["plans"].live())
        if name == "sessions":
            for form in self.sets[name].live():
                _check_plan(form, plans)
        return found

    def _read_doses(self) -> list[dict[int, Decimal]]:
        """Doses of each session by lesion; none where the lesions of the session were not understood."""
        names = [row["label"] for row in self.sets["lesions"].rows()]
        found: list[dict[int, Decimal]] = []
        for form, treated in zip(self.sets["sessions"].live(), self._covered["sessions"], strict=True):
            text = form.cleaned_data.get("doses") or ""
            try:
                found.append({} if "lesions" in form.errors else doses_of(text, treated, names))
            except ValidationError as problem:
                form.add_error("doses", problem)
                found.append({})
        return found

    def offered(self) -> dict[str, str]:
        """The names of the records that fields offer, as `<section>.<field>=<id>`; section empty for the case."""
        forms = {
            "": self.case.fields,
            **{name: rows.form_kwargs["fields"] for name, rows in self.sets.items()},
        }
        return {
            f"{SECTION_NAMES.get(section, section)}.{name}={key}": str(record)
            for section, found in forms.items()
            for name, field in found.items()
            for key, record in getattr(field, "records", {}).items()
        }

    def problems(self) -> list[Problem]:
        """Everything that was not understood, in the order of the page."""
        return [*_of_form("", self.case), *self._of_rows()]

    def _of_rows(self) -> Iterator[Problem]:
        for name, formset in self.sets.items():
            for message in formset.non_form_errors():
                yield Problem(formset.noun.capitalize(), str(message), f"section-{name}")
            for number, form in enumerate(formset.shown(), 1):
                yield from _of_form(f"{ROW_NAMES[name]} {number}", form)


SECTION_NAMES = {"courses": "other_courses"}
ROW_NAMES = {
    "lesions": "Lesion",
    "plans": "Plan",
    "sessions": "Session",
    "team": "Person",
    "authorizations": "Authorization",
    "courses": "Other course",
    "images": "Image set",
    "targets": "Target",
    "organs": "Critical structure",
    "directives": "Written directive",
}


def _check_plan(form: RowForm, plans: int) -> None:
    number = form.cleaned_data.get("plan")
    if number and number > max(plans, 1):
        form.add_error("plan", f"There is no plan {number}.")


def _of_form(where: str, form: Any) -> Iterator[Problem]:
    for name, messages in form.errors.items():
        field = form.fields.get(name)
        label = field.label if field else ""
        place = ", ".join(part for part in (where, label) if part)
        anchor = form[name].auto_id if field else "case-form"
        for message in messages:
            yield Problem(place or "The form", str(message), anchor)
