"""Every page of the stories, as each person sees it in each state: axe finds nothing and nothing sticks out.

The cases are walked to their states by the services, so that no page is missed for want of typing. Pages that only an
act shows (two versions, before and after, refused entries) are looked at where the act is tested.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import story_steps as step
from tests.browser.page_checks import TELEPHONE, problems, too_wide
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCENES = {
    # state and story of the case: who looks, and at which pages; {case}, {packet} ... are those of the case
    ("drafted", 1): {"petra": ("", "facts/", "codes/", "checklist/", "documents/", "review/")},
    ("suggested", 4): {
        "petra": ("", "facts/", "checklist/?who=everyone", "checklist/{item}/", "documents/add/"),
        "cora": ("codes/", "codes/add/", "codes/accept/?key={line}", "codes/hold/?key={line}", "facts/"),
    },
    ("documented", 1): {
        "petra": (
            "checklist/",
            "documents/",
            "documents/{document}/",
            "documents/list/",
            "codes/",
            "history/",
        ),
        "cora": ("codes/", "codes/change/?key={line}", "codes/decline/?key={line}", "review/{packet}/"),
    },
    ("in_review", 1): {
        "sam": ("review/", "review/{packet}/?by=code", "queries/new/", "packets/{packet}/draft/"),
        "petra": ("documents/{document}/remove/", "review/{packet}/"),
    },
    ("returned", 1): {"petra": ("", "checklist/", "review/{packet}/"), "sam": ("review/{packet}/",)},
    ("handed_off", 2): {
        "bea": ("/handoffs/", "/handoffs/{handoff}/"),
        "petra": ("", "facts/", "documents/{document}/", "review/{packet}/"),
    },
}


def names_of(case) -> dict[str, object]:
    """What stands for the words in braces in an address."""
    lines = case.evaluations.get(occasion="current").result["lines"]
    packet = case.packets.order_by("stream").first()
    found = {
        "item": case.items.filter(condition="true", answer="open").first(),
        "document": case.documents.filter(removed_at=None).first(),
        "packet": packet,
        "handoff": packet.handoffs.first() if packet else None,
    }
    return {name: record.pk for name, record in found.items() if record} | {
        "line": lines[0]["key"] if lines else ""
    }


@pytest.mark.parametrize(("state", "story"), SCENES)
def test_pages_of_a_case(state, story, window, cast):
    case = case_at(state, story, cast)
    names, found = names_of(case), []
    for person, addresses in SCENES[state, story].items():
        page = step.sign_in(window(), person)
        for address in addresses:
            place = address if address.startswith("/") else f"/cases/{case.pk}/{address}"
            found += problems(page, place.format(**names))
    assert found == []


@pytest.mark.parametrize("person", ["petra", "sam", "bea", "carl", "ada", "noor"])
def test_lists_and_own_pages(person, window, cast):
    case_at("documented", 1, cast)
    page = step.sign_in(window(), person)
    shown = [link.get_attribute("href") for link in page.locator("header nav a").all()]
    found = problems(page, "/") + problems(page, "/account/password/")
    for address in shown:
        found += problems(page, address)
    assert found == []


def test_start_and_templates(window, cast):
    page = step.sign_in(window(), "petra")
    found = []
    for address in ("/cases/new/", "/templates/", "/templates/new/", f"/templates/{cast.template.pk}/"):
        found += problems(page, address)
    assert found == []


SCRIPT = """() => {
  const script = document.createElement('script');
  script.textContent = 'document.title = "ran"';
  document.body.append(script);
}"""


def test_what_is_wrong_would_be_noticed(window, complaints):
    page = window()
    page.goto("/sign-in/")
    page.evaluate(SCRIPT)
    page.evaluate("document.querySelector('h1').style.width = '3000px'")
    page.evaluate("document.querySelector('main label').remove()")
    found = problems(page)
    assert [text.split(": ")[0] for text in found[:3]] == [
        f"/sign-in/ at {width}" for width in (1920, 1280, 820)
    ]
    assert any("label (1)" in text for text in found)
    assert page.title() != "ran"
    assert any("Content Security Policy" in text for text in complaints)
    complaints.clear()


def test_pages_without_a_sign_in(window):
    page = window()
    assert problems(page, "/sign-in/") == []
    page.goto("/cases/999999/")
    assert problems(page) == []


def test_pages_that_refuse(window, cast):
    case = case_at("suggested", 1, cast)
    page = step.sign_in(window(), "stella")
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator("h1")).to_be_visible()
    assert problems(page) == []


def test_what_is_looked_up_on_the_way_fits_a_telephone(window, cast):
    case = case_at("coded", 1, cast)
    page, found = step.sign_in(window(), "petra"), []
    for address in (
        "/",
        "/queue/mine/",
        "/queue/",
        "/queue/before-the-beam/",
        f"/cases/{case.pk}/checklist/",
    ):
        page.goto(address)
        found += [f"{address}: {text}" for text in too_wide(page, TELEPHONE)]
    page.goto(f"/cases/{case.pk}/sessions/1/day/")
    found += too_wide(page, TELEPHONE)
    assert found == []
