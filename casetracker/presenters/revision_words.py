"""What one revision changed, in words: facts of the form, documents, items, lines, packets, queries. Reads nothing.

Takes a stored difference (path or name -> value, or [old, new]) and gives pairs {label, before, after} of texts; a
side is None when nothing was recorded there. Names of lesions, sessions and plans come from `subject_name`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from casetracker.choices import Answer, CaseRole, EntryType, LineDecision, PacketStatus, ReturnReason, Stream
from casetracker.forms.evidence import DocumentForm
from casetracker.policy_values import default_of
from casetracker.policy_values import value_words as policy_words
from casetracker.presenters.words import in_form_order, label_words, path_words, row_summary, value_words
from casetracker.requirements import kind_label, requirement
from checklists.engine.strictness import known_key
from checklists.reader import current_book

Pair = dict[str, Any]
SubjectName = Callable[[str], str]
# Named in the heading of the revision already, or only of use to a program.
UNSAID = ("codes", "moved_codes", "moved_by", "document", "packet", "query", "handed_off", "handed_off_lines")
MOST_SUBJECTS = MOST_NAMED = 3
FACTS_CHANGED = {"case.saved": "Changed", "case.progress": "Dates of care"}
CHOICES: dict[str, Any] = {"author_role": CaseRole, "entry_type": EntryType}
LABELS = {
    "conflict": "Conflict",
    "answer_to_return": "Answer to the return",
    "declined": "Lines declined",
    "documents": "Documents ticked",
    "lines": "Lines released",
    "note": "Note",
    "reason": "Reason",
    "released": "Lines released",
    "rulebook": "Rule book",
    "said": "Said before",
    "text": "Note",
    "version": "Version of the summary",
}


def heading_of(action: str, summary: str, difference: dict[str, Any]) -> str:
    """What a revision is called: changed facts by the labels of the form, everything else as its service said."""
    paths = in_form_order(path for path in difference if path not in UNSAID)
    names = list(dict.fromkeys(map(path_words, paths)))
    if action not in FACTS_CHANGED or not names:
        return summary
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{FACTS_CHANGED[action]}: {', '.join(names[:MOST_NAMED])}{more}"


def pairs_of(difference: dict[str, Any], subject_name: SubjectName) -> list[Pair]:
    """Everything the revision says, in the order of the form; what is empty on both sides is left out."""
    found: list[Pair] = []
    for name in in_form_order(name for name in difference if name not in UNSAID):
        value = difference[name]
        if name == "documents" and isinstance(value, list):
            found += [_document(entry, subject_name) for entry in value]
        else:
            found.append(_pair(name, value, subject_name))
    return [pair for pair in found if pair["before"] or pair["after"]]


def pair_of(path: str, value: Any) -> Pair:
    """One fact of the form, old and new; a whole row says what it holds."""
    before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
    return {"label": path_words(path), "before": _fact(path, before), "after": _fact(path, after)}


def codes_moved(pair: Any) -> list[dict[str, str]]:
    """Suggested lines that went and lines that came, once each: {change, line}."""
    if not (isinstance(pair, list) and len(pair) == 2):
        return []
    before, after = ([str(line) for line in lines or []] for lines in pair)
    gone = [{"change": "removed", "line": line} for line in dict.fromkeys(before) if line not in after]
    return gone + [{"change": "added", "line": line} for line in dict.fromkeys(after) if line not in before]


def _pair(name: str, value: Any, subject_name: SubjectName) -> Pair:
    if name in ("item", "items"):
        return _one("Items", _items(value if name == "items" else [value], subject_name))
    if name == "confirmed":
        return _one("Values of the template", ", ".join(_template_field(field) for field in value[1]))
    if name in ("lines", "released", "declined"):
        return _one(LABELS[name], ", ".join(dict.fromkeys(str(key).split("/")[0] for key in value)))
    if name == "reason" and value in ReturnReason.values:
        return _one(LABELS[name], str(ReturnReason(value).label))
    if name.startswith(("policy ", "line ")):
        return _policy(name, *value) if name.startswith("policy ") else _line(name, *value)
    if name in ("status", "answer") and isinstance(value, list):
        words: Any = PacketStatus if name == "status" else Answer
        return {"label": name.capitalize(), **_sides(value, lambda word: str(words(word).label))}
    if name == "subject" and not isinstance(value, list):
        return _one("About", subject_name(str(value)))
    if name in DocumentForm.base_fields:
        return {
            "label": _document_label(name),
            **_sides(value, lambda word: _in_document(name, word, subject_name)),
        }
    if name in LABELS:
        return _one(LABELS[name], str(value) if value else None)
    return pair_of(name, value)


def _one(label: str, after: str | None) -> Pair:
    return {"label": label, "before": None, "after": after}


def _sides(value: Any, words: Callable[[Any], str | None]) -> Pair:
    before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
    return {side: words(entry) if entry else None for side, entry in (("before", before), ("after", after))}


def _fact(path: str, value: Any) -> str | None:
    if isinstance(value, dict) and "." not in path.rpartition("]")[2]:
        return row_summary(path, value) or "recorded"
    return value_words(path, value)


def _template_field(name: str) -> str:
    section, _, field = name.rpartition(".")
    return "Team" if name == "team" else label_words("plans" if section == "plan" else "", field)


def _items(names: Iterable[Any], subject_name: SubjectName) -> str:
    """`Prescription (Lesion L1, Lesion L2), Plan approval`; many subjects of one item are counted."""
    about: dict[str, list[str]] = {}
    for name in names:
        key, _, subject = name.partition(" ") if isinstance(name, str) else (name[0], "", name[1])
        known = requirement(key)
        label = known.label if known else name if isinstance(name, str) else key
        about.setdefault(label, []).append(subject_name(subject) if known else "")
    return ", ".join(f"{label}{_about(subjects)}" for label, subjects in about.items())


def _about(subjects: list[str]) -> str:
    named = [subject for subject in subjects if subject]
    if not named:
        return ""
    return f" ({', '.join(named) if len(named) <= MOST_SUBJECTS else len(named)})"


def _document(entry: dict[str, Any], subject_name: SubjectName) -> Pair:
    names = ("subject", "author", "service_date", "signed_at")
    told = [(name, _in_document(name, entry.get(name), subject_name)) for name in names]
    shown = [f"signed {words}" if name == "signed_at" else words for name, words in told if words]
    return _one(entry.get("title") or kind_label(entry.get("kind", "")), ", ".join(shown) or "recorded")


def _document_label(name: str) -> str:
    return str(DocumentForm.base_fields[name].label or name.capitalize())


def _in_document(name: str, value: Any, subject_name: SubjectName) -> str | None:
    """A stored value of a document in the words of its form."""
    if name == "kind":
        return kind_label(value)
    if name in CHOICES:
        return str(CHOICES[name](value).label) if value else None
    return subject_name(value) if name == "subject" else value_words(name, value)


def _policy(name: str, before: str | None, after: str | None) -> Pair:
    """`policy mask_code`: old and new value; without a setting the value of the rule book."""
    entry = known_key(current_book(), name.removeprefix("policy "))
    if entry is None:
        return {"label": name.capitalize(), "before": before, "after": after}
    words = [policy_words(entry, default_of(entry) if side is None else side) for side in (before, after)]
    return {"label": f"Policy: {entry.label}", "before": words[0], "after": words[1]}


def _line(name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Pair:
    """`line 77300 facility 77300/facility/course`: the code and its claim, with what was decided of it."""
    _, code, stream, *_ = [*name.split(" "), ""]
    claim = f", {Stream(stream).label.lower()} claim" if stream in Stream.values else ""
    return {"label": f"{code}{claim}", "before": _decided(before), "after": _decided(after)}


def _decided(line: dict[str, Any] | None) -> str | None:
    if not line:
        return None
    units = "1 unit" if line.get("units") == 1 else f"{line.get('units')} units"
    modifiers = f"modifiers {' '.join(line['modifiers'])}" if line.get("modifiers") else ""
    parts = (
        str(LineDecision(line["decision"]).label),
        units,
        modifiers,
        value_words("date", line.get("date")),
    )
    return ", ".join(part for part in (*parts, line.get("reason")) if part)
