"""What people read in the rule book: no stored words, groups of conditions that show what belongs together."""

import re
from html import unescape

import pytest

from checklists.engine.book import Condition
from checklists.engine.conditions import Group, Leaf
from checklists.pages.wording import spelled, told
from checklists.reader import current_book
from checklists.templatetags.rulebook import rules_in_text

BOOK = current_book()
UNDERSCORED = re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b")
ADDRESSES = [
    "/rulebook/",
    "/rulebook/conflicts/",
    "/rulebook/documents/",
    "/rulebook/changes/",
    "/rulebook/policies/",
    "/rulebook/unverified/",
    "/rulebook/?q=delivery",
]
NOT_KEYS = re.compile(r'<(script|style|textarea).*?</\1>|<span class="rule">.*?</span>|<[^>]*>', re.DOTALL)


def leaf(fact: str, value: object) -> Leaf:
    return Leaf(fact, "is", value)


ONE, TWO, THREE = leaf("modality", "cobalt60"), leaf("modality", "robotic_linac"), leaf("modality", "proton")
LABEL = BOOK.facts["modality"].label


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (TWO, "{0}: robotic linac"),
        (Group(True, (ONE, TWO)), "either {0}: cobalt-60, or {0}: robotic linac"),
        (Group(False, (ONE, TWO)), "{0}: cobalt-60, and {0}: robotic linac"),
        (
            Group(True, (ONE, Group(False, (TWO, THREE)))),
            "either {0}: cobalt-60, or ({0}: robotic linac, and {0}: proton)",
        ),
        (
            Group(False, (ONE, Group(True, (TWO, THREE)))),
            "{0}: cobalt-60, and (either {0}: robotic linac, or {0}: proton)",
        ),
        (Group(True, (Group(False, (ONE, TWO)),)), "{0}: cobalt-60, and {0}: robotic linac"),
    ],
)
def test_a_condition_shows_what_belongs_together(node, words):
    assert told(BOOK, Condition.of((node,))) == (words.format(LABEL),)


def stored_words(client, address: str) -> list[str]:
    """What looks like a stored word on a page, keys of the book set apart as such."""
    return UNDERSCORED.findall(unescape(NOT_KEYS.sub(" ", client.get(address).content.decode())))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_stored_word_is_shown(client, noor, address):
    client.force_login(noor)
    assert stored_words(client, address) == []


@pytest.mark.django_db
def test_no_stored_word_is_shown_of_any_code(client, noor):
    client.force_login(noor)
    found = {code: stored_words(client, f"/rulebook/codes/{code}/") for code in BOOK.codes}
    assert {code: words for code, words in found.items() if words} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/rulebook/", "Codes and rules"),
        ("/rulebook/codes/77372/", "Codes and rules"),
        ("/rulebook/rules/DEL-02/", "Codes and rules"),
        ("/rulebook/documents/", "Documents"),
        ("/rulebook/changes/", "Two days compared"),
        ("/rulebook/try/", "Try out"),
    ],
)
def test_the_shown_tab_is_marked_alone(client, noor, address, label):
    client.force_login(noor)
    shown = client.get(address).content.decode()
    tabs = shown[shown.index('aria-label="Rule book"') : shown.index("</ul></nav>")]
    assert re.findall(r'aria-current="page">([^<]+)<', tabs) == [label]


@pytest.mark.django_db
def test_a_person_without_a_role_finds_the_rule_book(client, noor):
    client.force_login(noor)
    shown = client.get("/").content.decode()
    assert 'href="/rulebook/"' in shown


def test_a_fact_in_a_sentence_is_said_in_words():
    name = "course.treatment_days"
    said = spelled(BOOK, "Planned are {course.treatment_days} of {codes}.")
    assert said == f"Planned are [{BOOK.facts[name].label.lower()}] of [codes]."


def test_rules_named_in_a_sentence_are_links_and_the_rest_stays_text():
    shown = rules_in_text("<b> goes with DEL-02, not NO-99 or 77372-26")
    assert shown == '&lt;b&gt; goes with <a href="/rulebook/rules/DEL-02/">DEL-02</a>, not NO-99 or 77372-26'
