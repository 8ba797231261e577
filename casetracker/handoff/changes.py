"""What a new version says of each line against the version before: unchanged, replaced, voided or new."""

from .document import Fact, HandoffDocument, Line

COMPARED = ("code", "units", "modifiers", "date", "pointers", "npi")


def changes_against(before: HandoffDocument, after: HandoffDocument) -> tuple[Fact, ...]:
    """One fact per line of either version: label (code and words), value (the mark), source (line key)."""
    old = {line.key: line for line in before.lines}
    new = {line.key: line for line in after.lines}
    supplement = after.status.kind == "supplement"
    facts = [Fact(_name(line), _mark(old.get(key), line), key) for key, line in new.items()]
    facts += [
        Fact(_name(line), "unchanged" if supplement else "voided", key)
        for key, line in old.items()
        if key not in new
    ]
    return tuple(facts)


def _mark(old: Line | None, new: Line) -> str:
    if old is None:
        return "new"
    same = all(getattr(old, name) == getattr(new, name) for name in COMPARED)
    return "unchanged" if same else "replaced"


def _name(line: Line) -> str:
    return f"{line.code} {line.label}".strip()
