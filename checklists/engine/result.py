"""The frozen answer of the engine and its JSON-ready form (the result part of the contract `srs-case/1`)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from checklists.engine.book import RuleBook
from checklists.engine.conditions import Reason, shown
from checklists.engine.plain import plain
from checklists.engine.values import Missing, Value

SUGGESTED: Final = "suggested"
NOT_SUGGESTED: Final = "not_suggested"
CANNOT_TELL: Final = "cannot_tell"
BLOCKED: Final = "blocked"
_TOKEN = re.compile(r"\{([a-z_0-9.]+)\}")


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason with the rule behind it, where the rule was found and how sure it is."""

    fact: str
    expected: str
    found: str | None
    verdict: str
    rule: str
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class LesionResult:
    id: str
    label: str
    result: str | None
    because: str
    reasons: tuple[Explained, ...]
    reported_as: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One suggested line. `date` None: the day is not recorded; `sessions` and `lesions` name what it covers."""

    key: str
    code: str
    units: int
    units_basis: str
    modifiers: tuple[str, ...]
    stream: str
    performer: str
    person: str | None
    date: dt.date | None
    label: str
    because: str
    reasons: tuple[Explained, ...]
    rules: tuple[str, ...]
    confidence: str
    edition_on: dt.date | None
    diagnoses: tuple[str, ...]
    lesions: tuple[str, ...]
    sessions: tuple[str, ...]
    packaging: str | None
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotSuggested:
    """A code considered and dropped. `stream` None: for the whole case; `winner` names the blocking code."""

    code: str
    outcome: str
    because: str
    reasons: tuple[Explained, ...]
    missing_facts: tuple[str, ...]
    stream: str | None = None
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """`codes` in edit order; `keys` name the lines concerned."""

    id: str
    severity: str
    message: str
    codes: tuple[str, ...]
    rules: tuple[str, ...]
    way_out: str | None
    keys: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Question:
    fact: str
    label: str
    kind: str
    choices: tuple[str, ...]
    affects: tuple[str, ...]
    why: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """One item of documentation for one subject; `condition` is true, false or unknown."""

    key: str
    label: str
    codes: tuple[str, ...]
    severity: str
    kind: str
    role: str
    due: str
    subject: str
    condition: str
    reasons: tuple[Explained, ...]
    missing_facts: tuple[str, ...]
    checks: tuple[Explained, ...]
    cure: str


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything the engine says about one case."""

    course: Mapping[str, Any]
    lesions: tuple[LesionResult, ...]
    lines: tuple[Line, ...]
    not_suggested: tuple[NotSuggested, ...]
    conflicts: tuple[Conflict, ...]
    questions: tuple[Question, ...]
    documentation: tuple[Needed, ...]
    policies: tuple[PolicyInForce, ...]
    rulebook: Mapping[str, Any]
    hospital_payment: tuple[Mapping[str, Any], ...] = ()


def explain(
    reasons: Iterable[Reason], book: RuleBook, rules: tuple[str, ...] = (), confidence: str = ""
) -> tuple[Explained, ...]:
    """Reasons with rule, source and confidence; a reason without its own rule takes the first of `rules`."""
    first = rules[0] if rules else ""
    found: dict[Explained, None] = {}
    for reason in reasons:
        key = (reason, first, confidence)
        known = book.memory.get(key) or book.remembered(key, partial(_explained, *key, book))
        found[known] = None
    return tuple(found)


def _explained(reason: Reason, first: str, confidence: str, book: RuleBook) -> Explained:
    name = reason.rule or first
    text = book.rules.get(name)
    sure = text.confidence if text else confidence or "inferred"
    source = text.source if text else ()
    return Explained(reason.fact, reason.expected, reason.found, reason.verdict, name, source, sure)


