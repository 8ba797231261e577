"""What the rule book asks to be on file: items, kinds of documents, checks that the system runs itself."""

from __future__ import annotations

from dataclasses import dataclass

from checklists.engine.book_codes import Condition


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of documentation. `all_lines`: needed by every line of the case.

    verify: what the data of the case must show. recorded: what recorded times and signers must show where no signed
    document shows it. reviews: kinds of document that somebody else than the signer must have written.
    """

    key: str
    label: str
    accept: str
    step: str
    role: str
    signer: str
    cosigner: str | None
    scope: str
    all_lines: bool
    severity: str
    kind: str
    cure: str
    auto: str
    when: Condition
    verify: Condition
    recorded: Condition
    timing: tuple[str, ...]
    author_is_line_performer: bool
    reviews: tuple[str, ...]
    kinds: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str
    asks: str
    each_check: tuple[Condition, ...] = ()  # the members of verify and recorded, each for itself


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document; `items` are the keys of the items it usually proves, in book order."""

    key: str
    label: str
    author: str
    step: str
    scope: str
    note: str | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyCheck:
    """A check the system runs itself. `codes` is empty when `all_lines`."""

    key: str
    label: str
    passes_when: str
    all_lines: bool
    codes: tuple[str, ...]
    when: Condition
    severity: str
    role: str
    step: str
    auto: str
    fails: str
    source: tuple[str, ...]
    confidence: str
