"""What the rows of the case form show before anybody types: the recorded rows, and a first row where none exists.

Sessions that a case plans but does not have yet stand ready with their numbers; the first takes the date of service.
"""

from typing import Any

from casetracker.case_fields import PLANNING_ROWS
from casetracker.case_input import CaseInput, Row
from casetracker.choices import SessionStatus
from casetracker.forms.lesion_names import names_of
from casetracker.forms.moments import local
from casetracker.forms.presence import starting_presence
from casetracker.forms.session_doses import doses_text
from casetracker.forms.team import standing_rows

READY_SESSIONS = 10
READY_TARGETS = 12


def starting_rows(recorded: CaseInput) -> dict[str, list[Row]]:
    """Initial values by formset name."""
    names = [row["label"] for row in recorded.lesions or []]
    return {
        "lesions": list(recorded.lesions or []) or [{"label": "L1"}],
        "plans": [_plan(row, names, recorded) for row in recorded.plans or []] or [{"lesions": "all"}],
        "sessions": [_session(row, names, recorded) for row in recorded.sessions or []]
        or _ready_sessions(recorded),
        "team": standing_rows(recorded.team or []),
        "authorizations": [_known_by_id(row) for row in recorded.authorizations or []],
        "courses": [_known_by_id(row) for row in recorded.other_courses or []],
        **_planning(recorded, names),
    }


def _planning(recorded: CaseInput, names: list[str]) -> dict[str, list[Row]]:
    """Images, targets, structures and directives; a covered lesion without a target has a row ready for it."""

    def shown(row: Row) -> Row:
        plan, lesion = row.get("plan"), row.get("lesion")
        told = {"plan": None if plan is None else plan + 1, "lesion": "" if lesion is None else names[lesion]}
        return {**_known_by_id(row), **told}

    found = {name: [shown(row) for row in getattr(recorded, name) or []] for name in PLANNING_ROWS}
    drawn = {(row.get("plan") or 0, row.get("lesion")) for row in recorded.targets or []}
    wanted = [
        {"plan": place + 1, "lesion": names[lesion]}
        for place, plan in enumerate(recorded.plans or [])
        for lesion in plan["lesions"]
        if (place, lesion) not in drawn
    ]
    found["targets"] += wanted[:READY_TARGETS]
    return found


def _plan(row: Row, names: list[str], recorded: CaseInput) -> Row:
    """An inverse plan starts with the usual measuring device of the machine."""
    machine = recorded.case.get("machine")
    usual = machine.qa_device if machine and row.get("technique") == "inverse" else ""
    return {**_with_names(row, names), "psqa_device": row.get("psqa_device") or usual}


def _with_names(row: Row, names: list[str]) -> Row:
    return {**row, "lesions": names_of(row["lesions"], names)}


def _session(row: Row, names: list[str], recorded: CaseInput) -> Row:
    """A session that is still to come starts with the usual images of its machine."""
    ahead = row.get("status") == SessionStatus.PLANNED
    usual = _usual_images(row.get("machine") or recorded.case.get("machine")) if ahead else ""
    return {
        **_with_names(row, names),
        "image_kind": row.get("image_kind") or usual,
        "started": _clock(row["started_at"]),
        "beam_on": _clock(row["beam_on_at"]),
        "ended": _clock(row["ended_at"]),
        "timeout": _clock(row.get("timeout_at")),
        "plan": row["plan"] + 1 if row.get("plan") is not None else None,
        "doses": doses_text(row.get("doses") or {}, row["lesions"], names),
        **starting_presence(row.get("presences") or []),
    }


def _usual_images(machine: Any) -> str:
    return str(machine.usual_images) if machine else ""


def _clock(moment: Any) -> Any:
    return local(moment).time() if moment else None


def _known_by_id(row: Row) -> Row:
    return {**row, "uuid": row["id"]}


def _ready_sessions(recorded: CaseInput) -> list[Row]:
    count = min(recorded.case.get("planned_sessions") or 1, READY_SESSIONS)
    first = recorded.case.get("date_of_service")
    return [
        {
            "number": number,
            "date": first if number == 1 else None,
            "status": "planned",
            "lesions": "all",
            "image_kind": _usual_images(recorded.case.get("machine")),
        }
        for number in range(1, count + 1)
    ]
