"""The staff view worked through as a person does it: the next thing to do, its document, the next thing.

Counted are acts: a press on a button or a link that loads a page. Typing into a form is not an act.
"""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.browser import story_steps as step

MOST_DOCUMENTS = 100


@dataclass
class StaffView:
    """One person at the checklist of one case, with the papers on the desk. `papers`: rows of `story_paper` lists."""

    page: Page
    case: str
    papers: list[dict[str, str]]
    documents: int = 0
    acts: int = 0
    judged: list[str] = field(default_factory=list)

    def work_through(self) -> None:
        """Take what the view says comes next until it says that nothing is open."""
        self.page.goto(f"{self.case}checklist/?who=everyone")
        seen: list[str] = []
        while self._next().count():
            item = " ".join(self._next().get_by_role("heading").inner_text().split())
            assert seen[-2:] != [item, item], f"{item} is still open: {self._why(item)}"
            seen.append(item)
            act = self._next().locator(".page-actions").locator("a, button").first
            if "Add document" in act.inner_text():
                self._file(act, item)
            else:
                self._judge(act, item)

    def _next(self) -> Locator:
        return self.page.locator("section.next-thing")

    def _why(self, item: str) -> str:
        return self.page.locator("li.item.is-next").inner_text()

    def _press(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()
        self.acts += 1

    def _file(self, add: Locator, item: str) -> None:
        """The form knows kind, items, person and often the day; what is typed is on the paper."""
        self._press(add)
        form = self.page.locator("form.document-form")
        kind = form.get_by_label("Kind")
        offered = kind.locator("option:checked").inner_text()
        day = form.get_by_label("Date of service").input_value()
        paper = self._paper(offered, day)
        assert paper, f"No paper on the desk for {item}: {offered} {day}"
        author = form.get_by_label("Author", exact=True)
        named = author.locator("option").all_inner_texts()
        mine = next((name for name in named if name.startswith(paper["Author"])), "")
        if mine:
            author.select_option(label=mine)
        else:
            author.select_option(label="Not recorded")
            form.get_by_label("Author not in the list").fill(paper["Author"])
        form.get_by_label("Date of service").fill(paper["Service date"])
        form.get_by_label("Signed at").fill(paper["Signed at"])
        form.get_by_label("Where it is").fill(paper["Reference"])
        self._press(form.get_by_role("button", name="Add document"))
        step.told(self.page, "is in the index")
        self.documents += 1
        assert self.documents <= MOST_DOCUMENTS

    def _paper(self, kind: str, day: str) -> dict[str, str] | None:
        fitting = [one for one in self.papers if one["Kind"] == kind and day in ("", one["Service date"])]
        if not fitting:
            return None
        self.papers.remove(fitting[0])
        return fitting[0]

    def _judge(self, look: Locator, item: str) -> None:
        """What only a person can say: looked at, and met."""
        self._press(look)
        self._press(self.page.get_by_role("button", name="Met").first)
        self.judged.append(item)
        self.page.goto(f"{self.case}checklist/?who=everyone")


def expect_done(page: Page, case: str) -> None:
    page.goto(f"{case}checklist/?who=everyone")
    expect(page.get_by_text("Everything on this checklist is done")).to_be_visible()
