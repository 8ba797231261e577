"""The rule book's pages: open to everyone signed in, whatever the role; rule ids lead to their page."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checklists.pages.changes import changes
from checklists.pages.searching import search
from checklists.pages.unverified import not_rechecked, weak_entries
from checklists.reader import current_book

PAGES = [
    "/rulebook/",
    "/rulebook/?q=linac",
    "/rulebook/?on=2023-05-05",
    "/rulebook/codes/77372/",
    "/rulebook/codes/77372/?on=2023-12-31",
    "/rulebook/rules/DEL-02/",
    "/rulebook/rules/X-01/",
    "/rulebook/documents/",
    "/rulebook/policies/",
    "/rulebook/conflicts/",
    "/rulebook/changes/",
    "/rulebook/unverified/",
]


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_everyone_signed_in_may_read_a_page(client, noor, address):
    client.force_login(noor)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Rule book" in words(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_without_sign_in_there_is_no_rule_book(client, address):
    assert client.get(address).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_only_read(client, noor, address):
    client.force_login(noor)
    assert client.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/rulebook/codes/00000/", "/rulebook/rules/NO-99/"])
def test_what_the_book_does_not_hold_is_not_found(client, noor, address):
    client.force_login(noor)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_every_code_and_every_rule_has_its_page(client, noor):
    client.force_login(noor)
    book = current_book()
    for code in book.codes:
        assert client.get(f"/rulebook/codes/{code}/").status_code == 200
    for rule in [*book.rules, *(entry.id for entry in book.conflicts)]:
        assert client.get(f"/rulebook/rules/{rule}/").status_code == 200


@pytest.mark.django_db
def test_reading_the_book_costs_no_more_than_the_frame(client, noor, django_assert_max_num_queries):
    client.force_login(noor)
    for address in PAGES:
        with django_assert_max_num_queries(6):
            client.get(address)


@pytest.mark.django_db
def test_a_wrong_day_says_how_to_write_it(client, noor):
    client.force_login(noor)
    assert "Not a day: soon. Write it as year-month-day" in words(client.get("/rulebook/?on=soon"))


@pytest.mark.django_db
def test_a_code_says_its_conditions_sources_and_rules(client, noor):
    client.force_login(noor)
    shown = words(client.get("/rulebook/codes/77372/?on=2026-03-02"))
    assert "All lesions are cranial, and the course is one session on a linac." in shown
    assert '<a href="/rulebook/rules/DEL-02/">DEL-02</a>' in shown
    assert "https://www.astro.org/" in shown


def two_editions():
    """The real book with a second edition of one code from 2026-01-01: two units instead of one."""
    book = current_book()
    code = book.codes["77372"]
    first = replace(code.editions[-1], last_day=date(2025, 12, 31))
    second = replace(first, first_day=date(2026, 1, 1), last_day=None, units=2)
    changed = replace(code, editions=(first, second))
    return replace(book, codes={**book.codes, "77372": changed}, memory={})


def test_two_days_across_an_edition_tell_what_changed():
    told = changes(two_editions(), date(2025, 12, 31), date(2026, 1, 1))
    assert [
        (code.code, [(c.label, c.before, c.after) for c in found])
        for code, _, found in told["changed"]
        if code.code == "77372"
    ] == [("77372", [("Units", "1", "2")])]


def test_the_order_of_the_two_days_does_not_matter():
    book = two_editions()
    days = date(2025, 12, 31), date(2026, 1, 1)
    assert changes(book, *days) == changes(book, *days[::-1])


def test_two_days_of_one_edition_do_not_differ():
    assert changes(two_editions(), date(2026, 1, 1), date(2026, 1, 2))["changed"] == []


def test_a_search_needs_every_word():
    hits = search(current_book(), "LINAC cranial delivery")
    assert ("code", "77372") in [(hit.kind, hit.key) for hit in hits]
    assert search(current_book(), "linac nonsenseword") == search(current_book(), " ") == []


def test_weak_entries_start_with_what_rests_on_memory():
    found = [entry.confidence for entry in weak_entries(current_book())]
    assert found[0] == "memory"
    assert set(found) == {"memory", "inferred", "one_source"}


def test_sources_are_old_a_day_after_a_year():
    book = current_book()
    last = book.codes["77372"].editions[-1].checked_on
    assert "77372" not in [code for code, _, _ in not_rechecked(book, last + timedelta(days=365))]
    assert "77372" in [code for code, _, _ in not_rechecked(book, last + timedelta(days=366))]
