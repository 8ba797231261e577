"""Review of packets: the packets of a case, one packet with everything a reviewer needs, and each step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.errors import NotAllowed, NotFound, Refused, Stale
from casetracker.forms.review import (
    AcceptItemForm,
    AnswerReturnForm,
    ApproveForm,
    ReasonForm,
    ReturnItemForm,
    ReturnPacketForm,
    SeenItemsForm,
    SubmitForm,
    SupplementForm,
    WithdrawForm,
)
from casetracker.presenters.case_page import case_page
from casetracker.presenters.review_overview import overview_context
from casetracker.presenters.review_page import approval_choices, held_choices, packet_context
from casetracker.selectors.review import item_for, packet_for, packets_of
from casetracker.selectors.review_sheet import ReviewSheet, review_sheet
from casetracker.services import review
from casetracker.services.reading import note_refusal, note_view
from casetracker.views.common import open_case_page, opened, page

Forms = dict[str, Any]


@page()
def case_review(request: HttpRequest, case_id: int) -> HttpResponse:
    """The packets of a case: where each is, what is missing, what comes next."""
    case = open_case_page(request, case_id)
    context = case_page(case, "case-review") | overview_context(request.user, packets_of(case))
    note_view(by=request.user, case=case, what="review.viewed")
    return render(request, "review/overview.html", context)


@page()
def packet_review(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """One packet on one page."""
    packet = _packet(request, case_id, packet_id)
    note_view(by=request.user, case=packet.case, what="review.viewed")
    return _shown(request, packet)


def _packet(request: HttpRequest, case_id: int, packet_id: int) -> Any:
    packet = packet_for(request.user, case_id, packet_id)
    opened(request, packet.case)
    return packet


def _shown(
    request: HttpRequest, packet: Any, status: int = 200, returning: int | None = None, **bound: Any
) -> HttpResponse:
    """The page, with `bound` forms in place of empty ones: what was typed stays.

    returning: the item whose form to return it is open.
    """
    sheet = review_sheet(request.user, packet)
    by = "code" if "code" in (request.GET.get("by"), request.POST.get("by")) else "step"
    wanted = request.GET.get("return", "")
    if returning is None and wanted.isdecimal() and len(wanted) < 16:
        returning = int(wanted)
    context = case_page(packet.case, "case-review") | packet_context(sheet, request.user, by, returning)
    context["siblings"] = [one for one in packets_of(packet.case) if one.pk != packet.pk]
    context |= {name: bound.get(name) or make(sheet) for name, make in _FORMS.items()}
    return render(request, "review/packet.html", context, status=status)


def _approve_form(sheet: ReviewSheet, data: Any = None) -> ApproveForm:
    lines, warnings = approval_choices(sheet)
    start = {"case_version": sheet.packet.case.version}
    return ApproveForm(data, lines=lines, warnings=warnings, prefix="approve", initial=start)


def _supplement_form(sheet: ReviewSheet, data: Any = None) -> SupplementForm:
    return SupplementForm(data, held=held_choices(sheet), prefix="supplement")


_FORMS: dict[str, Callable[..., Any]] = {
    "submit_form": lambda sheet, data=None: SubmitForm(data, prefix="submit"),
    "withdraw_form": lambda sheet, data=None: WithdrawForm(data, prefix="withdraw"),
    "return_form": lambda sheet, data=None: ReturnPacketForm(data, prefix="return"),
    "reopen_form": lambda sheet, data=None: ReasonForm(data, prefix="reopen"),
    "approve_form": _approve_form,
    "supplement_form": _supplement_form,
    "return_item_form": lambda sheet, data=None: ReturnItemForm(),
}


@page(methods=("POST",))
def packet_step(request: HttpRequest, case_id: int, packet_id: int, step: str) -> HttpResponse:
    """Submit, withdraw, take, return, approve, reopen or supplement. A refused form comes back as it was typed."""
    packet = _packet(request, case_id, packet_id)
    make = _FORMS.get(f"{step}_form")
    form = make(review_sheet(request.user, packet), request.POST) if make else None
    if form is not None and not form.is_valid():
        return _shown(request, packet, 422, **{f"{step}_form": form})
    try:
        done = _STEPS[step](request, packet, form.cleaned_data if form is not None else {})
    except NotAllowed:
        raise
    except Refused as refusal:
        if form is not None:
            form.add_error(None, refusal.message)
            return _shown(request, _packet(request, case_id, packet_id), 409, **{f"{step}_form": form})
        messages.error(request, refusal.message)
        return redirect("packet-review", case_id, packet_id)
    messages.success(request, done)
    return redirect("packet-review", case_id, packet_id)


def _submit(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.submit(packet=packet, by=request.user, **typed)
    return "Submitted. A supervisor who did not work on the case takes it from here."


def _withdraw(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.withdraw(packet=packet, by=request.user, **typed)
    return "Taken back. The packet is being collected again."


def _take(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.take(packet=packet, by=request.user)
    return "The packet is in your review."


def _return(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.return_packet(packet=packet, by=request.user, **typed)
    return "Returned. The packet and each returned item show the reason to the people who owe them."


def _approve(request: HttpRequest, packet: Any, typed: Forms) -> str:
    """`authenticate` slows down guessing: wrong passwords count like failed sign-ins."""
    if authenticate(request, username=request.user.get_username(), password=typed["password"]) is None:
        note_refusal(by=request.user, what="packet.approved", case=packet.case, ids="")
        raise Refused("This is not your password. Nothing was approved.")
    review.approve(packet=packet, by=request.user, **typed)
    return "Approved and frozen. The file for billing is being made."


def _reopen(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.reopen(packet=packet, by=request.user, **typed)
    return "Opened again. The approved version stays; the next approval replaces it."


def _supplement(request: HttpRequest, packet: Any, typed: Forms) -> str:
    review.supplement(packet=packet, by=request.user, **typed)
    return "Released and submitted. The supplement has its own review."


_STEPS: dict[str, Callable[[HttpRequest, Any, Forms], str]] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "take": _take,
    "return": _return,
    "approve": _approve,
    "reopen": _reopen,
    "supplement": _supplement,
}
STEPS = tuple(_STEPS)


@page(methods=("POST",))
def items_accept(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """Accept every satisfied item that was shown, in the version that was shown."""
    packet = _packet(request, case_id, packet_id)
    form = SeenItemsForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors.get("seen", [])))
        return redirect("packet-review", case_id, packet_id)
    return _item_act(
        request, packet, lambda: f"{_accept_all(request, packet, form.cleaned_data['seen'])} accepted."
    )


def _accept_all(request: HttpRequest, packet: Any, seen: dict[int, int]) -> str:
    count = review.accept_items(packet=packet, by=request.user, seen=seen)
    return "1 item" if count == 1 else f"{count} items"


@page(methods=("POST",))
def item_accept(request: HttpRequest, case_id: int, packet_id: int, item_id: int) -> HttpResponse:
    packet = _packet(request, case_id, packet_id)
    item = item_for(request.user, packet.case, item_id)
    form = AcceptItemForm(request.POST)

    def act() -> str:
        if not form.is_valid():
            raise Refused("This form was damaged on the way. Reload the page.")
        review.accept_item(packet=packet, item=item, by=request.user, **form.cleaned_data)
        return f"Accepted: {item.label}."

    return _item_act(request, packet, act, item_id)


@page(methods=("POST",))
def item_return(request: HttpRequest, case_id: int, packet_id: int, item_id: int) -> HttpResponse:
    """Give one item back. A refused form comes back at its item as it was typed."""
    packet = _packet(request, case_id, packet_id)
    item = item_for(request.user, packet.case, item_id)
    form = ReturnItemForm(request.POST, auto_id=f"%s-{item_id}")
    if form.is_valid():
        try:
            review.return_item(packet=packet, item=item, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            told = f"Returned: {item.label}. Return the packet when you are through."
            return _item_act(request, packet, lambda: told, item_id)
    packet = _packet(request, case_id, packet_id)
    return _shown(request, packet, 422, returning=item_id, return_item_form=form)


@page(methods=("POST",))
def answer_return(request: HttpRequest, case_id: int, item_id: int) -> HttpResponse:
    """Staff say what was done about a returned item; back to the packet it belongs to."""
    case = open_case_page(request, case_id)
    item = item_for(request.user, case, item_id)
    packet = next((p for p in packets_of(case) if not item.streams or p.stream in item.streams), None)
    if packet is None:
        raise NotFound("This item belongs to no packet.")
    form = AnswerReturnForm(request.POST)

    def act() -> str:
        if not form.is_valid():
            raise Refused("Say what was done about the return.")
        review.answer_return(item=item, by=request.user, **form.cleaned_data)
        return f"Answered: {item.label}. The reviewer judges it again."

    return _item_act(request, packet, act, item_id)


def _item_act(
    request: HttpRequest, packet: Any, act: Callable[[], str], item_id: int | None = None
) -> HttpResponse:
    """Do it, say what happened, and go back to the item on the packet's page."""
    try:
        messages.success(request, act())
    except NotAllowed:
        raise
    except Refused as refusal:
        tell = messages.warning if isinstance(refusal, Stale) else messages.error
        tell(request, refusal.message)
    response = redirect("packet-review", packet.case_id, packet.pk)
    by = "?by=code" if request.POST.get("by") == "code" else ""
    response["Location"] += by + (f"#item-{item_id}" if item_id else "#items")
    return response
