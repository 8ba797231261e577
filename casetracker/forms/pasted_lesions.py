"""Lesion rows pasted as text from a spreadsheet: tab-separated columns in the order of the page, judged row by row.

What is understood goes into the table for a person to look at; what is not is named with its row and column.
"""

from typing import Any, NamedTuple

from casetracker import choices

COLUMNS = (
    ("label", "Lesion"),
    ("diagnosis", "Diagnosis"),
    ("region", "Region"),
    ("side", "Side"),
    ("max_dimension_mm", "Size"),
    ("optic_distance_mm", "Distance to optic pathway"),
    ("within_brainstem", "In brainstem"),
    ("icd10", "ICD-10"),
    ("dose_gy", "Dose"),
)
_WORDS: dict[str, list[tuple[Any, Any]]] = {
    "diagnosis": choices.Diagnosis.choices,
    "region": choices.Region.choices,
    "side": choices.Side.choices,
    "within_brainstem": [("yes", "Yes"), ("no", "No")],
}
_SHORT = {"y": "yes", "n": "no", "true": "yes", "false": "no", "r": "right", "l": "left", "met": "metastasis"}
_SHORT |= {"mets": "metastasis", "brain metastasis": "metastasis", "vestibular schwannoma": "schwannoma"}


class Pasted(NamedTuple):
    """rows: field name -> text for the form; problems: sentences that name row and column."""

    rows: list[dict[str, str]]
    problems: list[str]


def read_pasted(text: str) -> Pasted:
    """Rows of the text; empty lines and a line of headings are left out."""
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if lines and _is_heading(lines[0]):
        lines = lines[1:]
    found = [_row(number, line) for number, line in enumerate(lines, 1)]
    return Pasted([row for row, _ in found], [problem for _, problems in found for problem in problems])


def _is_heading(line: str) -> bool:
    first = [part.strip().lower() for part in line.split("\t")]
    return first[0] in ("lesion", "label", "name", "#") or "diagnosis" in first


def _row(number: int, line: str) -> tuple[dict[str, str], list[str]]:
    cells = [cell.strip() for cell in line.split("\t")]
    row, problems = {}, []
    for (name, label), text in zip(COLUMNS, cells, strict=False):
        value = _value(name, text)
        if value is None:
            problems.append(
                f"Row {number}, {label}: “{text}” is not one of the choices. Choose it in the table."
            )
        row[name] = value or ""
    if len(cells) > len(COLUMNS):
        problems.append(
            f"Row {number}: more columns than the table has; the last {len(cells) - len(COLUMNS)} were left out."
        )
    return row, problems


def _value(name: str, text: str) -> str | None:
    """The word of the form; text fields as typed; None for a word that is not known."""
    if name not in _WORDS or not text:
        return text
    wanted = _SHORT.get(text.lower(), text.lower())
    words = [(str(value), str(label).lower()) for value, label in _WORDS[name]]
    exact = [value for value, label in words if wanted in (value, label)]
    begins = [value for value, label in words if len(wanted) > 2 and label.startswith(wanted)]
    if exact:
        return exact[0]
    return begins[0] if len(begins) == 1 else None
