"""What every page must be: free of axe findings with all folds open, and no wider than the window it is shown in.

Console errors and broken policies are caught by the window itself (`conftest.py`).
"""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
WIDTHS = (1920, 1280, 820)
TELEPHONE = 360
OPEN_FOLDS = "document.querySelectorAll('main details').forEach(fold => { fold.open = true; })"
TOO_WIDE = """() => [...document.querySelectorAll('main *')]
  .filter(node => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('[tabindex][role=region]'))
  .slice(-1).map(node => node.outerHTML.slice(0, 160))"""


def problems(page: Page, address: str | None = None) -> list[str]:
    """What is wrong with a page, in words; nothing when it is as it must be. None: the page that is shown."""
    if address is not None:
        answer = page.goto(address)
        if answer is None or answer.status >= 400:
            return [f"{address}: answers {answer.status if answer else 'nothing'}"]
    place = page.url.partition("//")[2].partition("/")[2]
    page.evaluate(OPEN_FOLDS)
    found = [f"/{place} at {width}: {text}" for width in WIDTHS for text in too_wide(page, width)]
    return found + [f"/{place}: {text}" for text in _axe(page)]


def too_wide(page: Page, width: int) -> list[str]:
    """What sticks out of a window of that width, in words; nothing when all fits."""
    page.set_viewport_size({"width": width, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{over} px too wide, {page.evaluate(TOO_WIDE)}"] if over > 0 else []


def _axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:200]}" for each in found]
