"""Lesion by lesion: simple, complex, therapeutic or unknown, with every reason (rules CLS-*, SUR-14 for the spine).

The reasons are conditions of the rule book (`classes.yaml`, `spine.yaml`); here the facts they ask for are prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from checklists.engine.book import ClassRule, RuleBook, amount
from checklists.engine.case import Lesion
from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Outcome
from checklists.engine.facts import LESION_FACTS, NO_TARGET
from checklists.engine.policy import Resolved
from checklists.engine.result import Explained, explain
from checklists.engine.values import Missing, Value, View

SIMPLE: Final = "simple"
COMPLEX: Final = "complex"
THERAPEUTIC: Final = "therapeutic"
NOTHING_OPEN: Final[Mapping[str, Missing]] = MappingProxyType({})
_NEAR: Final = ("optic_distance_mm", "within_brainstem")
_SPINAL: Final = ("dural_contact", "neural_involvement", "intradural")
_UNGRADED: Final = "Simple and complex apply to cranial lesions only."
_NO_CONTACT: Final = (
    "It neither touches the dura nor involves nerve tissue, so no surgeon code stands for it."
)
_PLAIN: Final = tuple(
    (name, name.removeprefix("lesion."))
    for name in sorted(LESION_FACTS)
    if hasattr(Lesion, name.removeprefix("lesion."))
    and name not in ("lesion.within_brainstem", "lesion.therapeutic_target")
)
_RECORDED: Final = attrgetter(*(field for _, field in _PLAIN))


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of one lesion; None when it cannot be told yet, then `missing` names the document fields."""

    lesion: Lesion
    result: str | None
    explained: tuple[Explained, ...]
    because: str
    missing: tuple[str, ...]
    marks: frozenset[str]
    facts: View


class _Decision(NamedTuple):
    """What the class rules say of a lesion, whichever lesion it is.

    `open`: what is missing for each kind of reason while the class cannot be told.
    """

    result: str | None
    explained: tuple[Explained, ...]
    because: str
    missing: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    open: Mapping[str, Missing] = NOTHING_OPEN


def classify(
    lesion: Lesion, treated: Value, book: RuleBook, policies: dict[str, Resolved], base: dict[str, Value]
) -> Classed:
    """The class of a lesion by the class rules of the book; `base` holds the policy facts.

    Lesions outside the skull are not graded: their result is None without missing facts.
    """
    facts = View(lesion_facts(lesion, policies), base)
    facts["lesion.treated"] = treated
    facts["lesion.spine_reportable"] = False
    if lesion.compartment == "body":
        return _finished(lesion, _Decision(None, (), _UNGRADED), facts)
    if lesion.compartment == "spinal":
        return _spinal(lesion, book, facts)
    outcomes = tuple([rule.when.test(facts) for rule in book.classes])
    decision: _Decision = book.memory.get(outcomes) or book.remembered(
        outcomes, partial(_decide, outcomes, book)
    )
    return _finished(lesion, decision, facts)


def _decide(outcomes: tuple[Outcome, ...], book: RuleBook) -> _Decision:
    judged = tuple(zip(book.classes, outcomes, strict=True))
    held = [(rule, outcome) for rule, outcome in judged if outcome.verdict == HOLDS]
    for result in (THERAPEUTIC, COMPLEX, SIMPLE):
        found = [(rule, outcome) for rule, outcome in held if rule.result == result]
        if found:
            because = " ".join(rule.because for rule, _ in found)
            marks = frozenset(rule.mark for rule, _ in found)
            return _Decision(result, _told([one for _, one in found], book), because, (), marks)
    return _without_reason(judged, book)


def _told(outcomes: list[Outcome], book: RuleBook) -> tuple[Explained, ...]:
    return explain((reason for outcome in outcomes for reason in outcome.reasons), book)


def _spinal(lesion: Lesion, book: RuleBook, facts: View) -> Classed:
    """A spinal lesion is not graded; judged is whether the surgeon's spinal code may stand for it (SUR-14)."""
    judged = [(rule, rule.when.test(facts)) for rule in book.spine]
    for verdict in (HOLDS, UNKNOWN, FAILS):
        found = [(rule, outcome) for rule, outcome in judged if outcome.verdict == verdict]
        if found:
            break
    told = _told([outcome for _, outcome in found], book)
    missing = tuple(dict.fromkeys(path for _, outcome in found for path in outcome.missing))
    facts["lesion.spine_reportable"] = Missing(missing) if missing else verdict == HOLDS
    said = [rule.because for rule, _ in found] if verdict == HOLDS else [_NO_CONTACT] * (verdict == FAILS)
    return _finished(lesion, _Decision(None, told, " ".join((_UNGRADED, *said))), facts)


