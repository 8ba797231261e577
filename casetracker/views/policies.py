"""Policies of a department and its payers: read by its people, proposed by compliance, approved by another person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casetracker import permissions
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.policies import PolicyForm, WithdrawForm
from casetracker.kept import kept_fields
from casetracker.presenters import policy_page as words
from casetracker.selectors import policies as selectors
from casetracker.selectors.policy_effects import Impact, impact_of, waiting_cases
from casetracker.services import policies as services
from casetracker.services.policy_effects import Step, judge_waiting, note_judged
from casetracker.services.reading import note_policy
from casetracker.views.common import page

STEP_SECONDS = 5.0
"""How long a page may take to judge open cases; the rest waits for the next step."""


@page()
def policies(request: HttpRequest) -> HttpResponse:
    """On to the first department of this person."""
    return redirect("policy-department", selectors.first_department(request.user).pk)


@page()
def overview(request: HttpRequest, department_id: int, payer_id: int | None = None) -> HttpResponse:
    """Every key with the value in force, of a department or of one of its payers."""
    owner = _open(request, department_id, payer_id)
    sheet = selectors.policy_sheet(owner)
    context = {
        **_owner_context(request, owner),
        **words.overview_context(sheet),
        "proposals": words.proposal_rows(selectors.waiting_proposals(owner.department)),
        "payers": list(owner.department.payers.all()),
        "departments": [
            other for other in selectors.departments_for(request.user) if other != owner.department
        ],
        "waiting_cases": len(waiting_cases(owner.department)),
    }
    return render(request, "policies/overview.html", context)


@page(methods=("GET", "POST"))
def one(request: HttpRequest, department_id: int, key: str, payer_id: int | None = None) -> HttpResponse:
    """One key: what holds, why, its history; compliance proposes a change after looking at the cases it touches."""
    owner, entry = _open(request, department_id, payer_id), selectors.key_for(key)
    sheet = selectors.policy_sheet(owner)
    form = PolicyForm(
        request.POST or kept_fields(request),
        entry=entry,
        can_end=words.can_end(sheet, entry),
        initial={"valid_from": owner.today},
    )
    impact = None
    if request.method == "POST":
        permissions.check_set_policies(request.user, owner.department)
        if form.is_valid():
            impact, saved = _look_or_save(request, owner, key, form)
            if saved:
                return saved
    context = {
        **_owner_context(request, owner),
        **words.key_context(sheet, entry),
        "form": form,
        "impact": impact,
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "policies/key.html", context, status=status)


def _look_or_save(
    request: HttpRequest, owner: selectors.Owner, key: str, form: PolicyForm
) -> tuple[Impact | None, HttpResponse | None]:
    """The cases that the change touches; or saved, once they were shown for exactly these values."""
    told = {"department": owner.department, "payer": owner.payer, "key": key, "by": request.user}
    try:
        if request.POST.get("step") == "save" and form.was_seen(f"{owner.mark}/{key}"):
            setting = services.propose(**told, **form.proposal())
            messages.success(request, "The proposal is saved. It holds once it is approved.")
            return None, redirect(words.proposal_url(setting))
        impact = impact_of(services.prepared(**told, **form.proposal()), _after(request.POST))
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None, None
    note_policy(by=request.user, department=owner.department, record=f"department {owner.department.pk}")
    form.data = form.data.copy()
    form.data["seen"] = form.sign(f"{owner.mark}/{key}")
    return impact, None


@page()
def proposal(request: HttpRequest, department_id: int, setting_id: int) -> HttpResponse:
    """One setting: who entered it and why; while it waits, the cases it would touch and who can approve it."""
    setting = selectors.proposal_for(request.user, department_id, setting_id)
    return _proposal_page(request, setting, WithdrawForm())


def _proposal_page(request: HttpRequest, setting: Any, form: WithdrawForm) -> HttpResponse:
    owner = _open(request, setting.department_id, setting.payer_id)
    reads = selectors.reads_charts(request.user, owner.department)
    impact = impact_of(setting, _after(request.GET)) if setting.state == "proposed" else None
    entry = selectors.key_for(setting.key)
    if impact and reads:
        note_policy(by=request.user, department=owner.department, record=f"policy {setting.pk}")
    context = {
        **_owner_context(request, owner),
        "entry": entry,
        "setting": setting,
        "value": words.said(setting, entry),
        "key_url": words.key_url(owner, setting.key),
        "impact": impact,
        "reads_charts": reads,
        "why_not_approve": _why_not_approve(request, setting),
        "alone": setting.entered_by_id == request.user.pk,
        "form": form,
    }
    return render(request, "policies/proposal.html", context, status=422 if form.errors else 200)


@page(methods=("POST",))
def approve(request: HttpRequest, department_id: int, setting_id: int) -> HttpResponse:
    """Put the proposal in force and judge open cases anew, as far as a few seconds reach."""
    setting = selectors.proposal_for(request.user, department_id, setting_id)
    try:
        services.approve(setting=setting, by=request.user)
    except NotAllowed as refusal:
        if not permissions.allowed(permissions.check_approve_policies, request.user, setting.department):
            raise
        messages.error(request, refusal.message)
        return redirect(words.proposal_url(setting))
    messages.success(request, "The policy is in force.")
    _tell(request, judge_waiting(department=setting.department, by=request.user, seconds=STEP_SECONDS))
    return redirect("policy-department", department_id)


@page(methods=("POST",))
def withdraw(request: HttpRequest, department_id: int, setting_id: int) -> HttpResponse:
    """Take a proposal back, or decline it, with a reason."""
    setting = selectors.proposal_for(request.user, department_id, setting_id)
    permissions.check_approve_policies(request.user, setting.department)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        services.withdraw(setting=setting, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The proposal is not put in force. It stays in the history.")
        return redirect("policy-department", department_id)
    return _proposal_page(request, setting, form)


@page(methods=("POST",))
def judge(request: HttpRequest, department_id: int) -> HttpResponse:
    """Go on judging open cases by the policies in force."""
    owner = _open(request, department_id)
    permissions.check_approve_policies(request.user, owner.department)
    note_judged(department=owner.department, by=request.user)
    _tell(request, judge_waiting(department=owner.department, by=request.user, seconds=STEP_SECONDS))
    return redirect("policy-department", department_id)


def _tell(request: HttpRequest, step: Step) -> None:
    if step.judged:
        messages.info(request, f"Judged anew: {_cases(step.judged)}; of these changed: {step.changed}.")
    if step.refused:
        messages.warning(
            request,
            f"{_cases(step.refused)} could not be judged; the last judgement stands. The access report names them.",
        )
    if step.left:
        messages.warning(request, f"{_cases(step.left)} still to judge. Press “Go on judging” below.")


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _open(request: HttpRequest, department_id: int, payer_id: int | None = None) -> selectors.Owner:
    """The owner of policies, with moments shown in its zone from here on."""
    owner = selectors.owner_for(request.user, department_id, payer_id)
    timezone.activate(owner.department.time_zone)
    return owner


def _owner_context(request: HttpRequest, owner: selectors.Owner) -> dict[str, Any]:
    may = permissions.allowed(permissions.check_set_policies, request.user, owner.department)
    return {
        "owner": owner,
        "department": owner.department,
        "owner_url": words.owner_url(owner),
        "may_set": may,
        "may_judge": permissions.allowed(permissions.check_approve_policies, request.user, owner.department),
        "may_not": "" if may else f"Setting policies needs the role compliance in {owner.department}.",
    }


def _why_not_approve(request: HttpRequest, setting: Any) -> str:
    """Why this person cannot approve the proposal, or empty."""
    try:
        services.check_approve(setting=setting, by=request.user)
    except Refused as refusal:
        return refusal.message
    return ""


def _after(values: Any) -> int:
    """The last case of the page before; 0 at the start."""
    text = values.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0
