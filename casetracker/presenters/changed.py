"""What a change did, for the page after a save: causes in the words of the form, long lists cut to what is read."""

from collections.abc import Callable
from typing import Any

from casetracker.presenters.words import path_words, value_words

SHOWN_CAUSES, SHOWN_ITEMS = 8, 10


def changed_shown(told: dict[str, Any], subject_name: Callable[[str], str]) -> dict[str, Any]:
    """Context of `cases/changed.html`: `comparison` for the part, and the rest behind folds.

    subject_name: words for what an item is about, "" for the whole case.
    """
    causes = [_cause(cause) for cause in told["causes"]]
    named = [{**item, "about": subject_name(item.get("subject", "case"))} for item in told["items"]]
    items = sorted(named, key=lambda item: item["change"] != "retired")
    return {
        "comparison": {**told, "causes": causes[:SHOWN_CAUSES], "items": items[:SHOWN_ITEMS]},
        "more_causes": causes[SHOWN_CAUSES:],
        "more_items": items[SHOWN_ITEMS:],
    }


def _cause(cause: dict[str, Any]) -> dict[str, Any]:
    path = cause.get("path", "")
    if not path:
        return cause
    before, after = cause["before"], cause["after"]
    if "." not in path.rpartition("]")[2] and path.endswith("]"):
        before, after = ("recorded" if before else "not there", "added" if after else "removed")
        return {**cause, "label": path_words(path), "before": before, "after": after}
    return {
        **cause,
        "label": path_words(path),
        "before": value_words(path, before),
        "after": value_words(path, after),
    }
