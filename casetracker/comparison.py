"""Before and after a change, as the comparison part shows it: the facts that changed, lines, checklist items. Pure.

The same shape serves the editor, the reviewer and a later version of a packet.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from casetracker.differences import Difference
from checklists.engine.fields import label_of

Result = dict[str, Any]
Items = dict[str, list[dict[str, Any]]]
COMPARED = ("units", "modifiers", "date", "stream", "performer", "person", "diagnoses")


def comparison(old: Result, new: Result, changed: Difference, items: Items) -> dict[str, Any]:
    """What a change of facts did.

    old, new: results of the engine. changed: path -> [old, new]. items: {new, retired, kept} of the checklist.
    Returns {causes [{label, before, after, rules}], lines [{change, code, label, before, after, why}],
    items [{change, label, codes}], kept_lines, kept_items}.
    """
    lines = line_changes(old["lines"], new["lines"], new.get("not_suggested", []))
    return {
        "causes": [_cause(path, pair, new) for path, pair in changed.items()],
        "lines": lines,
        "items": [_item(change, item) for change in ("new", "retired") for item in items.get(change, [])],
        "kept_lines": len(new["lines"]) - sum(change["change"] != "removed" for change in lines),
        "kept_items": len(items.get("kept", [])),
    }


def line_changes(
    old: Iterable[Result], new: Iterable[Result], dropped: Iterable[Result] = ()
) -> list[dict[str, Any]]:
    """Lines added, removed and changed, in code order. `dropped` explains removed codes."""
    before = {line["key"]: line for line in old}
    after = {line["key"]: line for line in new}
    because = {entry["code"]: entry.get("because", "") for entry in dropped}
    found = [_line("removed", line, None, because.get(line["code"], "")) for line in _only(before, after)]
    found += [_line("added", None, line, line.get("because", "")) for line in _only(after, before)]
    found += [
        _line("changed", before[key], line, line.get("because", ""))
        for key, line in after.items()
        if key in before and told(before[key]) != told(line)
    ]
    return sorted(found, key=lambda change: (change["code"], change["change"]))


def told(line: Result) -> str:
    """The part of a line that a claim would show, in words."""
    parts = [_value(line.get(name)) for name in COMPARED]
    return " · ".join(f"{name} {value}" for name, value in zip(COMPARED, parts, strict=True) if value)


def _only(these: dict[str, Result], those: dict[str, Result]) -> Iterator[Result]:
    return (line for key, line in these.items() if key not in those)


def _line(change: str, old: Result | None, new: Result | None, why: str) -> dict[str, Any]:
    line = new or old or {}
    before, after = _short(old, new) if old and new else (None, None)
    return {
        "change": change,
        "code": line["code"],
        "label": line.get("label", ""),
        "before": before,
        "after": after,
        "why": why,
    }


def _short(old: Result, new: Result) -> tuple[str, str]:
    """Only what differs between the two."""
    names = [name for name in COMPARED if _value(old.get(name)) != _value(new.get(name))]
    before, after = (
        ", ".join(f"{name} {_value(line.get(name)) or 'none'}" for name in names) for line in (old, new)
    )
    return before, after


def _value(value: Any) -> str:
    return " ".join(str(entry) for entry in value) if isinstance(value, list) else str(value or "")


def _item(change: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"change": change, "label": item["label"], "codes": item.get("codes", [])}


def _cause(path: str, pair: list[Any], new: Result) -> dict[str, Any]:
    before, after = (_in_short(value) for value in pair)
    return {
        "path": path,
        "label": label_of(path),
        "before": before,
        "after": after,
        "rules": _rules(path, new),
    }


def _in_short(value: Any) -> Any:
    """A whole row becomes its name; yes and no are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "recorded"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _rules(path: str, result: Result) -> list[str]:
    """The rules whose reasons look at the changed field."""
    field = path.rpartition(".")[2]
    judged = (*result.get("lesions", []), *result["lines"])
    reasons = (reason for entry in judged for reason in entry.get("reasons", []))
    return sorted({r["rule"] for r in reasons if r.get("rule") and r["fact"].rpartition(".")[2] == field})
