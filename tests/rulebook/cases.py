"""The rule-book cases of this project, judged, and results in the short words that cases are written in."""

from pathlib import Path
from typing import Any

from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.reader import current_book
from checklists.rule_cases import adding, changed, read_golden, read_variations, varied, without
from checklists.yaml_source import single

__all__ = [
    "adding",
    "asked",
    "changed",
    "conflicts_of",
    "entered",
    "golden",
    "judged",
    "lines_of",
    "short_lines",
    "variations",
    "without",
]

HERE = Path(__file__).parent


def golden() -> dict[str, dict[str, Any]]:
    """The golden scenarios by name."""
    return read_golden(HERE)


def variations() -> list[dict[str, Any]]:
    """The variations of golden scenarios, each with its changed document."""
    return read_variations(HERE)


def entered() -> list[dict[str, Any]]:
    """Golden scenarios with hand-entered lines, each with its changed document."""
    scenarios = golden()
    found = single((HERE / "entered.yaml").read_text(encoding="utf-8"))
    return [{**case, "document": varied(scenarios[case["base"]]["document"], case)} for case in found]


def judged(document: dict[str, Any], book: RuleBook | None = None) -> dict[str, Any]:
    """The result of a document that must be readable, by the book of the project or another one."""
    result = evaluate_document(document, book or current_book())
    assert "error" not in result, result["error"]
    return result


def lines_of(result: dict[str, Any]) -> list[str]:
    """Every suggested line as `CODE-MOD xUNITS stream performer date`, sorted."""
    return sorted(
        f"{'-'.join((line['code'], *line['modifiers']))} x{line['units']} {line['stream']} "
        f"{line['performer']} {line['date'] or 'undated'}"
        for line in result["lines"]
    )


def conflicts_of(result: dict[str, Any]) -> list[str]:
    """Every conflict as `ID severity`, sorted, each once."""
    return sorted({f"{conflict['id']} {conflict['severity']}" for conflict in result["conflicts"]})


def short_lines(result: dict[str, Any]) -> set[str]:
    """Suggested lines as CODE-MOD, with `undated` and xUNITS only where they say something."""
    return {
        "-".join((line["code"], *line["modifiers"]))
        + ("" if line["date"] else " undated")
        + (f" x{line['units']}" if line["units"] > 1 else "")
        for line in result["lines"]
    }


def asked(result: dict[str, Any]) -> set[str]:
    return {question["fact"] for question in result["questions"]}
