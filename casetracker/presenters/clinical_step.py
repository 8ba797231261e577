"""The clinical step of a case in words: what is owed, by whom, since when, until when. Reads nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from casetracker.choices import Halt
from casetracker.clinical import STATES
from casetracker.clinical_clocks import NO_CLOCK, STEPS
from casetracker.requirements import ROLES
from casetracker.selectors.clinical_steps import Home


def overdue_words(days: int) -> str:
    """Empty while the step is in time."""
    return f"overdue by {days} day{'' if days == 1 else 's'}" if days > 0 else ""


def late_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Overdue steps for a list: {case_id, number, patient, state, owed, owner, due, overdue}."""
    return [
        {
            "case_id": row["id"],
            "number": row["number"],
            "patient": row["patient__name"],
            "state": STATES[row["clinical_step"]].word,
            "owed": STEPS[row["clinical_step"]].owed,
            "owner": owner_words(row["clinical_step"], row["owners"]),
            "due": row["due"],
            "overdue": overdue_words(row["days"]),
        }
        for row in rows
    ]


def owner_words(step: str, named: Iterable[Mapping[str, Any]]) -> str:
    """Roles that own a step, with the people whom the case names in them: [{role, name}]."""
    names: dict[str, list[str]] = {}
    for one in named:
        if one.get("name"):
            names.setdefault(one["role"], []).append(one["name"])
    roles = [_role(role, names.get(role, [])) for role in STEPS[step].owners]
    first = roles[0][:1].upper() + roles[0][1:]
    return ", ".join([first, *roles[1:]])


def _role(role: str, names: list[str]) -> str:
    word = ROLES[role].lower()
    return f"{word} ({', '.join(names)})" if names else word


def clinical_panel(case: Any, head: Mapping[str, Any], team: Iterable[Any], home: Home) -> dict[str, Any]:
    """{state (look), since, told?, owed?, owner?, until?, clock?, start?, due?, overdue?} of the overview.

    told: a sentence where no clock runs. clock: its words, with what it counts from; start: that day. team: people
    of the case document.
    """
    state, step = head["clinical"], case.clinical_step
    shown: dict[str, Any] = {"state": state, "since": head["since"]}
    if case.halt in NO_CLOCK:
        return shown | {"told": f"{Halt(case.halt).label}: no clock runs."}
    if not step:
        return shown | {"told": f"{STEPS[state.key].done} No clock runs.".strip()}
    owed, clock, start = STEPS[step], home.clocks[step], case.clinical_from
    shown |= {"owed": owed.owed, "owner": owner_words(step, team), "until": owed.until}
    if clock is None:
        return shown | {"told": "The department has set no clock for this step."}
    shown["clock"] = clock.words_from(owed.start)
    if start is None:
        return shown | {"told": "That day is not recorded, so no clock runs yet."}
    over = overdue_words(home.days_over(step, start))
    return shown | {"start": start, "due": home.due_on(step, start), "overdue": over}
