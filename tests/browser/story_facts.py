"""The facts that every story has alike, as they are typed: coverage, dates, physics, the usual plan, sessions.

What makes a story its own (lesions, machine, sessions, fixation) stands in the story.
"""

from collections.abc import Sequence
from datetime import date

from playwright.sync_api import Page

from tests.browser import story_steps as step

COVERAGE = {
    "Payer": "Medicare",
    "Account number": "A-4711",
    "Member number": "M-0815",
    "Eligibility checked on": "2/16/26",
    "Coverage policy": "none found",
    "Filing deadline": "3/2/27",
    "Referring clinician": "Dr. Rita Reed, MD",
}
CIRCUMSTANCES = {
    "Several image sets fused": "Yes",
    "Karnofsky score": "90",
    "Scored on": "2/12/26",
}
PLANNING = {"Simulated on": "2/20/26", "Clinical planning note on": "2/18/26"}
PHYSICS = {
    "Special physics consult requested": "No",
    "Special physics report written": "No",
    "Physics check during the course": "Yes",
}
PLAN = {
    "Plan date": "2/24/26",
    "Plan identifier": "P1",
    "Approved at": "2/25/26 1600",
    "Approved by": "Dr. Olga Onco, MD",
    "Isocenters": "1",
    "Arcs, beams or shots": "4",
    "Documented dose calculations": "4",
    "Active motion management": "No",
}
INVERSE = {
    "Technique": "Inverse planned (modulated)",
    "Leaves modulated during the beam": "Yes",
    "Custom devices": "1",
}
MEASURED = {
    "Measured on": "2/20/26",
    "Measured by": "Dr. Felix Frame",
    "Image that shows it": "MRI of Feb 20, series 7",
    "Prescription isodose": "80",
    "Volume": "3.1",
}
GIVEN = {"Delivered": "100", "Brought into the room": "Yes", "Anesthesia": "None"}
CARE = {
    "Referred on": "2/9/26",
    "Consultation on": "2/12/26",
    "Decided on": "2/16/26",
    "QA cleared at": "2/27/26 1500",
}


def the_usual(page: Page, *, last_day: date, plan: dict[str, str] | None = None) -> None:
    """Coverage, planning, plan, physics and circumstances."""
    step.enter(step.section(page, "plan"), {**PLAN, **(plan or {}), **PLANNING, **PHYSICS})
    step.enter(step.section(page, "plan"), {"Physics check on": f"{last_day:%m/%d/%Y}"})
    step.enter(step.section(page, "coverage"), COVERAGE)
    step.all_no(page)
    step.enter(step.section(page, "circumstances"), CIRCUMSTANCES)


def team(page: Page) -> None:
    """The people of a case that was started without a template."""
    names = {"radiation_oncologist": "Dr. Olga Onco, MD", "neurosurgeon": "Dr. Felix Frame, MD"}
    names |= {"physicist": "Dr. Phil Physics, PhD", "dosimetrist": "Dora Dose, CMD"}
    for role, name in names.items():
        page.locator(f"#team-{role}").get_by_label("Person").select_option(label=name)
    step.both_took_part(page, "Radiation oncologist", "Surgeon")


def sessions(page: Page, days: Sequence[date], dose: str) -> None:
    """Delivered sessions of all lesions, pasted as rows: 08:00 in, 08:30 beam, 09:15 out. dose: Gy in each."""
    rows = [f"{n}\t{day}\tDelivered\tall\t08:00\t08:30\t09:15\tYes" for n, day in enumerate(days, 1)]
    step.paste_rows(page, "sessions", "\n".join(rows))
    for row in range(len(days)):
        step.under_row(page, "sessions", row, {**GIVEN, "Dose per lesion": dose})


def course_of_care(page: Page, case: str) -> None:
    """Dates that decide no code: referred, consulted, decided, cleared."""
    page.goto(case)
    area = page.locator(".care form").first
    step.enter(area, CARE)
    area.get_by_role("button").click()
    step.told(page, "The course of care is recorded.")
