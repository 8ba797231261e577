"""One person's hands, counted: every key press and every click is one stroke, every entry that changed is one field.

Only the keyboard and the mouse are used, so nothing reaches the page without being counted. Tab and Enter count too.
"""

from playwright.sync_api import Locator, Page

ENTRIES = """() => {
  const form = document.querySelector("#case-form, #start-form");
  const found = {};
  new FormData(form).forEach((value, name) => { found[name] = value; });
  return found;
}"""


class Hand:
    """`strokes` and `fields` grow while the person works; `look` and `leave` frame the work on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0
        self.fields: list[str] = []
        self._before: dict[str, str] = {}

    def look(self) -> None:
        """Remember what the form says before anything is entered."""
        self._before = self.page.evaluate(ENTRIES)

    def leave(self) -> None:
        """Count the entries of this page that are not what they were, those that were chosen anew included."""
        after = self.page.evaluate(ENTRIES)
        self.fields += sorted(name for name, value in after.items() if self._before.get(name) != value)

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def click(self, place: Locator) -> None:
        place.click()
        self.strokes += 1
