"""What the rule book says of a requirement or a kind of document, in the words that pages and services need.

Only looks up the book that is loaded; which requirements a case has is decided by the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from casetracker.reason_words import plain
from checklists.engine.book import DocumentKind, Item, RuleBook
from checklists.engine.conditions import facts_used
from checklists.reader import current_book

STEPS = {
    "consult": "Consultation",
    "simulation": "Simulation",
    "planning": "Planning",
    "pretreatment_qa": "Checks before the beam",
    "delivery": "Treatment day",
    "completion": "Completion",
    "follow_up": "Follow-up",
    "billing": "Before billing",
}
ROLES = {
    "radiation_oncologist": "Radiation oncologist",
    "neurosurgeon": "Surgeon",
    "physicist": "Physicist",
    "dosimetrist": "Dosimetrist",
    "therapist": "Radiation therapist",
    "nurse": "Nurse",
    "coder": "Coder",
}
CURES = {
    "before_beam": "Only before the beam; it cannot be made up afterwards.",
    "late_entry": "A late entry, dated when it is written, still counts.",
    "attestation": "A missing signature can be cured by the author's signed attestation.",
    "any_time": "Can be obtained at any time before billing.",
}

READ_OTHERS = {"by_consult"}
"""Words of time that are about a document of another item."""
ALL_SIGNATURES = "signatures-valid"
"""The requirement about every signature of the file."""


@dataclass(frozen=True)
class Requirement:
    """One requirement of the book.

    always: no condition, so nobody can call it not applicable. kinds: kinds of document that usually prove it.
    """

    key: str
    label: str
    accept: str
    asks: str
    auto: str
    always: bool
    conditions: tuple[str, ...]
    kinds: tuple[str, ...]
    item: Item

    @property
    def reads_others(self) -> bool:
        """Documents filed for other items decide with its own: whose work, which day, what is signed."""
        return bool(self.item.reviews or READ_OTHERS & {*self.item.timing}) or self.key == ALL_SIGNATURES

    @property
    def machine_judged(self) -> bool:
        """The case data alone decide: the book says what they must show, and they hold any signature that is due."""
        unsigned = self.item.signer == "none" or not self.kinds
        signed_in_data = bool(self.item.recorded.nodes)
        return self.auto == "yes" and bool(self.item.each_check) and (unsigned or signed_in_data)

    @property
    def facts_decide(self) -> bool:
        """The book says what the case data must show, and that they decide; a paper alone does not."""
        return self.auto == "yes" and bool(self.item.verify.nodes)

    @property
    def on_paper(self) -> frozenset[str]:
        """Facts that a signed document tells as well: when it was signed, and by whom."""
        return facts_used(self.item.recorded.nodes)


def reading_others() -> list[str]:
    """Keys of the requirements that read documents of others."""
    return [key for key, one in _requirements(current_book()).items() if one.reads_others]


def requirement(key: str) -> Requirement | None:
    """The requirement as the book knows it today; None when the book no longer has it."""
    return _requirements(current_book()).get(key)


def kinds() -> Mapping[str, DocumentKind]:
    """Kinds of document by key, in book order."""
    return current_book().kinds


def kind_label(key: str) -> str:
    """The book's words for a kind; a kind the book no longer has keeps its key, readable."""
    known = current_book().kinds.get(key)
    return known.label if known else key.replace("_", " ").capitalize()


def step_rank(step: str) -> int:
    order = list(STEPS)
    return order.index(step) if step in order else len(order)


@lru_cache(maxsize=4)
def _by_digest(digest: str) -> dict[str, Requirement]:
    book = current_book()
    return {key: _of_item(book, item) for key, item in book.items.items()}


def _requirements(book: RuleBook) -> dict[str, Requirement]:
    return _by_digest(book.digest)


def _conditions(book: RuleBook, item: Item) -> tuple[str, ...]:
    """When the item is needed, a sentence per condition, in the words of the forms."""
    sentences = book.conditions_in_words(item.when)
    for fact in sorted(facts_used(item.when.nodes)):
        sentences = tuple(plain(fact, sentence) for sentence in sentences)
    return sentences


def _of_item(book: RuleBook, item: Item) -> Requirement:
    return Requirement(
        key=item.key,
        label=item.label,
        accept=item.accept,
        asks=item.asks,
        auto=item.auto,
        always=not item.when.nodes,
        conditions=_conditions(book, item),
        kinds=item.kinds,
        item=item,
    )
