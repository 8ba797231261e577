"""Whole cases: every item of the catalogue for every lesion, session, plan, unit and line that it is about.

What follows is said from the document of the case, its lines, the checklist of each code and the catalogue's scopes;
the code that finds the subjects is not asked.
"""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from checklists.reader import current_book
from checklists.rule_cases import varied
from tests.rulebook.cases import golden, judged
from tests.rulebook.test_documents import EXPECTED, expected_for

STATED = yaml.safe_load((Path(__file__).parent / "scopes.yaml").read_text())
SCOPE_OF = {key: scope for scope, keys in STATED.items() if scope != "further" for key in keys}
FURTHER = {case["says"]: varied(golden()[case["base"]]["document"], case) for case in STATED["further"]}
CASES = {**{name: case["document"] for name, case in golden().items()}, **FURTHER}
SITE_MODIFIERS = {"26", "TC", "PO", "PN", "GC"}
STREAMS = {"neurosurgeon": "surgeon_professional", "radiation_oncologist": "oncology_professional"}
WITH_BEAM = {"planned", "delivered", "partial"}
LINACS = {"linac", "robotic_linac", "gyroscopic_linac"}


def plain(value):
    """The cases keep every scalar as it is written; here numbers and yes or no are wanted."""
    if isinstance(value, dict):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return yaml.safe_load(str(value)) if isinstance(value, str) else value


def lines_of_case(document, result):
    """Code, claim, units, modifiers; a typed line replaces the suggested one of its code and claim."""
    typed = [
        (
            str(line["code"]),
            STREAMS.get(line["performer"], "facility"),
            int(line.get("units", 1)),
            marks(line),
        )
        for line in document.get("entered_lines", [])
    ]
    replaced = {(code, stream) for code, stream, _, _ in typed}
    suggested = [(line["code"], line["stream"], line["units"], marks(line)) for line in result["lines"]]
    return [line for line in suggested if line[:2] not in replaced] + typed


def marks(line):
    return {str(mark) for mark in line.get("modifiers", [])}


def checklist(code):
    every = {key for key, item in current_book().items.items() if item.all_lines}
    return every | (expected_for(code) if code in EXPECTED["codes"] else set())


def sessions_with_lines(document):
    sessions = document["sessions"]
    return [row for row in sessions if row["status"] in WITH_BEAM] or sessions


def treated(document):
    return {lesion for row in sessions_with_lines(document) for lesion in row["lesions"]}


def lesion_verdict(key, lesion, document):
    holds = {
        "lesion-complexity": lesion["compartment"] == "cranial",
        "lesion-size-evidence": lesion["compartment"] == "cranial"
        and lesion.get("max_dimension_mm", 0) >= 35,
        "lesion-distance-evidence": lesion.get("optic_distance_mm", 99) <= 5
        or lesion.get("within_brainstem"),
    }
    return bool(lesion["id"] in treated(document) and holds.get(key, True))


def session_verdict(key, session, document):
    cobalt = (
        document.get("modality", "cobalt60") == "cobalt60"
    )  # one case names its cobalt unit by its device
    if key == "image-guidance-record":
        return True if document["fixation"]["type"] != "invasive_frame" else session.get("image_guidance")
    given = [row for row in document["sessions"] if row["status"] in ("delivered", "partial")]
    over = all(row["status"] != "planned" for row in document["sessions"])
    cut_short = over and len(given) < document["planned_sessions"] and session == document["sessions"][-1]
    stopped = session["status"] in ("partial", "stopped_without_dose")
    holds = {
        "cobalt-physical-presence": cobalt,
        "cobalt-day-spot-check": cobalt,
        "linac-day-qa": document.get("modality") in LINACS,
        "interruption-note": stopped or cut_short,
    }
    return holds.get(key, True)


def plan_verdict(key, plan, document):
    modality = document.get("modality", "cobalt60")
    asked = {"image-fusion-approval": "images_fused", "cumulative-dose-assessment": "prior_radiation_overlap"}
    if key in asked:
        return document.get("circumstances", {}).get(asked[key])
    inverse = plan["technique"] == "inverse"
    holds = {
        "gamma-plan-parameters": modality == "cobalt60",
        "patient-specific-qa": inverse and modality in LINACS,
        "plan-3d-document": not inverse,
        "inverse-plan-goals": inverse,
        "inverse-plan-need": inverse,
        "mlc-design-record": inverse and plan["mlc_modulated"],
    }
    return holds.get(key, True)


def of_sessions(key, document):
    rows = sessions_with_lines(document)
    if key == "interruption-note":
        rows = [row for row in document["sessions"] if row in rows or row["status"] == "stopped_without_dose"]
    return [(f"session:{row['number']}", session_verdict(key, row, document)) for row in rows]


def of_plans(key, document):
    plans = document.get("plans") or [document["plan"]]
    return [(f"plan:{row.get('id', '1')}", plan_verdict(key, row, document)) for row in plans]


def of_units(codes, lines):
    for code in codes:
        claims = Counter()
        for line_code, stream, units, _ in lines:
            claims[stream] += units if line_code == code else 0
        yield from ((f"unit:{code}:{number}", True, (code,)) for number in range(1, max(claims.values()) + 1))


def of_lines(key, codes, lines):
    for code, stream, _, modifiers in lines:
        if code in codes:
            claimed = bool(modifiers - SITE_MODIFIERS)
            yield (
                f"line:{code}/{stream}",
                claimed if key == "modifier-support" else stream == "facility",
                (code,),
            )


def wanted(document, lines):
    """Every entry that the case calls for: item, subject, whether it is needed (None: nobody can tell), codes."""
    owed = {}
    for code in {code for code, *_ in lines}:
        for key in checklist(code):
            owed.setdefault(key, set()).add(code)
    for key, codes in owed.items():
        scope = SCOPE_OF.get(key, "case")
        if scope == "unit":
            found = of_units(codes, lines)
        elif scope == "line":
            found = of_lines(key, codes, lines)
        elif scope == "lesion":
            rows = document["lesions"]
            found = [(f"lesion:{row['id']}", lesion_verdict(key, row, document), codes) for row in rows]
        elif scope == "session":
            found = [(*entry, codes) for entry in of_sessions(key, document)]
        elif scope == "plan":
            found = [(*entry, codes) for entry in of_plans(key, document)]
        else:
            found = [("case", "not judged here", codes)]
        for subject, verdict, told in found:
            word = {True: "true", False: "false", None: "unknown"}.get(verdict, verdict)
            yield key, subject, word, tuple(sorted(told))


def shown(result):
    for row in result["documentation"]:
        subject = row["subject"]
        if subject.startswith("line:"):
            subject = "/".join(subject.split("/")[:2])
        verdict = row["condition"] if subject != "case" else "not judged here"
        yield row["key"], subject, verdict, tuple(sorted(row["codes"]))


@pytest.mark.parametrize("name", CASES)
def test_a_case_owes_each_item_for_exactly_what_it_is_about(name):
    document = CASES[name]
    result = judged(document)
    expected = Counter(wanted(plain(document), lines_of_case(document, result)))
    found = Counter(shown(result))
    assert found - expected == Counter()
    assert expected - found == Counter()


def test_the_scopes_are_those_of_the_catalogue():
    assert {key: item.scope for key, item in current_book().items.items() if item.scope != "case"} == SCOPE_OF
