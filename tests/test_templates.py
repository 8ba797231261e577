"""Templates and their tags: every template loads, none carries inline script or style, every state has its badge."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from casetracker.navigation import PAGES, current_url
from casetracker.templatetags import ages, badges, units

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "casetracker" / "static"
ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
PDF_ONLY = re.compile(r"^handoff/pdf")  # the PDF has its own base and stylesheet, outside the site's policy
INLINE = {
    "style attribute": re.compile(r"<[^>{]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "htmx script": re.compile(r"\bhx-(on|vals)\b[^=]*=\s*[\"']?js:|\bhx-on", re.I),
    "address of another host": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.I),
}
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text()))


def render(source: str, **context: object) -> str:
    return Template("{% load badges icons units ages %}" + source).render(Context(context))


@pytest.mark.parametrize("name", ALL)
def test_every_template_loads(name):
    assert get_template(name)


@pytest.mark.parametrize("name", [name for name in ALL if not PDF_ONLY.match(name)])
def test_no_template_carries_what_the_policy_forbids(name):
    source = (TEMPLATES / name).read_text()
    assert [kind for kind, pattern in INLINE.items() if pattern.search(source)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>go()</script>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
        '<script src="https://example.org/a.js"></script>',
    ],
)
def test_the_search_finds_each_forbidden_thing(bad):
    assert any(pattern.search(bad) for pattern in INLINE.values())


@pytest.mark.parametrize("name", ALL)
def test_every_icon_named_in_a_template_is_in_the_sprite(name):
    source = (TEMPLATES / name).read_text()
    assert set(re.findall(r'{% icon "([^"]+)"', source)) <= SPRITE


def test_every_icon_of_badges_and_navigation_is_in_the_sprite():
    used = {look.icon for looks, _ in badges.KINDS.values() for look in looks.values()}
    assert used | {page.icon for page in PAGES} <= SPRITE


@pytest.mark.parametrize("kind", badges.KINDS)
def test_every_stored_state_has_its_own_look(kind):
    looks, words = badges.KINDS[kind]
    missing = set(words.values) - set(looks) if words else set()
    assert missing == set()
    assert all(badges.look(kind, value).word for value in looks)


def test_a_badge_is_icon_and_word_and_names_whose_state_it_is():
    html = render('{% badge "packet" "in_review" of="Surgeon" %}')
    assert "tone-violet" in html
    assert "#eye" in html
    assert re.sub(r"<[^>]+>", "", html).split() == ["Surgeon", "In", "review"]


def test_an_unknown_state_is_shown_as_a_question_and_not_hidden():
    assert badges.look("packet", "in_the_post") == badges.Look("ochre", "question", "In the post")


def test_an_inferred_rule_reads_as_policy_to_confirm():
    assert "Department policy, confirm" in render('{% badge "confidence" "inferred" %}')


def test_a_badge_escapes_what_it_is_given():
    assert "<b>" not in render('{% badge "packet" value of=value %}', value="<b>")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("18.00"), "18"), (Decimal("34.96"), "34.96"), (100, "100"), (Decimal("0"), "0")],
)
def test_numbers_lose_trailing_zeros_and_nothing_else(value, shown):
    assert f">{shown}{units.SPACE}mm<" in units.mm(value)


@pytest.mark.parametrize(
    "source", ["{{ x|mm }}", "{{ x|gy }}", "{{ x|yes_no }}", "{{ x|day }}", "{{ x|age }}", "{{ x|recorded }}"]
)
def test_none_reads_not_recorded(source):
    assert "not recorded" in render(source, x=None)


def test_zero_and_no_are_recorded():
    assert "not recorded" not in render("{{ zero|mm }} {{ no|yes_no }}", zero=0, no=False)
    assert render("{{ no|yes_no }}", no=False) == "No"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "1 day"), (23, "23 days"), (-1, "tomorrow"), (-4, "in 4 days")]
)
def test_ages_in_words(days, words):
    today = dt.date(2026, 3, 9)
    assert f">{words}<" in ages.age(today - dt.timedelta(days=days), today)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("77263 is dated 2026-09-25.", "77263 is dated Sep 25, 2026."),
        ("Signed 2026-03-02 07:45, before the beam.", "Signed Mar 2, 2026, 07:45, before the beam."),
        ("edition 2026-13-45 of 9000-00-00000", "edition 2026-13-45 of 9000-00-00000"),
        ("", ""),
        (None, ""),
    ],
)
def test_days_in_sentences_of_the_rule_book_read_like_those_of_the_page(written, read):
    assert ages.dated(written) == read


def test_the_longest_matching_address_is_the_current_one():
    urls = ["/cases/", "/cases/start/", "/queue/"]
    assert current_url(urls, "/cases/start/") == "/cases/start/"
    assert current_url(urls, "/cases/17/codes/") == "/cases/"
    assert current_url(urls, "/elsewhere/") == ""


def test_the_gallery_renders_every_part():
    from casetracker.views.design import gallery

    request = RequestFactory().get("/design/")
    request.user = type("Nobody", (), {"is_authenticated": False})()
    request._messages = type("Box", (list,), {"add": lambda self, *a, **k: None})()
    html = gallery(request).content.decode()
    assert html.count("<h1") == 1
    assert "not recorded" in html
    assert not INLINE["style attribute"].search(html)


def test_vendored_files_name_no_source_map():
    vendored = list((STATIC / "vendor").rglob("*.min.*"))
    assert len(vendored) == 2
    assert all("sourceMappingURL" not in path.read_text() for path in vendored)
