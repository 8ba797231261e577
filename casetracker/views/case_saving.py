"""What every save of facts has in common: the posted version and base, and where the person goes next."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from casetracker.forms.case_entry import CaseEntry
from casetracker.presenters.newly_asked import may_ask_more, newly_asked
from casetracker.recorded import recorded_input
from casetracker.selectors.entry import entry_choices
from casetracker.services.cases import confirm_template

FILLED = {
    "fixation_type": "fixation",
    "localization_method": "localization of the target",
    "plan.technique": "planning technique",
}
TOLD = "what-changed-{}"  # session key: the comparison of this person's last change, by case


def after_saving(request: HttpRequest, case: Any, told: dict[str, Any]) -> HttpResponse:
    """Where a person goes after a save: the next case, the before and after, or back to the form."""
    if request.POST.get("confirm_template") and case.unconfirmed:
        seen = [name for name in case.unconfirmed if name not in told.get("filled", ())]
        if seen:
            confirm_template(case=case, by=request.user, fields=seen)
    if filled := [FILLED.get(name, name) for name in told.get("filled", ())]:
        messages.info(
            request, f"Filled from the machine: {', '.join(filled)}. Change them if this case differs."
        )
    if request.POST.get("do") == "next":
        messages.success(request, f"Case {case.number} is saved.")
        return redirect(f"{reverse('case-start')}?after={case.pk}")
    if not told["causes"]:
        messages.info(request, "Nothing was changed.")
        return redirect("case-facts", case.pk)
    if may_ask_more(told["causes"]):
        _tell_what_is_asked(request, case)
    if told["lines"] or told["items"]:
        request.session[TOLD.format(case.pk)] = told
        return redirect("case-changed", case.pk)
    messages.success(request, "Saved. The suggested codes and the checklist stay the same.")
    return redirect("case-facts", case.pk)


def _tell_what_is_asked(request: HttpRequest, case: Any) -> None:
    """Where no script shows the fields of a choice at once, the page after the save names them."""
    case.refresh_from_db()
    recorded = recorded_input(case)
    text = newly_asked(CaseEntry(entry_choices(case.department, recorded), recorded), request.POST)
    if text:
        messages.info(request, text)


def posted_version(request: HttpRequest) -> int:
    text = request.POST.get("facts_version", "")
    return int(text) if text.isdigit() else 0


def posted_base(request: HttpRequest) -> dict[str, str]:
    """What both versions started from, as the page had kept it; nothing when it is missing or broken."""
    try:
        found = json.loads(request.POST.get("base", ""))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
