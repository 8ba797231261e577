"""The design gallery in a real browser: accessible, within the policy, usable by keyboard, row tables that work."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LABELS = "[data-rows-body] tr:not([hidden]) input[name$='-label']"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const paste = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', paste));
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery_urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(live_server) -> Iterator[Page]:
    """The gallery at 1280 wide; `page.complaints` collects what the console said."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1280, "height": 900})
        shown.complaints = []
        shown.on("console", lambda message: shown.complaints.append(message.text))
        shown.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.goto(f"{live_server.url}/design/")
        shown.wait_for_load_state("networkidle")
        yield shown
        browser.close()


def labels(page: Page) -> list[str]:
    """`0=L1` for each visible row, in page order."""
    return page.eval_on_selector_all(LABELS, "all => all.map(x => x.name.match(/\\d+/)[0] + '=' + x.value)")


def test_axe_finds_nothing_at_any_width_and_nothing_sticks_out(page):
    page.evaluate(AXE)
    for width in (820, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 1000})
        found = page.evaluate("axe.run()")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_axe_would_notice(page):
    page.evaluate(
        "document.querySelector('main label').remove(); document.documentElement.removeAttribute('lang')"
    )
    page.evaluate(AXE)
    assert "html-has-lang" in {each["id"] for each in page.evaluate("axe.run()")["violations"]}


def test_the_policy_is_never_broken(page):
    assert page.complaints == []


def test_rows_by_keyboard(page):
    page.locator("#id_lesions-0-label").focus()
    page.keyboard.press("Alt+d")
    assert labels(page) == ["0=L1", "1=L1", "2=L2", "3=L3"]
    page.keyboard.press("Alt+ArrowDown")
    assert labels(page) == ["0=L1", "1=L2", "2=L1", "3=L3"]
    page.keyboard.press("Alt+n")
    assert labels(page)[-1] == "4="
    assert page.evaluate("document.activeElement.name") == "lesions-4-label"
    assert page.locator("#id_lesions-TOTAL_FORMS").input_value() == "5"


def test_removing_a_row_renumbers_and_says_so(page):
    page.locator("[data-rows-body] tr >> nth=0").get_by_role("button", name="Remove row").click()
    assert labels(page) == ["0=L2", "1=L3"]
    expect(page.locator("[data-rows-voice]")).to_have_text("Row 1 removed.")
    every = "[...document.querySelectorAll('[data-rows-body] label')]"
    assert page.evaluate(f"{every}.every(label => document.getElementById(label.htmlFor))")


def test_pasted_rows_fill_columns_and_name_what_was_not_understood(page):
    page.locator("#id_lesions-2-label").focus()
    page.evaluate(PASTE, "N1\tMetastasis\tparietal\t12 mm\t33\tno\t22\nN2\tnonsense\tsella\t8\t4\tYes\t12\n")
    assert labels(page) == ["0=L1", "1=L2", "2=N1", "3=N2"]
    assert page.locator("#id_lesions-2-max_dimension_mm").input_value() == "12"
    assert page.locator("#id_lesions-3-region").input_value() == "sella"
    assert page.locator("#id_lesions-3-diagnosis").input_value() == ""
    expect(page.locator("[data-rows-voice]")).to_contain_text("row 4, Diagnosis: “nonsense”")


def test_sixty_rows_is_the_end(page):
    page.locator("#id_lesions-0-label").focus()
    page.evaluate(PASTE, "\n".join(f"P{n}\tMetastasis" for n in range(1, 63)))
    assert len(labels(page)) == 60
    assert labels(page)[0] == "0=P1"
    expect(page.locator("[data-rows-voice]")).to_contain_text("2 rows did not fit")


def test_leaving_with_unsaved_entries_asks_first(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_title").fill("Plan 7")
    expect(page.locator("#facts-form .unsaved")).to_be_visible()
    page.reload()
    assert asked == ["beforeunload"]


def test_checklist_keys_move_but_not_while_typing(page):
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "item-2"
    page.locator("#id_title").focus()
    page.keyboard.press("j")
    assert page.locator("#id_title").input_value() == "j"


def test_reasons_open_without_script(page, live_server):
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{live_server.url}/design/")
    plain.get_by_text("Why this line").first.click()
    expect(plain.locator(".reasons").first).to_be_visible()
    expect(plain.locator("[data-plain-only]").first).to_be_visible()


def with_panel(page: Page, answer: dict) -> list[str]:
    """Show the gallery with a live panel whose server answers as told; returns what was posted."""
    posted: list[str] = []

    def serve(route):
        original = route.fetch()
        html = original.text().replace("data-panel ", 'data-panel data-panel-url="/panel/" ')
        html = html.replace('id="facts-form"', 'id="facts-form" data-panel-for="suggestion"')
        route.fulfill(response=original, body=html)

    def reply(route):
        posted.append(route.request.post_data)
        route.fulfill(**answer)

    page.route("**/design/", serve)
    page.route("**/panel/", reply)
    page.goto(page.url)
    page.wait_for_load_state("networkidle")
    return posted


def test_the_panel_follows_typing_and_stores_nothing_in_the_browser(page):
    fresh = '<div><span data-panel-state>x</span><p id="news">77372, 1 unit</p></div>'
    posted = with_panel(page, {"status": 200, "body": fresh, "content_type": "text/html"})
    page.locator("#id_title").press_sequentially("Plan 7")
    page.locator("#news").wait_for()
    assert len(posted) == 1
    assert "Plan 7" in posted[0]
    expect(page.locator("[data-panel-state]")).to_have_text("as typed, not saved")
    assert page.evaluate("localStorage.length") == 0
    kept = page.evaluate("Object.entries(sessionStorage)")  # htmx notes the address it is on, nothing else
    assert [pair for pair in kept if pair != ["htmx-current-path-for-history", "/design/"]] == []


def test_a_panel_that_cannot_be_asked_says_it_is_not_up_to_date(page):
    with_panel(page, {"status": 500, "body": "no"})
    page.locator("#id_title").fill("Plan 7")
    page.get_by_text("not up to date").wait_for()
    assert page.locator("#suggestion").get_attribute("data-stale") == "true"
    expect(page.locator("#suggestion .line")).not_to_have_count(0)
