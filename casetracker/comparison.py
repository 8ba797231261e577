"""Before and after a change, as the comparison part shows it: the facts that changed, lines, checklist items. Pure.

What moved is worked out by the engine (`checklists.engine.compare`); here it is put into words. The same shape
serves the editor, the reviewer and a later version of a packet.
"""

import re
from typing import Any

from casetracker.differences import Difference
from checklists.engine.compare import compare
from checklists.engine.fields import label_of

Result = dict[str, Any]
Items = dict[str, list[dict[str, Any]]]
Documents = tuple[dict[str, Any], dict[str, Any]]
Blamed = dict[tuple[str, str], set[str]]  # (row, field) -> rules

_PATH = re.compile(r"^(?P<section>\w+)(?:\[(?P<row>[^\]]*)\])?(?:\.(?P<field>\w+))?")
_COLUMNS = {  # fields of the document whose columns have other names
    "fixation.type": "fixation_type",
    "fixation.placed_by": "fixation_placed_by",
    "payer.class": "payer",
    "payer.profile": "payer",
    "device": "machine",
    "plan.date": "planned_on",
    "plans.date": "planned_on",
    "sessions.doses_gy": "doses",
    "sessions.present": "presences",
}
RAISED_SHOWN = 3


def comparison(
    old: Result, new: Result, changed: Difference, items: Items, documents: Documents = ({}, {})
) -> dict[str, Any]:
    """What a change of facts did.

    old, new: results of the engine. changed: path -> [old, new]. items: {new, retired, kept} of the checklist.
    documents: the judged documents before and after; without them no rule is named beside a changed fact.
    Returns {causes [{path, label, before, after, rules}], lines [{change, code, modifiers, label, before, after,
    why}], items [{change, label, codes, subject}], questions [{change, label, why, raised_by}], kept_lines,
    kept_items}; facts that moved a line come first. `raised_by` names the changed facts behind a new question.
    """
    found = compare(documents[0], old, documents[1], new)
    lines = _lines(found["lines"], new)
    blamed = _blamed(found["causes"], documents)
    causes = [_cause(path, pair, blamed) for path, pair in changed.items()]
    return {
        "causes": sorted(causes, key=lambda cause: not cause["rules"]),
        "lines": lines,
        "items": [_item(change, item) for change in ("new", "retired") for item in items.get(change, [])],
        "questions": _questions(found["questions"], documents),
        "kept_lines": len(new["lines"]) - sum(line["change"] != "removed" for line in lines),
        "kept_items": len(items.get("kept", [])),
    }


def _lines(found: dict[str, list[Result]], new: Result) -> list[dict[str, Any]]:
    """Lines added, removed and changed, in code order; why a line went is what the engine says of its code now."""
    standing = {line["key"]: line for line in new["lines"]}
    dropped = {entry["code"]: entry.get("because", "") for entry in new.get("not_suggested", [])}
    lines = [_line("added", line, line.get("because", "")) for line in found["added"]]
    lines += [_line("removed", line, dropped.get(line["code"], "")) for line in found["removed"]]
    lines += [
        _line("changed", standing[line["key"]], standing[line["key"]].get("because", ""), line)
        for line in found["changed"]
    ]
    return sorted(lines, key=lambda line: (line["code"], line["change"]))


def _line(change: str, line: Result, why: str, moved: Result | None = None) -> dict[str, Any]:
    return {
        "change": change,
        "code": line["code"],
        "modifiers": line.get("modifiers", []),
        "label": line.get("label", ""),
        "before": _in_words(moved["before"]) if moved else None,
        "after": _in_words(moved["after"]) if moved else None,
        "why": why,
    }


def _in_words(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_value(value) or 'none'}" for name, value in values.items())


def _value(value: Any) -> str:
    return " ".join(str(entry) for entry in value) if isinstance(value, list) else str(value or "")


def _item(change: str, item: dict[str, Any]) -> dict[str, Any]:
    subject = item.get("subject", "case")
    return {"change": change, "label": item["label"], "codes": item.get("codes", []), "subject": subject}


def _questions(found: Items, documents: Documents) -> list[dict[str, Any]]:
    """Questions that come, each with what raised it, then those that are settled."""
    names = _row_names(documents)
    come = [_question("new", entry, names) for entry in found["new"]]
    return come + [_question("settled", entry, names) for entry in found["settled"]]


def _question(change: str, entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    raised = [label_of(path, names) for path in entry.get("raised_by", ()) if _tells(path)]
    why = entry.get("why", "") if change == "new" else ""
    return {
        "change": change,
        "label": entry["label"],
        "why": why,
        "raised_by": _few(list(dict.fromkeys(raised))),
    }


def _tells(path: str) -> bool:
    """Policies are told elsewhere; the identifier of a row says nothing to a reader."""
    return not path.startswith("policy") and not path.endswith(".id")


def _few(labels: list[str]) -> list[str]:
    """The first labels, and how many more there are."""
    more = len(labels) - RAISED_SHOWN
    return labels if more < 1 else [*labels[:RAISED_SHOWN], f"{more} more"]


def _cause(path: str, pair: list[Any], blamed: Blamed) -> dict[str, Any]:
    before, after = (_shown(value) for value in pair)
    row, field = _place(path, {})
    rules = {
        rule
        for (other_row, other), found in blamed.items()
        if row == other_row and field in ("", other)
        for rule in found
    }
    told = {"path": path, "label": label_of(path), "before": before, "after": after}
    return {**told, "rules": sorted(rules)}


def _shown(value: Any) -> Any:
    """Yes and no are words; of a whole row it is enough that it is there."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "recorded"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _blamed(causes: list[dict[str, Any]], documents: Documents) -> Blamed:
    names = _row_names(documents)
    found: Blamed = {}
    for cause in causes:
        found.setdefault(_place(cause["fact"], names), set()).update(cause["rules"])
    return found


def _row_names(documents: Documents) -> dict[str, str]:
    """What people call the rows that the documents know by identity: lesion label, session number."""
    rows = [
        row for document in documents for name in ("lesions", "sessions") for row in document.get(name, [])
    ]
    return {row["id"]: str(row.get("label") or row.get("number")) for row in rows}


def _place(path: str, names: dict[str, str]) -> tuple[str, str]:
    """(row, column) of a path of either kind. Plans are not told apart; a person is known by the role."""
    match = _PATH.match(path)
    if match is None:
        return "", path
    section, row, field = match["section"], match["row"] or "", match["field"] or ""
    column = _COLUMNS.get(f"{section}.{field}" if field else section)
    column = column or field or ("" if row else section)
    if section in ("plan", "plans"):
        return "plan", column
    named = names.get(row, row).partition(":")[0]
    return (f"{section} {named}", column) if row else ("", column)
