"""Which value of each policy key is in force: case document, then payer profile, then department, then default.

Published payment facts stand above all of these; they are rules of the book and no policy key touches them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checklists.engine import scalars
from checklists.engine.book import PolicyKey, RuleBook
from checklists.engine.document import DocumentRefused, writable
from checklists.engine.scalars import NotAccepted
from checklists.engine.strictness import known_key, severity_keys
from checklists.engine.values import Found

FROM_CASE = "case_document"
FROM_PAYER = "payer_profile"
FROM_DEPARTMENT = "department_policy"
FROM_DEFAULT = "built_in_default"
_KINDS = {"word": scalars.WORD, "words": scalars.TEXTS}


@dataclass(frozen=True, slots=True)
class Policy:
    """Overrides in force on the day, as key and value; lists as text with commas or as lists."""

    payer: Mapping[str, object] = field(default_factory=dict)
    department: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One policy key with the value in force and the level it comes from."""

    key: str
    value: Found
    origin: str


def resolve(book: RuleBook, case: tuple[tuple[str, str], ...], policy: Policy | None) -> dict[str, Resolved]:
    """Every policy key of the book, in book order, then the severities that are set.

    Raises DocumentRefused for unknown keys and values, and for a severity that nobody may lower.
    """
    stored = policy or Policy()
    levels: tuple[tuple[str, Mapping[str, object]], ...] = (
        (FROM_CASE, dict(case)),
        (FROM_PAYER, stored.payer),
        (FROM_DEPARTMENT, stored.department),
    )
    _refuse_unknown(book, levels)
    found = {key: _in_force(entry, levels) for key, entry in book.policies.items()}
    return found | _severities(book, levels)


def _severities(book: RuleBook, levels: tuple[tuple[str, Mapping[str, object]], ...]) -> dict[str, Resolved]:
    """The lowered severities; nothing for items that nobody speaks of, which are nearly all."""
    wanted = {key for _, values in levels for key in values if key not in book.policies}
    if not wanted:
        return {}
    found = {key: _in_force(entry, levels) for key, entry in severity_keys(book).items() if key in wanted}
    return {key: entry for key, entry in found.items() if entry.origin != FROM_DEFAULT}


def _refuse_unknown(book: RuleBook, levels: tuple[tuple[str, Mapping[str, object]], ...]) -> None:
    errors = [
        {
            "path": writable(f"policy.{key}"),
            "value": writable(str(values[key])),
            "allowed": list(book.policies),
            "message": f"Unknown policy key ({origin.replace('_', ' ')}).",
        }
        for origin, values in levels
        for key in values
        if known_key(book, key) is None
    ]
    errors += [
        {
            "path": writable(f"policy.{key}"),
            "value": writable(str(values[key])),
            "allowed": [],
            "message": f"{entry.label}: {entry.text}",
        }
        for _, values in levels
        for key in values
        if (entry := known_key(book, key)) is not None and not entry.levels
    ]
    if errors:
        raise DocumentRefused(errors)


def _in_force(entry: PolicyKey, levels: tuple[tuple[str, Mapping[str, object]], ...]) -> Resolved:
    for origin, values in levels:
        level = origin.split("_")[0]
        if entry.key in values and (origin == FROM_CASE or level in entry.levels):
            return Resolved(entry.key, _typed(entry, values[entry.key]), origin)
    default = entry.default
    assert not hasattr(default, "hour")  # noqa: S101  policies hold no moments
    return Resolved(entry.key, default, FROM_DEFAULT)


def _typed(entry: PolicyKey, raw: object) -> Found:
    if entry.kind == "words" and isinstance(raw, str):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    try:
        return scalars.typed(_KINDS.get(entry.kind, entry.kind), raw, entry.words)
    except NotAccepted as refusal:
        raise DocumentRefused(
            [
                {
                    "path": f"policy.{entry.key}",
                    "value": writable(str(raw)),
                    "allowed": refusal.allowed if isinstance(refusal.allowed, str) else list(refusal.allowed),
                    "message": f"{entry.label}: this value is not accepted.",
                }
            ]
        ) from None
