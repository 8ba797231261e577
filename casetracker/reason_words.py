"""Reasons of the engine in the words of the forms: what a fact is called, and stored words as people choose them.

Only looks up the rule book that is loaded and `choices.py`; how a reason is laid out is the business of its page.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices

from casetracker import choices
from checklists.engine.plain import plain as spelt_out
from checklists.reader import current_book

_WORD = re.compile(r"[A-Za-z0-9_]+")
_PIECES = ("{}: {}, needed {}", "{}: {} (not {})", "{}: {} (another is needed)")
_KNOWN = [
    kind
    for kind in vars(choices).values()
    if isinstance(kind, type) and issubclass(kind, TextChoices) and kind is not TextChoices
]


def fact_label(name: str) -> str:
    """What a fact is called: a fact of the rules, of a policy, or a field of the case document."""
    book = current_book()
    return book.facts[name].label if name in book.facts else book.fact_label(name)


def plain(fact: str, text: str) -> str:
    """The stored words of this fact within the text as the forms call them: `one of linac` reads `one of Linac`."""
    known = current_book().facts.get(fact)
    if known is None or not known.words:
        return text
    labels = _labels(known.words)
    return _WORD.sub(lambda found: labels.get(found[0], found[0]), text)


def worded(reason: Mapping[str, Any]) -> dict[str, Any]:
    """The reason with the label of its fact, and what was found and expected in plain words; None stays None."""
    told = {
        side: plain(reason["fact"], str(reason[side])) if reason.get(side) is not None else None
        for side in ("found", "expected")
    }
    return {**reason, "label": fact_label(reason["fact"]), **told}


def worded_sentence(text: str, reasons: Iterable[Mapping[str, Any]]) -> str:
    """A sentence that the engine made from these reasons, its words as the forms call them."""
    for reason in reasons:
        told = worded(reason)
        label, found = told["label"], told["found"] or "not recorded"
        for spelt in (spelt_out, str):  # results stored before sentences were spelt out hold the stored words
            was = label, spelt(str(reason["found"] or "not recorded")), spelt(str(reason["expected"]))
            for piece in _PIECES:
                text = text.replace(piece.format(*was), piece.format(label, found, told["expected"]))
    return text


@lru_cache(maxsize=128)
def _labels(words: tuple[str, ...]) -> dict[str, str]:
    """Labels of the choices these words are stored as; a word that no form offers loses its underscores."""
    fitting = [kind for kind in _KNOWN if len(kind.values) > 1 and set(kind.values) <= set(words)]
    chosen = max(fitting, key=lambda kind: len(kind.values), default=None)
    labels = {str(value): str(label) for value, label in chosen.choices} if chosen else {}
    return {word: labels.get(word, spelt_out(word)) for word in words}
