"""Invented content for the design gallery: one realistic example per component. No patient, no stored record.

The shapes are those that the parts in `templates/_parts` expect; page authors copy from here.
"""

import datetime as dt

TODAY = dt.date(2026, 3, 9)
TREATED = dt.date(2026, 3, 2)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment in March 2026, UTC."""
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


HEAD = {
    "number": "2026-0142",
    "patient": "Elena Marsh (invented)",
    "record_number": "DEMO-40417",
    "born": dt.date(1963, 7, 14),
    "machine": "Linac 2",
    "setting": "hospital outpatient",
    "first_session": TREATED,
    "last_session": TREATED,
    "clinical": {"word": "Treated", "tone": "green", "icon": "check-circle"},
    "halt": "none",
    "packets": [
        {"stream": "surgeon_professional", "status": "in_review", "url": "#surgeon"},
        {"stream": "oncology_professional", "status": "returned", "url": "#oncology"},
        {"stream": "facility", "status": "collecting", "url": "#facility"},
    ],
}
TABS = [
    {"label": "Overview", "url": "#overview", "icon": "target", "current": False},
    {"label": "Facts", "url": "#facts", "icon": "pencil", "current": False},
    {"label": "Codes", "url": "#codes", "icon": "spark", "current": True, "count": 2, "urgent": True},
    {"label": "Checklist", "url": "#checklist", "icon": "checklist", "current": False, "count": 14},
    {"label": "Documents", "url": "#documents", "icon": "document", "current": False},
    {"label": "Review", "url": "#review", "icon": "eye", "current": False},
    {"label": "History", "url": "#history", "icon": "history", "current": False},
]
PRIMARY = {"label": "Decide 2 lines", "url": "#codes", "icon": "scale"}
SECONDARY = [
    {"label": "Print", "url": "#print", "icon": "print"},
    {
        "label": "Submit for review",
        "url": "#submit",
        "icon": "sent",
        "reason": "Three required items of the facility packet are open: obtain them or hold their lines.",
    },
]

LESION_REASONS = [
    {
        "fact": "Largest dimension",
        "expected": "below 35 mm",
        "found": "18 mm",
        "verdict": "holds",
        "rule": "CLS-02",
    },
    {
        "fact": "Distance to the optic pathway",
        "expected": "more than 5 mm",
        "found": "40 mm",
        "verdict": "holds",
        "rule": "CLS-03",
    },
    {"fact": "Within the brainstem", "expected": "no", "found": None, "verdict": "unknown", "rule": "CLS-04"},
]
LINES = [
    {
        "key": "77372|facility|course",
        "code": "77372",
        "label": "Linac delivery, one session",
        "units": 1,
        "modifiers": [],
        "stream": "facility",
        "performer": "facility",
        "date": TREATED,
        "confidence": "data",
        "state": "release",
        "decided": "Released by Cora Lind, Mar 4, 2026",
        "because": "The whole course was given in one session on a linear accelerator to a cranial target.",
        "rules": ["DEL-02", "CMP-01"],
        "source": "published payment indicators, 2026 first quarter",
        "reasons": [
            {
                "fact": "Machine",
                "expected": "a linear accelerator",
                "found": "linac",
                "verdict": "holds",
                "rule": "DEL-02",
            },
            {
                "fact": "Sessions in the course",
                "expected": "1",
                "found": "1",
                "verdict": "holds",
                "rule": "CRS-03",
            },
        ],
    },
    {
        "key": "61796|surgeon_professional|course",
        "code": "61796",
        "label": "Surgeon, first simple lesion",
        "units": 1,
        "modifiers": [],
        "stream": "surgeon_professional",
        "performer": "neurosurgeon",
        "date": TREATED,
        "confidence": "several_sources",
        "state": "suggested",
        "person_name": "Dr. Anders Holm",
        "because": "A surgeon took part in planning and delivery, and the first cranial lesion is simple.",
        "rules": ["SUR-01", "CLS-01"],
        "reasons": LESION_REASONS,
    },
    {
        "key": "77432|oncology_professional|course",
        "code": "77432",
        "label": "Management, one session",
        "units": 1,
        "modifiers": ["26"],
        "stream": "oncology_professional",
        "performer": "radiation_oncologist",
        "date": TREATED,
        "confidence": "inferred",
        "state": "hold",
        "decided": "Held by Cora Lind: management note unsigned, Mar 4, 2026",
        "because": "The radiation oncologist managed a complete course of one session.",
        "rules": ["MGT-01"],
        "reasons": LESION_REASONS[:1],
    },
]
DROPPED = [
    {
        "code": "77373",
        "label": "Delivery, two to five sessions",
        "outcome": "not_suggested",
        "because": "The course has one session; this code needs two to five.",
        "reasons": [
            {
                "fact": "Sessions in the course",
                "expected": "2 to 5",
                "found": "1",
                "verdict": "fails",
                "rule": "DEL-03",
            }
        ],
        "rules": ["DEL-03"],
    },
    {
        "code": "77301",
        "label": "Inverse plan",
        "outcome": "blocked",
        "because": "Simulation 77290 on the same case already contains this step; 77295 stands.",
        "reasons": [],
        "rules": ["PLN-03"],
    },
    {
        "code": "77338",
        "label": "Leaf collimator device",
        "outcome": "cannot_tell",
        "because": "It is not recorded whether the plan uses moving leaves.",
        "reasons": [],
        "rules": ["PLN-01"],
    },
]
QUESTIONS = [
    {
        "label": "Does lesion 1 lie within the brainstem?",
        "why": "A lesion within the brainstem belongs to another class; nothing is assumed.",
        "affects": ["61796", "61798"],
        "rules": ["CLS-04"],
        "url": "#id_within_brainstem",
        "where": "Answer in Facts",
    },
]
CONFLICTS = [
    {
        "id": "X-15",
        "severity": "block",
        "message": "An inverse plan and a simulation of the same case cannot stand on one claim.",
        "codes": ["77301", "77290"],
        "rules": ["PLN-03"],
        "way_out": "Keep one of the two and decline the other, or check the recorded technique against the plan.",
    },
    {
        "id": "X-17",
        "severity": "warn",
        "message": "The special physics consultation has an order but no report.",
        "codes": ["77370"],
        "rules": ["PLN-13"],
        "way_out": "Add the physicist's report, or hold the line until it exists.",
    },
    {
        "id": "X-30",
        "severity": "ask",
        "message": "Session 2 was stopped at 60 percent. It is not recorded whether it will be completed.",
        "codes": ["77373"],
        "rules": ["SIT-08"],
        "way_out": "",
    },
]
COMPARISON = {
    "causes": [{"label": "Planned sessions", "before": "1", "after": "3", "rules": ["CRS-03", "DEL-03"]}],
    "lines": [
        {"change": "removed", "code": "77372", "label": "Linac delivery, one session"},
        {"change": "added", "code": "77373", "label": "Delivery, two to five sessions"},
        {
            "change": "changed",
            "code": "77336",
            "label": "Weekly physics check",
            "before": "0 units",
            "after": "1 unit",
        },
    ],
    "items": [
        {"change": "new", "label": "Amended authorization for three sessions", "codes": ["77373"]},
        {"change": "retired", "label": "Management note, single session", "codes": ["77432"]},
    ],
    "kept_lines": 6,
    "kept_items": 21,
}
