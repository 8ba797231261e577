"""Before and after: lines, items and questions that a change of facts moves, and the fact behind each.

Works on documents and published results only, so that stored evaluations can be compared with new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_SHOWN: Final = ("units", "modifiers", "date", "person", "diagnoses")
_NAMES: Final = ("id", "number", "role", "code")
_FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "course": ("planned_sessions", "sessions", "lesions", "date_of_service", "other_courses"),
    "ledger": ("lesions", "sessions", "planned_sessions"),
    "surgeon": ("people", "sessions"),
    "oncologist": ("people",),
    "one_person_both_roles": ("people",),
    "delivery": ("modality", "device", "setting", "payer", "plan", "plans", "planned_sessions", "sessions"),
    "plan": ("plan", "plans"),
    "units": ("plan", "plans", "lesions", "fixation"),
    "physics": ("physics", "plan", "plans", "planning"),
    "lesion": ("lesions", "sessions"),
    "modality": ("modality", "device"),
    "line": ("entered_lines",),
}


def compare(
    before_document: Mapping[str, Any],
    before_result: Mapping[str, Any],
    after_document: Mapping[str, Any],
    after_result: Mapping[str, Any],
) -> dict[str, Any]:
    """What changed between two judged documents.

    Returns {lines: {added, removed, changed}, items: {new, retired, kept}, questions: {new, settled}, causes}.
    Changed lines are {key, code, before, after} with the differing fields; items are {key, label, subject}; new
    questions carry `raised_by`, the changed fields behind them; causes are {fact, before, after, rules, codes}, one
    per changed field that moved a line, in document order.
    A refused result counts as one without lines and items.
    """
    lines = _lines(before_result, after_result)
    return {
        "lines": lines,
        "items": _items(before_result, after_result),
        "questions": _questions(before_document, before_result, after_document, after_result),
        "causes": _causes(before_document, before_result, after_document, after_result, lines),
    }


def _lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    old = {line["key"]: line for line in before.get("lines", [])}
    new = {line["key"]: line for line in after.get("lines", [])}
    changed = []
    for key in new:
        differing = [name for name in _SHOWN if key in old and old[key][name] != new[key][name]]
        if differing:
            changed.append(
                {
                    "key": key,
                    "code": new[key]["code"],
                    "before": {name: old[key][name] for name in differing},
                    "after": {name: new[key][name] for name in differing},
                }
            )
    return {
        "added": [line for key, line in new.items() if key not in old],
        "removed": [line for key, line in old.items() if key not in new],
        "changed": changed,
    }


def _items(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    old, new = _needed(before), _needed(after)
    return {
        "new": [item for key, item in new.items() if key not in old],
        "retired": [item for key, item in old.items() if key not in new],
        "kept": [item for key, item in new.items() if key in old],
    }


def _needed(result: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    return {
        (item["key"], item["subject"]): {name: item[name] for name in ("key", "label", "subject")}
        for item in result.get("documentation", [])
        if item["condition"] != "false"
    }


def _questions(
    before_document: Mapping[str, Any],
    before_result: Mapping[str, Any],
    after_document: Mapping[str, Any],
    after_result: Mapping[str, Any],
) -> dict[str, list[Any]]:
    """Questions that are new, each with the changed fields that raised it, and those that are settled."""
    old = {question["fact"]: question for question in before_result.get("questions", [])}
    new = {question["fact"]: question for question in after_result.get("questions", [])}
    changed = _changed(_flat(before_document), _flat(after_document))
    raised = []
    for question in (entry for path, entry in new.items() if path not in old):
        shifts = {
            shift for code in question["affects"] for shift in _shifts(code, before_result, after_result)
        }
        behind = [path for path in changed if any(_answers(path, fact) for fact, _ in shifts)]
        raised.append({**question, "raised_by": behind or changed})
    return {"new": raised, "settled": [entry for path, entry in old.items() if path not in new]}


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path)]


def _causes(
    before_document: Mapping[str, Any],
    before_result: Mapping[str, Any],
    after_document: Mapping[str, Any],
    after_result: Mapping[str, Any],
    lines: dict[str, list[Any]],
) -> list[dict[str, Any]]:
    moved = dict.fromkeys(line["code"] for kind in lines.values() for line in kind)
    old, new = _flat(before_document), _flat(after_document)
    shifts = {code: _shifts(code, before_result, after_result) for code in moved}
    causes = []
    for path in _changed(old, new):
        codes = [code for code in moved if any(_answers(path, fact) for fact, _ in shifts[code])]
        rules = {rule: None for code in codes for fact, rule in shifts[code] if rule and _answers(path, fact)}
        rules.update(dict.fromkeys(_class_rules(path, before_result, after_result)))
        if codes:
            causes.append(
                {
                    "fact": path,
                    "before": old.get(path),
                    "after": new.get(path),
                    "rules": list(rules),
                    "codes": codes,
                }
            )
    return causes


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Every recorded field of a document by its path, rows by their own name."""
    found: dict[str, Any] = {}
    if isinstance(value, Mapping):
        for key, entry in value.items():
            found.update(_flat(entry, f"{path}.{key}" if path else str(key)))
    elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
        for place, entry in enumerate(value, 1):
            found.update(_flat(entry, f"{path}[{_name(entry, place)}]"))
    elif value is not None:
        found[path] = list(value) if isinstance(value, tuple) else value
    return found


def _name(entry: Any, place: int) -> str:
    if not isinstance(entry, Mapping):
        return f"#{place}"
    return str(next((entry[name] for name in _NAMES if entry.get(name)), f"#{place}"))


def _shifts(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The (fact, rule) pairs whose finding for a code differs; all of them when the code was not judged before."""
    old, new = set(_findings(code, before)), set(_findings(code, after))
    return {(fact, rule) for fact, rule, _ in old ^ new}


def _findings(code: str, result: Mapping[str, Any]) -> Iterable[tuple[str, str, str | None]]:
    rows = [*result.get("lines", []), *result.get("not_suggested", [])]
    for row in rows:
        if row["code"] == code:
            for reason in row["reasons"]:
                yield reason["fact"], reason["rule"], reason["found"]
            for name in ("units", "modifiers", "date", "person"):
                if name in row:
                    yield _field_behind(name, row), "", str(row[name])


def _field_behind(name: str, row: Mapping[str, Any]) -> str:
    """A fact family that stands for a differing field of a line."""
    if name == "units":
        return "ledger.units" if row["performer"] == "neurosurgeon" else "units"
    if name == "person":
        return "surgeon" if row["performer"] == "neurosurgeon" else "oncologist"
    return "setting" if name == "modifiers" else "date"


def _answers(path: str, fact: str) -> bool:
    """Whether a changed field of the document can be behind a differing fact."""
    section = path.split(".")[0].split("[")[0]
    if fact == "date":
        return path.endswith(("date", "_on")) or section == "date_of_service"
    family = fact.split(".")[0]
    return section in _FAMILIES.get(family, (family,))


def _class_rules(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The class rules that see a changed lesion field differently."""
    field = path.rsplit(".", 1)[-1]
    if not path.startswith("lesions["):
        return []
    subject = path[len("lesions[") : path.index("]")]
    rules: dict[str, None] = {}
    for result in (before, after):
        for lesion in result.get("lesions", []):
            for reason in lesion["reasons"] if lesion["id"] == subject else ():
                if reason["verdict"] == "holds" and _same_field(reason["fact"], field):
                    rules[reason["rule"]] = None
    return list(rules)


def _same_field(fact: str, field: str) -> bool:
    return fact == f"lesion.{field}" or (fact == "lesion.size_mm" and field == "max_dimension_mm")
