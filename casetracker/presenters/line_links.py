"""Lines of the claim that make a checklist item needed, with the way to each on the codes page. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.text import slugify

from checklists.engine.lines import is_visit

NEAR_LINES: Final = "visit.near_lines"
BY_LINES: Final = ("same-day-visit-separate",)


class Brought(NamedTuple):
    """The engine's sentence about the lines, and code and address of each line that it names."""

    said: str
    links: list[tuple[str, str]]


def brought_by(
    case: Any, rows: Iterable[Mapping[str, Any]], keys: Iterable[str]
) -> dict[tuple[str, str], Brought]:
    """By item and subject: what its reasons say of lines. keys: of the lines that people decided."""
    visits = [key for key in keys if is_visit(key.partition("/")[0])]
    return {
        (row["key"], row["subject"]): Brought(reason["found"], _links(case, reason["found"], visits))
        for row in rows
        for reason in row["reasons"]
        if reason["fact"] == NEAR_LINES and reason["verdict"] == "holds"
    }


def _links(case: Any, said: str, visits: Iterable[str]) -> list[tuple[str, str]]:
    page = reverse("case-codes", args=[case.pk])
    named = [(key.partition("/")[0], key) for key in visits]
    return [(code, f"{page}#{line_anchor(key)}") for code, key in named if f"{code} (" in said]


def line_anchor(key: str) -> str:
    """Where a dated line stands on the codes page; one without a day stands under its code."""
    return f"line-{key.partition('/')[0]}-{slugify(key)}"
