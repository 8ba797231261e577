"""The rule book as pages: read only, for everyone who is signed in; nothing here knows a case."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklists.engine.book import Item, RuleBook
from checklists.pages import changes, citations, searching, unverified
from checklists.pages.code_page import code_page
from checklists.pages.wording import told
from checklists.reader import current_book

DAY_REFUSED = "Not a day: {}. Write it as year-month-day, for example 2026-01-31."
MOST_ASKED = 200


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Codes in force on a day, and what a search finds."""
    book, day, said = _opened(request)
    asked = request.GET.get("q", "").strip()[:MOST_ASKED]
    shown = {
        "codes": changes.in_force(book, day),
        "asked": asked,
        "hits": searching.search(book, asked),
        "rules": list(book.rules.values()),
    }
    return render(request, "rulebook/index.html", {**_frame(book, day, said), **shown})


@require_safe
def code(request: HttpRequest, number: str) -> HttpResponse:
    """One code on a chosen day."""
    book, day, said = _opened(request)
    entry = book.code(number)
    if entry is None:
        raise Http404
    return render(request, "rulebook/code.html", {**_frame(book, day, said), **code_page(book, entry, day)})


@require_safe
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """What a rule says, on what it rests, and who cites it; a conflict has the same page."""
    book = current_book()
    if not citations.has_page(book, rule_id):
        raise Http404
    shown = {"id": rule_id, "rule": book.rules.get(rule_id), "cited": citations.citations(book, rule_id)}
    return render(request, "rulebook/rule.html", {"book": book, **shown})


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Every documentation item with the codes that need it."""
    book, day, said = _opened(request)
    held = {code: book.documents(code, day) for code, entry in book.codes.items() if entry.edition_on(day)}
    items = [
        (item, _codes(item.all_lines, item.key, held), _when(book, item)) for item in book.items.values()
    ]
    return render(request, "rulebook/documents.html", {**_frame(book, day, said), "items": items})


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Points that a department or payer may decide."""
    book = current_book()
    return render(request, "rulebook/policies.html", {"book": book, "policies": book.policies.values()})


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """Every message about lines, with when it appears and the way out."""
    book = current_book()
    entries = [(entry, told(book, entry.when), sorted(entry.codes)) for entry in book.conflicts]
    return render(request, "rulebook/conflicts.html", {"book": book, "conflicts": entries})


@require_safe
def two_days(request: HttpRequest) -> HttpResponse:
    """What changed between two days."""
    book, day, said = _opened(request)
    since, wrong = _day(request, "since", book.first_day)
    shown = changes.changes(book, since, day)
    context = {**_frame(book, day, said or wrong), **shown, "since": since, "known": changes.known_days(book)}
    return render(request, "rulebook/changes.html", context)


@require_safe
def not_verified(request: HttpRequest) -> HttpResponse:
    """Entries to confirm before relying on them."""
    book = current_book()
    shown = {
        "weak": unverified.weak_entries(book),
        "old": unverified.not_rechecked(book, timezone.localdate()),
    }
    return render(request, "rulebook/unverified.html", {"book": book, **shown})


def _opened(request: HttpRequest) -> tuple[RuleBook, date, str]:
    return (current_book(), *_day(request, "on", timezone.localdate()))


def _day(request: HttpRequest, name: str, otherwise: date) -> tuple[date, str]:
    """The asked day, or `otherwise` with a sentence when what was asked is not a day."""
    asked = request.GET.get(name, "").strip()
    if not asked:
        return otherwise, ""
    try:
        return date.fromisoformat(asked), ""
    except ValueError:
        return otherwise, DAY_REFUSED.format(asked[:40])


def _frame(book: RuleBook, day: date, said: str) -> dict[str, object]:
    return {"book": book, "day": day, "day_refused": said, "too_early": day < book.first_day}


def _codes(all_lines: bool, key: str, held: dict[str, tuple[str, ...]]) -> list[str]:
    return [] if all_lines else [code for code, keys in held.items() if key in keys]


def _when(book: RuleBook, item: Item) -> tuple[str, ...]:
    return told(book, item.when)
