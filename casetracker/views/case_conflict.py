"""Two people saved the same facts: both versions side by side, and saving them together. Loses neither."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casetracker.case_input import CaseInput
from casetracker.errors import Stale
from casetracker.forms.case_entry import CaseEntry
from casetracker.merge import Merged, merged
from casetracker.permissions import check_edit_case
from casetracker.presenters.case_page import case_page
from casetracker.presenters.conflict import versions_shown
from casetracker.recorded import recorded_input
from casetracker.selectors.entry import entry_choices
from casetracker.selectors.histories import last_change
from casetracker.services.cases import save_facts
from casetracker.views import case_saving as saving
from casetracker.views.common import open_case_page, page

LEFT_OUT = ("csrfmiddlewaretoken", "facts_version", "do", "rows", "confirm_template")


def two_versions(request: HttpRequest, case: Any, entry: CaseEntry) -> HttpResponse:
    """The conflict page: what each of both changed. What was typed travels along in hidden fields."""
    case.refresh_from_db()
    theirs = recorded_input(case)
    both = merged(saving.posted_base(request), entry.typed(), theirs, _picks(request))
    change = last_change(case)
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in LEFT_OUT and not name.startswith("pick-")
        for value in values
    ]
    context = {
        **case_page(case, "case-facts"),
        "versions": versions_shown(both.differing, _names(entry, theirs), change.who, change.at),
        "clashes": len(both.open_clashes),
        "carried": carried,
        "facts_version": case.facts_version,
        "do": request.POST.get("do", "save"),
    }
    return render(request, "cases/conflict.html", context, status=409)


@page(methods=("POST",))
def resolve(request: HttpRequest, case_id: int) -> HttpResponse:
    """Save both versions together, as picked; if somebody saved again meanwhile, the page comes back."""
    case = open_case_page(request, case_id, "template")
    check_edit_case(request.user, case)
    theirs = recorded_input(case)
    entry = CaseEntry(entry_choices(case.department, theirs), theirs, request.POST)
    picks = _picks(request)
    both = merged(saving.posted_base(request), entry.typed(), theirs, picks)
    if not entry.is_valid() or _undecided(both, picks):
        return two_versions(request, case, entry)
    try:
        told = save_facts(
            case=case, by=request.user, facts_version=saving.posted_version(request), data=both.facts
        )
    except Stale:
        return two_versions(request, case, entry)
    return saving.after_saving(request, case, told)


def _names(entry: CaseEntry, theirs: CaseInput) -> dict[str, str]:
    """What values point to, in words: lesions, plans, and the records that the form offers."""
    plans = enumerate(theirs.plans or [], start=1)
    return {
        **{row["uuid"]: row["label"] for row in theirs.lesions or []},
        **{row["uuid"]: row["label"] or f"Plan {number}" for number, row in plans},
        **entry.offered(),
    }


def _undecided(both: Merged, picks: dict[str, str]) -> bool:
    return any(entry.name not in picks for entry in both.open_clashes)


def _picks(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix("pick-"): value for name, value in request.POST.items() if name.startswith("pick-")
    }
