"""Values of policies: what may be typed for a key, how it is stored, how people read it. Asks the rule book only."""

from casetracker.choices import Specialty
from casetracker.errors import Refused
from casetracker.reason_words import plain
from checklists.engine import scalars
from checklists.engine.book import PolicyKey
from checklists.engine.scalars import NotAccepted

HIGHEST = 365  # days or millimetres: more is a slip of the pen
STORED = 120
LEVELS = {"department": "departments", "payer": "payers"}
LISTED: dict[str, list[tuple[str, str]]] = {"surgeon_specialties": list(Specialty.choices)}
"""Words that a list may hold, where the house keeps them."""
SPOKEN = {"cpt": "Usual delivery codes", "g": "Robotic delivery codes"}
"""Stored words that say little by themselves."""


def accepted(entry: PolicyKey, typed: str) -> str:
    """The text that is stored for a typed value. Raises Refused, saying what would be accepted."""
    value = typed.strip()
    try:
        stored = _stored(entry, value)
    except NotAccepted as wrong:
        allowed = wrong.allowed if isinstance(wrong.allowed, str) else " or ".join(wrong.allowed)
        raise Refused(f"{entry.label}: “{value}” is not accepted. Give {allowed}.") from None
    if len(stored) > STORED:
        raise Refused(f"{entry.label}: this is too long; at most {STORED} characters are kept.")
    return stored


def _stored(entry: PolicyKey, value: str) -> str:
    if entry.kind == "yes_no":
        return "yes" if scalars.typed(scalars.YES_NO, value) else "no"
    if entry.kind == "whole_number":
        number = scalars.typed(scalars.WHOLE, value)
        if not isinstance(number, int) or not 0 <= number <= HIGHEST:
            raise NotAccepted(f"a whole number from 0 to {HIGHEST}")
        return str(number)
    if entry.kind == "words":
        return ", ".join(_listed(entry, value))
    return str(scalars.typed(scalars.WORD, value, entry.words))


def _listed(entry: PolicyKey, value: str) -> list[str]:
    words = list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    known = [word for word, _ in LISTED.get(entry.key, [])]
    if not words or (known and not set(words) <= set(known)):
        raise NotAccepted(", ".join(known) or "one or more words, separated by commas")
    return words


def still_accepted(entry: PolicyKey, stored: str) -> bool:
    """Whether the rule book that is loaded takes a value that was stored earlier."""
    try:
        accepted(entry, stored)
    except Refused:
        return False
    return True


def choices_of(entry: PolicyKey) -> list[tuple[str, str]]:
    """What can be chosen, as stored and as read; empty where a value is typed."""
    if entry.kind == "yes_no":
        return [("yes", "Yes"), ("no", "No")]
    if entry.kind == "words":
        return LISTED.get(entry.key, [])
    return [(word, SPOKEN.get(word) or _capital(plain(f"policy.{entry.key}", word))) for word in entry.words]


def value_words(entry: PolicyKey, stored: str) -> str:
    """A stored value as people read it."""
    known = dict(choices_of(entry))
    if entry.kind == "words":
        return ", ".join(known.get(word.strip(), word.strip()) for word in stored.split(","))
    return known.get(stored) or (_capital(stored) if entry.kind == "word" else stored)


def default_of(entry: PolicyKey) -> str:
    """The built-in default as it would be stored."""
    if isinstance(entry.default, bool):
        return "yes" if entry.default else "no"
    if isinstance(entry.default, tuple):
        return ", ".join(entry.default)
    return str(entry.default)


def why_not_here(entry: PolicyKey, level: str) -> str:
    """Why this level cannot set the key, or empty."""
    if level in entry.levels:
        return ""
    if not entry.levels:
        return entry.text
    others = " and ".join(LEVELS[name] for name in entry.levels)
    return f"The rule book leaves this to {others} only."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
