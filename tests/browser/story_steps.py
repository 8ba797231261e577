"""What people do on the pages, in the words of the stories: enter, save, file papers, decide, review, receive.

Everything goes through the pages; nothing here touches a record. A `Page` is one person's browser window.
"""

import io
import re

import pdfplumber
from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD

Entries = dict[str, str]
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const paste = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', paste));
}"""


# Arriving


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    expect(page.locator("details.menu")).to_be_visible()
    return page


def start_case(page: Page, source: str, number: str, name: str, born: str, day: str) -> str:
    """Open a case on a machine or from a template and return its address, for example `/cases/7/`."""
    page.goto("/cases/new/")
    names = ("Template or machine", "Record number", "Patient's name", "Date of service", "Date of birth")
    typed = (source, number, name, day, born)
    enter(page.locator("#start-form"), dict(zip(names, typed, strict=True)))
    press(page, "Open the case")
    return address_of(page)


def address_of(page: Page) -> str:
    expect(page).to_have_url(re.compile(r"/cases/\d+/facts/"))
    return re.search(r"/cases/\d+/", page.url)[0]


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button that sends a form, and wait until the page that answers is all there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).last.click()


def told(page: Page, words: str) -> None:
    """Wait for what the page says about the last act."""
    expect(page.locator(".messages")).to_contain_text(words)


# Entering facts


def section(page: Page, name: str) -> Locator:
    return page.locator(f"#section-{name}")


def enter(area: Locator, entries: Entries) -> None:
    """Fill fields by their label: a word for a choice, Yes or No for a question, text for the rest."""
    unfold(area)
    for label, value in entries.items():
        group = area.get_by_role("group", name=_begins(label))
        if group.count():
            group.first.get_by_label(value, exact=True).check()
            continue
        control = area.get_by_label(_begins(label)).first
        if control.evaluate("field => field.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)


def unfold(area: Locator) -> None:
    area.locator("details").evaluate_all("folds => folds.forEach(fold => { fold.open = true; })")


def _begins(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}\s*(\W|From|$)")


def paste_rows(page: Page, name: str, text: str) -> None:
    """Paste rows from a spreadsheet into the first cell of a table."""
    first = section(page, name).locator("tbody tr[data-row] td input:visible").first
    first.focus()
    page.evaluate(PASTE, text.strip("\n"))
    expect(section(page, name).locator("[data-rows-voice]")).to_contain_text("filled from the clipboard.")


def under_row(page: Page, name: str, row: int, entries: Entries) -> None:
    """What stands under one row of a table."""
    enter(section(page, name).locator("tbody tr[data-row]").nth(row), entries)


def both_took_part(page: Page, *roles: str) -> None:
    for role in roles:
        page.get_by_role("button", name=f"Both yes: {role}").click()


def all_no(page: Page, *except_for: str) -> None:
    """Answer every circumstance with no."""
    area = section(page, "circumstances")
    unfold(area)
    for answer in area.get_by_label("No", exact=True).all():
        answer.check()
    enter(area, dict.fromkeys(except_for, "Yes"))


def save(page: Page) -> None:
    """Save the form of facts; the page that follows says what the change did."""
    press(page, re.compile("^Save$"))
    expect(page.locator("[data-error-summary]")).to_have_count(0)
    expect(page.locator("#case-form.is-dirty")).to_have_count(0)


# What is suggested and what is decided


def suggested(page: Page) -> list[str]:
    """Codes of the panel beside the form once it is up to date, each as often as it is suggested."""
    panel = page.locator("#suggestion")
    expect(panel).not_to_have_attribute("data-stale", "true")
    return sorted(code_of(text) for text in panel.locator(".line-code").all_inner_texts())


def code_of(text: str) -> str:
    return text.split()[0]


def lines_of(page: Page) -> dict[str, str]:
    """`61797` -> `4 units` on the codes page; facility and professional share a code, their units are the same."""
    codes = page.locator(".page-content section[aria-labelledby^='h-'] li.line[id]")
    return {
        code_of(line.locator(".line-code").inner_text()): line.locator(".line-units").inner_text()
        for line in codes.all()
    }


def dates_of(page: Page, code: str) -> list[str]:
    """When each line of this code is billed, as the codes page says it."""
    lines = page.locator(f".page-content li.line[id^='line-{code}']")
    return [re.search(r"on [A-Z]\w+ \d+, \d+", text)[0] for text in lines.all_inner_texts()]


def accept_every_line(page: Page, case: str) -> None:
    """Cora accepts each claim with its one button; a warning wants her reason."""
    page.goto(f"{case}codes/")
    accept = re.compile("^Accept all")
    while page.get_by_role("button", name=accept).count():
        form = page.locator("form", has=page.get_by_role("button", name=accept).last).last
        reason = form.get_by_role("textbox")
        if reason.count():
            reason.fill("Compared with plan and record.")
        press(page, accept)
        told(page, "Accepted:")
    expect(page.get_by_text("Every line is decided")).to_be_visible()


def decline(page: Page, case: str, code: str, reason: str) -> None:
    page.goto(f"{case}codes/")
    line = page.locator(f".page-content li.line[id^='line-{code}']").first
    line.get_by_role("link", name="Decline").click()
    page.get_by_label("Why it is not billed").fill(reason)
    press(page, "Do not bill")
    told(page, f"{code} declined")


def changes(page: Page) -> dict[str, list[str]]:
    """Before and after, as the page shows it: `Lines` and `Checklist`, one text for each change."""
    expect(page.get_by_role("heading", name="Saved: before and after")).to_be_visible()
    unfold(page.locator(".page-content"))
    columns = page.locator(".compare-col").all()
    found = {
        column.locator("h3").inner_text(): [
            _one_line(text) for text in column.locator("li").all_inner_texts()
        ]
        for column in columns
    }
    found["Checklist"] += [_one_line(text) for text in page.locator(".more-changes li").all_inner_texts()]
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


# Papers


def add_document(page: Page, case: str, entries: Entries) -> None:
    page.goto(f"{case}checklist/?who=everyone")
    page.locator("section.next-thing").get_by_role("link", name="Add document").click()
    kind = page.get_by_label("Kind")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        kind.select_option(label=entries["Kind"])
    enter(page.locator("form.document-form"), {k: v for k, v in entries.items() if k != "Kind"})
    press(page, "Add document")
    told(page, "is in the index")


def paste_documents(page: Page, case: str, text: str) -> None:
    """From the staff view: paste the list, look at the preview, store it."""
    page.goto(f"{case}checklist/?who=everyone")
    page.get_by_role("link", name="Paste a list").click()
    page.get_by_label("Paste the list").fill(text)
    press(page, "Check the list")
    press(page, re.compile(r"^Store \d+ document"))
    told(page, "are in the index")


def documents_of(page: Page, case: str) -> list[str]:
    """Titles of the index, in its order."""
    page.goto(f"{case}documents/")
    return page.locator("table.documents tbody th > a").all_inner_texts()


def open_items(page: Page, case: str) -> list[str]:
    """What the checklist still asks for, everybody's items."""
    page.goto(f"{case}checklist/?who=everyone")
    unfold(page.locator("#tick-form"))
    rows = page.locator("#tick-form .step > ul.items > li.item")
    return [_one_line(row.locator(".item-title").inner_text()) for row in rows.all()]


