"""The papers of the stories as the record system would list them: kind, title, author, day, signature, place.

Invented. A paper is written so many days before the first or after the last session; papers of a session exist once
for each. The lists are pasted as text, tab by tab; which item a paper proves is the application's own answer.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

ONCO, REED, FRAME, PHIL, DORA, THEO, NINA, CORA = (
    "Dr. Olga Onco",
    "Dr. Rita Reed",
    "Dr. Felix Frame",
    "Dr. Phil Physics",
    "Dora Dose",
    "Theo Therapist",
    "Nina Nurse",
    "Cora Codes",
)
HEADINGS = "Kind\tTitle\tAuthor\tService date\tSigned at\tReference"
Paper = tuple[
    str, str, int, str
]  # kind, author, days before the first (-) or after the last session (+), clock time

BEFORE: list[Paper] = [
    ("Referral letter", "Dr. Lena Long, outside clinic", -21, "09:00"),
    ("Eligibility and policy check", CORA, -14, "09:10"),
    ("Diagnostic imaging report", "Imaging North", -20, "10:00"),
    ("Radiation oncology consultation", ONCO, -18, "11:30"),
    ("Neurosurgery evaluation", FRAME, -17, "12:00"),
    ("Tumor board note", ONCO, -15, "17:00"),
    ("Treatment order", ONCO, -14, "12:10"),
    ("Consent, radiation", ONCO, -14, "12:20"),
    ("Consent, surgery and frame", FRAME, -14, "12:30"),
    ("Nursing screening", NINA, -14, "13:00"),
    ("Simulation order", ONCO, -13, "09:00"),
    ("Clinical treatment planning note", ONCO, -12, "10:00"),
    ("Simulation note", ONCO, -10, "11:00"),
    ("Treatment device record", ONCO, -10, "11:20"),
    ("Surgeon's planning entry", FRAME, -6, "15:00"),
    ("Image fusion record", ONCO, -7, "14:00"),
    ("Prescription", ONCO, -6, "15:30"),
    ("Dose-volume and isodose review", ONCO, -5, "15:40"),
    ("Dose calculation sheet", PHIL, -6, "15:50"),
    ("Plan approval", ONCO, -5, "16:00"),
    ("Peer review note", REED, -4, "12:00"),
    ("Independent dose check", PHIL, -3, "10:00"),
    ("Physics plan and chart check", PHIL, -3, "10:30"),
    ("Credential record", CORA, -3, "11:00"),
]
PLAN_3D: Paper = ("Plan report, 3D or shots", DORA, -6, "15:20")
PLAN_INVERSE: Paper = ("Plan report, inverse", DORA, -6, "15:20")
PATIENT_QA: Paper = ("Patient-specific QA result", PHIL, -3, "11:30")
WRITTEN_DIRECTIVE: Paper = ("Written directive", ONCO, -5, "16:10")
EVERY_SESSION: list[Paper] = [
    ("Machine check (day, month, year)", PHIL, 0, "06:40"),
    ("Time-out record", THEO, 0, "08:10"),
    ("Image guidance record", ONCO, 0, "08:20"),
    ("Treatment record", THEO, 0, "09:30"),
    ("Presence record", ONCO, 0, "09:35"),
    ("Nursing record of the day", NINA, 0, "10:00"),
]
FRAME_NOTE: Paper = ("Head-frame note", FRAME, 0, "07:10")
ON_THE_DAY: list[Paper] = [
    ("Treatment management note", ONCO, 0, "12:30"),
    ("Radiosurgery procedure note", FRAME, 0, "12:40"),
]
AFTER: list[Paper] = [
    ("Physics check of the course", PHIL, 0, "15:00"),
    ("Treatment summary", ONCO, 2, "10:00"),
    ("Proof of sending", NINA, 3, "10:30"),
    ("Follow-up imaging report", "Imaging North", 42, "10:00"),
    ("Visit note", ONCO, 44, "11:00"),
    ("Coder's file check", CORA, 45, "09:00"),
]


def papers_before(first: date, *more: Paper, without: Iterable[str] = ()) -> str:
    """What is on file before the first session, with `more` papers of the case: tab-separated text with headings."""
    wanted = [paper for paper in (*BEFORE, *more) if paper[0] not in set(without)]
    return "\n".join([HEADINGS, *(_line(paper, first) for paper in wanted)])


def papers_of_treatment(days: Sequence[date], *more: Paper) -> str:
    """What the sessions bring, once for each, and what follows the last one."""
    lines = [_line(paper, day) for day in days for paper in EVERY_SESSION]
    lines += [_line(paper, days[0]) for paper in (*ON_THE_DAY, *more)]
    return "\n".join([HEADINGS, *lines, *(_line(paper, days[-1]) for paper in AFTER)])


def _line(paper: Paper, day: date) -> str:
    kind, author, days, clock = paper
    on = day + timedelta(days=days)
    place = f"Record system, {kind.lower()}"
    return "\t".join((kind, f"{kind} of {on}", author, str(on), f"{on} {clock}", place))


def sheets(*lists: str) -> list[dict[str, str]]:
    """The papers of these lists one by one, each by its headings."""
    names = HEADINGS.split("\t")
    rows = [line.split("\t") for text in lists for line in text.splitlines()[1:]]
    return [dict(zip(names, row, strict=True)) for row in rows]
