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
PLANNING = {
    "Simulated on": "2/20/26",
    "Clinical planning note on": "2/18/26",
    "Target localized by": "Stereotactic reference CT",
    "Registration error": "0.4 mm",
}
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


IMAGES = (
    {"kind": "mri", "series": "T1 with contrast, 7", "acquired_on": "2/20/26", "slice_mm": "1"},
    {"kind": "ct", "series": "Planning CT, 2", "acquired_on": "2/20/26", "slice_mm": "1"},
)
AROUND = ("Dr. Olga Onco, MD", "Dr. Felix Frame, MD", "Dr. Phil Physics, PhD")


def directive(page: Page, case: str) -> None:
    """The written directive of a cobalt unit, and the screen for a medical event."""
    page.goto(f"{case}facts/")
    step.unfold(page.locator("#section-planning"))
    with page.expect_navigation():
        page.locator("button[name=rows][value='add:directives']").click()
    step.unfold(page.locator("#section-planning"))
    typed = {
        "version": "1",
        "total_gy": "20",
        "site": "Brain, seven lesions",
        "settings": "Shot list of plan P1",
    }
    for name, value in {**typed, "signed_at": "2/25/26 1610"}.items():
        page.locator(f"[name=directives-0-{name}]").fill(value)
    page.locator("[name=directives-0-signed_by]").select_option(label="Dr. Olga Onco, MD")
    page.locator("[name=directives-0-authorized_user]").select_option(label="Yes")
    step.unfold(step.section(page, "sessions"))
    page.locator("[name=sessions-0-event_suspected]").select_option(label="No")
    step.save(page)


def what_it_rests_on(page: Page, case: str, count: int, **more: str) -> None:
    """Images, second check, residual and presence of each session, first MRI. more: other fields by their names."""
    page.goto(f"{case}facts/")
    for number, image in enumerate(IMAGES):
        step.unfold(page.locator("#section-planning"))
        with page.expect_navigation():
            page.locator("button[name=rows][value='add:images']").click()
        step.unfold(page.locator("#section-planning"))
        page.locator(f"[name=images-{number}-kind]").select_option(image["kind"])
        for name in ("series", "acquired_on", "slice_mm"):
            page.locator(f"[name=images-{number}-{name}]").fill(image[name])
        page.locator(f"[name=images-{number}-for_planning]").select_option(label="Yes")
    step.unfold(step.section(page, "plan"))
    page.locator("[name=plans-0-second_check_pct]").fill("1.2")
    for row in range(count):
        there = step.section(page, "sessions").locator("tbody tr[data-row]").nth(row)
        step.unfold(there)
        there.locator(f"[name=sessions-{row}-residual_mm]").fill("0.3")
        for person in AROUND:
            there.get_by_label(f"{person}: arrived").fill("0755")
            there.get_by_label(f"{person}: left").fill("0920")
    step.unfold(step.section(page, "circumstances"))
    page.locator("[name=follow_up_mri_on]").fill("4/20/26")
    step.unfold(step.section(page, "lesions"))
    for name, value in more.items():
        page.locator(f"[name={name}]").fill(value)
    step.save(page)