def tick(page: Page, case: str, item: str, document: str) -> None:
    """Say that a document that is already here proves one more item."""
    page.goto(f"{case}checklist/?who=everyone")
    page.get_by_role("link", name=item, exact=True).first.click()
    choice = page.get_by_label("A document that is already here")
    choice.select_option(label=next(text for text in choice.inner_text().splitlines() if document in text))
    press(page, "Tick it")


# Review


def why_not_submitted(page: Page, packet: str) -> str:
    """What stands beside the button that cannot be pressed, and the list of what is missing."""
    page.goto(packet)
    expect(page.get_by_role("button", name="Submit for review")).to_have_attribute("aria-disabled", "true")
    return page.locator(".page-body").inner_text()


def submit_every_packet(page: Page, case: str) -> None:
    for address in packets(page, case):
        page.goto(address)
        press(page, "Submit for review")
        told(page, "Submitted.")


def packets(page: Page, case: str) -> list[str]:
    page.goto(f"{case}review/")
    return [
        link.get_attribute("href")
        for link in page.get_by_role("link", name=re.compile("packet$")).all()
        if link.get_attribute("aria-label")
    ]


def approve_every_packet(page: Page, case: str) -> None:
    for address in packets(page, case):
        page.goto(address)
        press(page, "Take into review")
        accept_items(page)
        for box in page.locator("ul.ticks input[type=checkbox]").all():
            tick_by_key(box)
        page.get_by_label("Your password").fill(PASSWORD)
        press(page, "Approve and freeze")
        told(page, "Approved and frozen.")


def tick_by_key(box: Locator) -> None:
    """Tick with the space bar: a click may miss a box that moves while a long page is still being laid out."""
    box.press("Space")
    expect(box).to_be_checked()


def accept_items(page: Page) -> None:
    told(page, "The packet is in your review.")
    accept = re.compile(r"^Accept all \d+ satisfied")
    if page.get_by_role("button", name=accept).count():
        press(page, accept)
        told(page, "accepted")


# Billing


def receive_every_handoff(page: Page, claim: str = "B-1207") -> dict[str, str]:
    """Open every summary, download its PDF, confirm receipt. Returns the text of each PDF by its claim: `Surgeon`."""
    page.goto("/handoffs/")
    texts = {}
    for address in [link.get_attribute("href") for link in page.locator("table a.row-link").all()]:
        page.goto(address)
        texts[page.locator("h1").inner_text().split()[0]] = download_pdf(page)
        page.get_by_label("Claim or batch number").fill(claim)
        press(page, "Confirm receipt")
        expect(page.get_by_role("region", name="Receipt")).to_contain_text(f"claim or batch {claim}")
    return texts


def download_pdf(page: Page) -> str:
    with page.expect_download() as started:
        page.locator(".file-chip a[href$='.pdf']").click()
    return pdf_text(started.value.path().read_bytes())


def pdf_text(content: bytes, pages: int = 3) -> str:
    """The first pages, which hold decision, lines and lesions; spaces made one."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        texts = [page.extract_text(use_text_flow=True) for page in pdf.pages[:pages]]
    return re.sub(r"\s+", " ", " ".join(texts))


def states_of_packets(page: Page, case: str) -> list[str]:
    page.goto(f"{case}review/")
    return [badge.inner_text() for badge in page.locator(".packet-cards .panel-head > :last-child").all()]