def filled(template: str, facts: Mapping[str, Value], codes: tuple[str, ...] = ()) -> str:
    """A sentence of the book with the facts it names in braces, in plain words."""
    if "{" not in template:
        return template

    def replace(match: re.Match[str]) -> str:
        if match[1] == "codes":
            return ", ".join(dict.fromkeys(codes))
        value = facts[match[1]]
        return "not recorded" if isinstance(value, Missing) else plain(shown(value))

    return _TOKEN.sub(replace, template)


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """The result of an evaluation as plain JSON values, in the shape of the published contract."""
    return {
        "course": dict(evaluation.course),
        "lesions": [_lesion(entry) for entry in evaluation.lesions],
        "lines": [_line(entry) for entry in evaluation.lines],
        "not_suggested": [_dropped(entry) for entry in evaluation.not_suggested],
        "conflicts": [_conflict(entry) for entry in evaluation.conflicts],
        "questions": [_question(entry) for entry in evaluation.questions],
        "documentation": [_needed(entry) for entry in evaluation.documentation],
        "hospital_payment": [dict(entry) for entry in evaluation.hospital_payment],
        "policies": [
            {"key": entry.key, "value": entry.value, "from": entry.origin} for entry in evaluation.policies
        ],
        "rulebook": {
            **evaluation.rulebook,
            "edits_note": f"Edit facts of {evaluation.rulebook['edits_release']} applied.",
        },
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _reasons(reasons: tuple[Explained, ...]) -> list[dict[str, Any]]:
    return [
        {
            "fact": reason.fact,
            "expected": reason.expected,
            "found": reason.found,
            "verdict": reason.verdict,
            "rule": reason.rule,
            "source": list(reason.source),
            "confidence": reason.confidence,
        }
        for reason in reasons
    ]


def _lesion(entry: LesionResult) -> dict[str, Any]:
    return {
        "id": entry.id,
        "label": entry.label,
        "class": entry.result,
        "because": entry.because,
        "reasons": _reasons(entry.reasons),
        "reported_as": entry.reported_as,
        "why": entry.why,
    }


def _line(entry: Line) -> dict[str, Any]:
    return {
        "key": entry.key,
        "code": entry.code,
        "units": entry.units,
        "units_basis": entry.units_basis,
        "modifiers": list(entry.modifiers),
        "stream": entry.stream,
        "performer": entry.performer,
        "person": entry.person,
        "date": _day(entry.date),
        "label": entry.label,
        "because": entry.because,
        "reasons": _reasons(entry.reasons),
        "rules": list(entry.rules),
        "confidence": entry.confidence,
        "edition_on": _day(entry.edition_on),
        "diagnoses": list(entry.diagnoses),
        "lesions": list(entry.lesions),
        "sessions": list(entry.sessions),
        "packaging": entry.packaging,
        "documents": list(entry.documents),
    }


def _dropped(entry: NotSuggested) -> dict[str, Any]:
    return {
        "code": entry.code,
        "outcome": entry.outcome,
        "because": entry.because,
        "reasons": _reasons(entry.reasons),
        "missing_facts": list(entry.missing_facts),
        "stream": entry.stream,
        "winner": entry.winner,
    }


def _conflict(entry: Conflict) -> dict[str, Any]:
    return {
        "id": entry.id,
        "severity": entry.severity,
        "message": entry.message,
        "codes": list(entry.codes),
        "rules": list(entry.rules),
        "way_out": entry.way_out,
        "keys": list(entry.keys),
        "source": list(entry.source),
        "confidence": entry.confidence,
    }


def _question(entry: Question) -> dict[str, Any]:
    return {
        "fact": entry.fact,
        "label": entry.label,
        "kind": entry.kind,
        "choices": list(entry.choices),
        "affects": list(entry.affects),
        "why": entry.why,
        "rules": list(entry.rules),
    }


def _needed(entry: Needed) -> dict[str, Any]:
    return {
        "key": entry.key,
        "label": entry.label,
        "codes": list(entry.codes),
        "severity": entry.severity,
        "kind": entry.kind,
        "role": entry.role,
        "due": entry.due,
        "subject": entry.subject,
        "condition": entry.condition,
        "reasons": _reasons(entry.reasons),
        "missing_facts": list(entry.missing_facts),
        "checks": _reasons(entry.checks),
        "cure": entry.cure,
    }
