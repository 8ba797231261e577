"""Invented content for the design gallery, second half: checklist, lists, events, files. See `design_samples`."""

from casetracker.templatetags import badges
from casetracker.views.design_samples import at

ITEMS = [
    {
        "id": 1,
        "label": "Surgeon's procedure note",
        "state": "returned",
        "role": "Surgeon",
        "chaser": "Petra Vance",
        "due": "due Mar 4, 5 days late",
        "late": True,
        "severity": "required",
        "codes": ["61796"],
        "url": "#item-1",
        "returned_reason": "Copy of the oncology note; the surgeon's own words are needed.",
        "why": "Names the lesion and the image used, describes the surgeon's part, and is signed by the surgeon.",
    },
    {
        "id": 2,
        "label": "Plan approved before the beam",
        "state": "open",
        "role": "Radiation oncologist",
        "chaser": "Petra Vance",
        "due": "before the beam only",
        "severity": "required",
        "codes": ["77372", "77295"],
        "subject": "plan 1",
        "url": "#item-2",
        "why": "The approval shows a name, a date and a time before the first beam.",
    },
    {
        "id": 3,
        "label": "Presence of the physicist",
        "state": "unknown",
        "role": "Physicist",
        "due": "after the session",
        "severity": "required",
        "codes": ["77372"],
        "subject": "session 1",
        "auto": "judged from the session record",
        "why": "It is not recorded who was present from when to when.",
    },
    {
        "id": 4,
        "label": "Tumor board or joint decision",
        "state": "open",
        "role": "Radiation oncologist",
        "due": "before simulation",
        "severity": "recommended",
        "codes": ["77372", "61796"],
    },
]
DONE_ITEMS = [
    {
        "id": 11,
        "label": "Radiation consent",
        "state": "satisfied",
        "role": "Radiation oncologist",
        "severity": "required",
        "codes": ["77372"],
        "evidence": [{"title": "Consent, signed Feb 18, 2026", "url": "#doc"}],
    },
    {
        "id": 12,
        "label": "Payer and setting recorded",
        "state": "accepted",
        "role": "Coder",
        "severity": "required",
        "codes": [],
        "auto": "judged from the case",
    },
    {
        "id": 13,
        "label": "Pregnancy status",
        "state": "not_applicable",
        "role": "Nurse",
        "severity": "recommended",
    },
]
RETIRED_ITEMS = [
    {
        "id": 21,
        "label": "Leaf collimator device record",
        "state": "retired",
        "role": "Physicist",
        "severity": "required",
        "codes": ["77338"],
        "why": "No longer needed since Mar 3: the technique was changed to forward planned.",
    },
]
FIGURES = [
    {"label": "Waiting for review", "value": 12, "url": "#queue"},
    {"label": "Returned", "value": 4, "url": "#queue", "urgent": True},
    {"label": "Required items open", "value": 57, "note": "in 19 cases"},
    {"label": "Oldest packet", "value": 23, "unit": "days", "urgent": True},
    {"label": "Handed off this month", "value": 31, "url": "#queue"},
]
FACTS = [
    {"label": "Setting", "value": "Hospital outpatient"},
    {"label": "Modality", "value": "Linac", "note": "from the machine"},
    {"label": "Technique", "value": "Inverse planned (modulated)"},
    {"label": "Fixation", "value": "Mask"},
    {"label": "Planned sessions", "value": 1},
    {"label": "Payer", "value": "Medicare (fee for service)"},
    {"label": "Plan approved", "value": None},
]
EVENTS = [
    {
        "what": "Surgeon packet taken into review",
        "who": "Sam Ortiz",
        "at": at(6, 15, 12),
        "icon": "eye",
        "tone": "violet",
    },
    {
        "what": "Oncology packet returned",
        "who": "Sam Ortiz",
        "at": at(5, 17, 40),
        "icon": "return",
        "tone": "amber",
        "detail": "Two items: unsigned; wrong date.",
    },
    {
        "what": "Line 77372 released",
        "who": "Cora Lind",
        "at": at(4, 14, 3),
        "icon": "check-circle",
        "tone": "green",
    },
    {
        "what": "Largest dimension of lesion 1 changed from 16 mm to 18 mm",
        "who": "Petra Vance",
        "at": at(3, 13, 20),
        "icon": "change",
        "tone": "neutral",
    },
]
QUEUE = [
    {
        "number": "2026-0142",
        "patient": "Elena Marsh",
        "machine": "Linac 2",
        "days": 7,
        "open": 3,
        "late": False,
        "codes": "77372 61796 77432",
        "packets": [("surgeon_professional", "in_review"), ("facility", "collecting")],
    },
    {
        "number": "2026-0139",
        "patient": "Tomas Reed",
        "machine": "Cobalt unit",
        "days": 23,
        "open": 5,
        "late": True,
        "codes": "77371 61798 61797 61800",
        "packets": [("oncology_professional", "returned"), ("facility", "ready")],
    },
    {
        "number": "2026-0137",
        "patient": "Ines Falk",
        "machine": "Linac 1",
        "days": 4,
        "open": 0,
        "late": False,
        "codes": "77373 77435 61796",
        "packets": [("surgeon_professional", "handed_off"), ("facility", "approved")],
    },
]
CHIPS = [
    {"label": "Needs work", "count": 19, "url": "#chips", "current": True, "icon": "pencil"},
    {"label": "Waiting for review", "count": 12, "url": "#chips", "current": False, "icon": "eye"},
    {"label": "Returned", "count": 4, "url": "#chips", "current": False, "icon": "return"},
    {"label": "Everything open", "count": 35, "url": "#chips", "current": False, "icon": None},
]
FILTERS = [
    {
        "name": "modality",
        "label": "Modality",
        "options": [
            {"value": "linac", "label": "Linac", "count": 11, "selected": True},
            {"value": "cobalt60", "label": "Cobalt unit", "count": 8},
        ],
    },
    {
        "name": "age",
        "label": "Since last session",
        "options": [
            {"value": "0-3", "label": "0 to 3 days", "count": 6},
            {"value": "8-14", "label": "8 to 14 days", "count": 9},
        ],
    },
    {"name": "code", "label": "Code", "options": [{"value": "77372", "label": "77372", "count": 7}]},
]
FILES = [
    {
        "name": "Surgeon packet, version 1",
        "state": "stored",
        "pages": 4,
        "size": "212 kB",
        "digest": "9f2c6b1e07a4d53388e1",
        "url": "#file",
    },
    {"name": "Facility packet, version 2", "state": "pending", "size": "being written; reload in a moment"},
    {
        "name": "Oncology packet, version 1",
        "state": "failed",
        "problem": "could not be written; it will be tried again",
    },
]
VERSIONS = {
    "theirs_by": "Cora Lind",
    "theirs_at": at(9, 13, 41),
    "rows": [
        {
            "name": "payer",
            "label": "Payer",
            "base": "Commercial",
            "theirs": "Medicare Advantage",
            "yours": "Commercial",
        },
        {
            "name": "size",
            "label": "Lesion 1, largest dimension",
            "base": "16 mm",
            "theirs": "17 mm",
            "yours": "18 mm",
            "clash": True,
        },
    ],
}
ALL_BADGES = [(kind, [(kind, value) for value in looks]) for kind, (looks, _) in badges.KINDS.items()]
