"""The list of all rules of the field: `coverage.yaml` beside the rule book. It judges nothing and has no digest.

Sections hold the ids in order. `done` names what no citation can tell, `left_out` why a rule is not carried out.
"""

from dataclasses import dataclass
from pathlib import Path

from checklists.engine.facts import FACTS
from checklists.reading import Desk, Entry, RulebookRefused
from checklists.yaml_source import Sequence, YamlRefused, single

FILE = "coverage.yaml"


@dataclass(frozen=True, slots=True)
class RuleListed:
    """One id of the list. `by` and `shown_by` name what no citation tells; `left_out` is a reason or empty."""

    id: str
    section: str
    says: str = ""
    by: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class _Note:
    says: str
    by: tuple[str, ...]
    shown_by: tuple[str, ...]
    left_out: str


def read_list(folder: Path) -> dict[str, RuleListed]:
    """Every listed rule by id, in order. Raises RulebookRefused with file and line of each mistake."""
    desk = Desk(dict(FACTS))
    try:
        source = Entry(desk, FILE, single((folder / FILE).read_text(encoding="utf-8")))
    except YamlRefused as refusal:
        desk.refuse(FILE, refusal.line, refusal.message)
        raise RulebookRefused(desk.mistakes) from None
    except (OSError, UnicodeDecodeError) as error:
        desk.refuse(FILE, 1, f"the file cannot be read: {error.__class__.__name__}")
        raise RulebookRefused(desk.mistakes) from None
    sections = _sections(source)
    notes = {**_notes(source, "done", sections), **_notes(source, "left_out", sections)}
    source.close()
    if desk.mistakes:
        raise RulebookRefused(desk.mistakes)
    return {name: _listed(name, section, notes.get(name)) for name, section in sections.items()}


def _listed(name: str, section: str, note: _Note | None) -> RuleListed:
    if note is None:
        return RuleListed(name, section)
    return RuleListed(name, section, note.says, note.by, note.shown_by, note.left_out)


def _sections(source: Entry) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in source.entries("sections"):
        title = entry.text("title")
        for rule in entry.listed("ids", needed=True):
            if rule in found:
                entry.refuse(f"the rule '{rule}' stands twice", "ids")
            found[rule] = title
        entry.close()
    return found


def _notes(source: Entry, part: str, sections: dict[str, str]) -> dict[str, _Note]:
    found: dict[str, _Note] = {}
    if not isinstance(source.source.get(part, Sequence()), Sequence):
        source.refuse(f"'{part}' needs a list", part)
    for entry in source.entries(part):
        name = entry.text("id")
        if name in found:
            entry.refuse(f"the rule '{name}' stands twice", "id")
        if name not in sections:
            entry.refuse(f"the rule '{name}' is in no section of this file", "id")
        found[name] = _note(entry, part)
        entry.close()
    return found


def _note(entry: Entry, part: str) -> _Note:
    says = entry.maybe_text("says") or ""
    if part == "left_out":
        return _Note(says, (), (), entry.text("reason"))
    return _Note(says, entry.listed("by"), entry.listed("shown_by"), "")