def _without_reason(judged: tuple[tuple[ClassRule, Outcome], ...], book: RuleBook) -> _Decision:
    unknown = [(rule, outcome) for rule, outcome in judged if outcome.verdict == UNKNOWN]
    kept = unknown or [(rule, outcome) for rule, outcome in judged if outcome.verdict == FAILS]
    told = _told([outcome for rule, outcome in kept if rule.result != SIMPLE], book)
    if unknown:
        missing = tuple(dict.fromkeys(path for _, outcome in unknown for path in outcome.missing))
        because = "The class cannot be told before the missing facts are recorded."
        return _Decision(None, told, because, missing, open=_open_marks(unknown))
    return _Decision(SIMPLE, told, "None of the reasons for a complex lesion applies.")


def _open_marks(unknown: list[tuple[ClassRule, Outcome]]) -> Mapping[str, Missing]:
    paths: dict[str, dict[str, None]] = {}
    for rule, outcome in unknown:
        paths.setdefault(rule.mark, {}).update(dict.fromkeys(outcome.missing))
    return {mark: Missing(tuple(found)) for mark, found in paths.items()}


def _finished(lesion: Lesion, decision: _Decision, facts: View) -> Classed:
    result, told, because, missing, marks, unclear = decision
    unknown = Missing(missing or (f"lesions[{lesion.id}].compartment",))
    facts["lesion.class"] = result if result is not None else unknown
    facts["lesion.complex_by_size"] = unclear.get("size", "size" in marks)
    facts["lesion.complex_by_place"] = unclear.get("place", "place" in marks)
    facts["lesion.stated_differs"] = _stated_differs(lesion, result)
    return Classed(lesion, result, told, because, missing, marks, facts)


def _stated_differs(lesion: Lesion, result: str | None) -> bool:
    if lesion.stated_class is None or result is None:
        return False
    return (lesion.stated_class == COMPLEX) != (result in (COMPLEX, THERAPEUTIC))


def lesion_facts(lesion: Lesion, policies: dict[str, Resolved]) -> dict[str, Value]:
    """The facts of one lesion that class rules and lesion items ask for."""
    facts: dict[str, Value] = {
        name: Missing((f"lesions[{lesion.id}].{field}",)) if value is None else value
        for (name, field), value in zip(_PLAIN, _RECORDED(lesion), strict=True)
    }
    facts["lesion.size_mm"] = _size(lesion, str(policies["cavity_size_basis"].value))
    facts["lesion.within_brainstem"] = _within_brainstem(
        lesion, amount(policies["brainstem_margin_mm"].value)
    )
    facts["lesion.therapeutic_target"] = _target(lesion)
    if lesion.diagnosis == "functional":
        _ask_first(lesion, facts, "therapeutic_target", ("size_mm", "region", *_NEAR))
    elif lesion.region is None:
        _ask_first(lesion, facts, "region", _NEAR)
    if lesion.diagnosis is None:
        _ask_first(lesion, facts, "diagnosis", _SPINAL)
    return facts


def _size(lesion: Lesion, basis: str) -> Value:
    name = "original_dimension_mm" if lesion.cavity and basis == "original_tumor" else "max_dimension_mm"
    size: Decimal | None = getattr(lesion, name)
    return Missing((f"lesions[{lesion.id}].{name}",)) if size is None else size


def _within_brainstem(lesion: Lesion, margin: Decimal) -> Value:
    distance = lesion.brainstem_distance_mm
    if not lesion.within_brainstem and margin > 0 and distance is not None:
        return distance <= margin
    if lesion.within_brainstem is None:
        return Missing((f"lesions[{lesion.id}].within_brainstem",))
    return lesion.within_brainstem


def _target(lesion: Lesion) -> Value:
    if lesion.therapeutic_target is not None:
        return lesion.therapeutic_target
    if lesion.diagnosis is None:
        return Missing((f"lesions[{lesion.id}].diagnosis",))
    if lesion.diagnosis == "functional":
        return Missing((f"lesions[{lesion.id}].therapeutic_target",))
    return NO_TARGET


def _ask_first(lesion: Lesion, facts: dict[str, Value], field: str, names: tuple[str, ...]) -> None:
    """Facts that only matter once another field is known ask for that field: target before size and region."""
    wanted = Missing((f"lesions[{lesion.id}].{field}",))
    for name in names:
        if isinstance(facts[f"lesion.{name}"], Missing):
            facts[f"lesion.{name}"] = wanted
