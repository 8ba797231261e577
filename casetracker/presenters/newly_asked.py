"""Fields that a saved choice calls for and that its page did not hold: named after a save without script."""

from collections.abc import Collection, Iterator
from typing import Any

from django.forms import CheckboxInput

from casetracker.forms.case_entry import CaseEntry
from casetracker.presenters.facts_form import CALLED_FOR_BY, Shown, case_sections, plan_sections
from casetracker.presenters.facts_page import session_waits
from casetracker.presenters.planning_rows import modality_of, planning_rows

CHOICES = {"technique", "modality", "device", "type", *CALLED_FOR_BY.values()}
"""The last part of the facts that decide which fields are shown."""
FEW = 6
ON_SOME_MACHINES = ("frame_check_mm", "variance", "incident_number", "event_suspected")


def may_ask_more(causes: Collection[dict[str, Any]]) -> bool:
    """Whether one of the changed facts decides which fields are shown."""
    return any(cause.get("path", "").rpartition(".")[2] in CHOICES for cause in causes)


def newly_asked(entry: CaseEntry, posted: Collection[str]) -> str:
    """One sentence that names them; empty when every field was on the page. posted: the names that were sent."""
    labels = list(dict.fromkeys(_labels(entry, posted)))
    if not labels:
        return ""
    more = f" and {len(labels) - FEW} more" if len(labels) > FEW else ""
    return f"What you chose asks for more, now on the facts page: {', '.join(labels[:FEW])}{more}."


def _labels(entry: CaseEntry, posted: Collection[str]) -> Iterator[str]:
    plans = plan_sections(entry.plans.shown(), (), modality_of(entry.recorded))
    for section in [*case_sections(entry.case, ()).values(), *(section for _, section in plans)]:
        yield from (str(one.field.label) for one in section.shown if _is_new(one, posted))
        for fold in section.folds:
            yield from (str(one.field.label) for one in fold.fields if _is_new(one, posted))
    for form in entry.sessions.shown()[:1]:
        asked = [name for name in ON_SOME_MACHINES if name not in session_waits(entry)]
        yield from (str(form.fields[name].label) for name in asked if form.add_prefix(name) not in posted)
    for table in planning_rows(entry):
        if not table["when"] and f"{table['name']}-TOTAL_FORMS" not in posted:
            yield table["label"]


def _is_new(one: Shown, posted: Collection[str]) -> bool:
    tick = isinstance(one.field.field.widget, CheckboxInput)
    return not one.when and not tick and one.field.html_name not in posted
