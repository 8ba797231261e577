"""The checklist of a case: what is owed, by whom and when; one item; ticking and answering."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from casetracker.errors import NotAllowed, NotFound, Refused
from casetracker.forms.evidence import TickForm, WordsForm
from casetracker.permissions import allowed, check_edit_case, check_judge_required
from casetracker.presenters.case_page import case_page
from casetracker.presenters.checklist_page import item_context, list_context
from casetracker.selectors import checklist as selectors
from casetracker.selectors.consistency import consistency_of
from casetracker.selectors.documents import document_for
from casetracker.selectors.reasons import reasons_for
from casetracker.services import evidence
from casetracker.services.item_review import answer_return
from casetracker.services.reading import note_view
from casetracker.views.common import done_or_told, open_case_page, page


@page()
def checklist(request: HttpRequest, case_id: int) -> HttpResponse:
    """The staff view: by person and by step, the next thing to do on top."""
    case = open_case_page(request, case_id)
    found = selectors.checklist_of(request.user, case, request.GET.get("who", ""))
    note_view(by=request.user, case=case, what="checklist.viewed")
    context = list_context(
        case,
        found,
        consistency_of(case),
        may_edit=allowed(check_edit_case, request.user, case),
        chosen=request.GET.getlist("item"),
    )
    return render(request, "checklist/checklist.html", case_page(case, "case-checklist") | context)


@page()
def item(request: HttpRequest, case_id: int, item_id: int) -> HttpResponse:
    """One item with its acceptance text, checks, documents and everything that can be said about it."""
    case = open_case_page(request, case_id)
    return _item_page(request, case, selectors.item_for(case, item_id))


def _item_page(
    request: HttpRequest, case: Any, found: Any, typed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    row = selectors.row_for(case, found)
    context = item_context(
        case,
        row,
        documents=selectors.live_document_choices(case),
        may_edit=allowed(check_edit_case, request.user, case),
        may_judge=allowed(check_judge_required, request.user, case),
        reasons=reasons_for(case.department),
    )
    frame = case_page(case, "case-checklist")
    return render(request, "checklist/item.html", frame | context | {"typed": typed or {}}, status=status)


@page(methods=("POST",))
def tick(request: HttpRequest, case_id: int) -> HttpResponse:
    """Tick items with a document of the index, or go on to adding a new one for them."""
    case = open_case_page(request, case_id)
    back = request.POST.get("back", "")
    address = reverse("case-checklist", args=[case.pk]) + (f"?who={back}" if back.isidentifier() else "")
    documents = selectors.live_document_choices(case)
    items = [row.id for row in selectors.rows_of(case)]
    form = TickForm(request.POST, items=items, documents=[one["id"] for one in documents])
    if not form.is_valid() or not form.cleaned_data["items"]:
        messages.error(request, "Tick at least one item, then say which document proves it.")
        return redirect(address)
    chosen = form.cleaned_data["items"]
    if request.POST.get("do") == "add":
        return redirect(_add_address(case.pk, chosen, back))
    if not form.cleaned_data["document"]:
        messages.error(request, "Choose the document that proves the ticked items, or add a new one.")
        return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode({'item': chosen}, doseq=True)}")
    document = document_for(case, int(form.cleaned_data["document"]))
    return _linked(request, case, document, chosen, address)


def _linked(request: HttpRequest, case: Any, document: Any, items: list[str], address: str) -> HttpResponse:
    def act() -> None:
        evidence.link(case=case, by=request.user, document=document, item_ids=map(int, items))

    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    return done_or_told(request, act, f"“{document.title}” is ticked for {count}.", address)


def _add_address(case_id: int, items: list[str], back: str) -> str:
    asked = {"item": items, "then": back}
    return f"{reverse('case-document-add', args=[case_id])}?{urlencode(asked, doseq=True)}"


@page(methods=("POST",))
def tick_item(request: HttpRequest, case_id: int, item_id: int) -> HttpResponse:
    """Tick one item with one document, from the item's own page."""
    case = open_case_page(request, case_id)
    found = selectors.item_for(case, item_id)
    address = reverse("case-item", args=[case.pk, found.pk])
    chosen = request.POST.get("document", "")
    if not chosen.isdigit():
        messages.error(request, "Choose the document that proves this item.")
        return redirect(address)
    return _linked(request, case, document_for(case, int(chosen)), [str(found.pk)], address)


@page(methods=("POST",))
def untick(request: HttpRequest, case_id: int, item_id: int) -> HttpResponse:
    """Take one tick back; the document stays in the index."""
    case = open_case_page(request, case_id)
    found = selectors.item_for(case, item_id)
    document = document_for(case, int(request.POST.get("document") or 0))

    def act() -> None:
        evidence.unlink(case=case, by=request.user, document=document, item=found)

    address = reverse("case-item", args=[case.pk, found.pk])
    return done_or_told(request, act, f"“{document.title}” no longer proves this item.", address)


def _return_answered(*, case: Any, by: Any, item: Any, text: str, version: int | None) -> Any:
    item.case = case
    return answer_return(item=item, by=by, text=text, version=version)


# Word in the address -> service, name of its words, what to say afterwards.
ANSWERS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "satisfied": (evidence.answer_item, "statement", "is satisfied by your statement"),
    "not-applicable": (evidence.mark_not_applicable, "reason", "does not apply to this case"),
    "cannot-be-met": (evidence.mark_cannot_be_met, "reason", "cannot be met; its lines are declined"),
    "challenge": (evidence.challenge_item, "reason", "is open: a person has to answer it"),
    "reopen": (evidence.reopen_item, "reason", "is open again"),
    "return-answered": (_return_answered, "text", "goes back to the reviewer"),
}


@page(methods=("POST",))
def answer(request: HttpRequest, case_id: int, item_id: int, word: str) -> HttpResponse:
    """Say something about an item; a refusal shows the page again with the words that were typed."""
    if word not in ANSWERS:
        raise NotFound("There is no such answer.")
    act, name, told = ANSWERS[word]
    case = open_case_page(request, case_id)
    found = selectors.item_for(case, item_id)
    form = WordsForm(request.POST)
    words = request.POST.get("words", "")
    try:
        if not form.is_valid():
            raise Refused("The text is too long: at most 1,000 letters.")
        values = {name: form.cleaned_data["words"], "version": form.cleaned_data["version"]}
        if word == "not-applicable":
            values["because"] = form.cleaned_data["because"]
        act(case=case, by=request.user, item=found, **values)
    except NotAllowed:
        raise
    except Refused as refusal:
        chosen = request.POST.get("because", "")
        typed = {"word": word, "words": words, "because": chosen, "problem": refusal.message}
        return _item_page(request, case, selectors.item_for(case, item_id), typed, status=409)
    messages.success(request, f"“{found.label}” {told}.")
    return redirect("case-item", case.pk, found.pk)
