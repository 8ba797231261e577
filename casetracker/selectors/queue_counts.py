"""How many cases each value of each filter would show, counted in one pass over the keys of the queue. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetracker.selectors.queue_filters import VIEWS, QueueFilter, reach
from casetracker.workflow import QUEUED

Counts = dict[str, dict[Any, int]]


@dataclass(frozen=True)
class Entry:
    """The few values of a queued case that the filters look at."""

    id: int
    department: int
    queue_state: str
    modality: str
    physician: int | None
    age: str
    statuses: frozenset[str]
    step: str = ""
    look: str = ""


def facet_counts(entries: list[Entry], chosen: QueueFilter) -> Counts:
    """Cases per value of each dimension, every other dimension as chosen: what the list would hold.

    One pass: a case counts for a dimension when no other dimension leaves it out.
    """
    counted: Counts = {
        "view": dict.fromkeys(VIEWS, 0),
        "state": dict.fromkeys(VIEWS[chosen.view], 0),
        **{dimension: {} for dimension in _VALUES},
    }
    shows = _Shows()
    filtered = {name: wanted for name in _VALUES if (wanted := getattr(chosen, name)) not in (None, "")}
    for entry in entries:
        left_out = [name for name, value in filtered.items() if _VALUES[name](entry) != value]
        if not left_out:
            for view, states in VIEWS.items():
                counted["view"][view] += shows(entry, states)
            for state in counted["state"]:
                counted["state"][state] += shows(entry, (state,))
        if len(left_out) > 1 or not shows(entry, chosen.states):
            continue
        for name in left_out or _VALUES:
            value = _VALUES[name](entry)
            counted[name][value] = counted[name].get(value, 0) + 1
    return counted


_VALUES: dict[str, Callable[[Entry], Any]] = {
    "department": lambda entry: entry.department,
    "modality": lambda entry: entry.modality,
    "physician": lambda entry: entry.physician,
    "age": lambda entry: entry.age,
    "step": lambda entry: entry.step,
    "look": lambda entry: entry.look,
}


class _Shows:
    """The same choice as `in_states`, for entries that were read already; each combination is judged once."""

    def __init__(self) -> None:
        self.known: dict[Any, bool] = {}

    def __call__(self, entry: Entry, states: tuple[str, ...]) -> bool:
        key = (entry.queue_state, entry.statuses, states)
        if key not in self.known:
            wanted = set(states)
            here = entry.queue_state in reach(states) and bool(entry.statuses & wanted)
            self.known[key] = wanted >= set(QUEUED) or here
        return self.known[key]


def total_of(counts: Counts, chosen: QueueFilter) -> int:
    """Cases under the present filter: those of its modality, whichever it is."""
    found = counts["modality"]
    return found.get(chosen.modality, 0) if chosen.modality else sum(found.values())
