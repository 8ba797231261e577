"""A document list pasted or uploaded from the record system, read into rows with an error beside each bad cell.

Pure: text in, rows out. It knows neither the case nor the people in it, and it saves nothing.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from difflib import get_close_matches

from casetracker.plausibility import NOT_YET

COLUMNS = ("kind", "title", "author", "service_date", "signed_at", "reference")
MAX_BYTES = 200_000
MAX_ROWS = 200
ENDINGS = (".csv", ".tsv", ".txt")

_HEADINGS = {
    "kind": "kind",
    "document kind": "kind",
    "type": "kind",
    "document type": "kind",
    "title": "title",
    "document": "title",
    "author": "author",
    "written by": "author",
    "service date": "service_date",
    "service_date": "service_date",
    "date of service": "service_date",
    "date": "service_date",
    "signed at": "signed_at",
    "signed_at": "signed_at",
    "signed": "signed_at",
    "signature": "signed_at",
    "reference": "reference",
    "record reference": "reference",
    "location": "reference",
}
_WIDTHS = {"title": 200, "author": 120, "reference": 200}
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%d-%b-%Y", "%Y%m%d")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%H%M")


class UnreadableList(ValueError):
    """The whole list cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One document of the list. `errors`: column -> what is wrong; a row without errors can be saved."""

    number: int
    cells: dict[str, str]
    kind: str = ""
    title: str = ""
    author: str = ""
    service_date: date | None = None
    signed_at: datetime | None = None
    reference: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def decode(content: bytes) -> str:
    """The text of an uploaded file: UTF-8 with or without a mark, else Windows-1252.

    Raises UnreadableList for spreadsheets, other binary files, and files above MAX_BYTES.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableList(
            f"The file has {len(content) // 1000} kB; a list may have {MAX_BYTES // 1000} kB. Send it in parts."
        )
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")) or b"\x00" in content:
        raise UnreadableList("This is not a text file. Save the sheet as CSV first, then choose that file.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList("The letters of this file cannot be read. Save it as CSV in UTF-8.")


def read_list(text: str, kinds: Mapping[str, str], zone: tzinfo, now: datetime) -> list[Row]:
    """Rows in the order of the list, numbered by their line.

    kinds: key -> label of the document kinds of the rule book; either word is understood.
    zone: of the department; clock times in the list are read in it and returned in UTC.
    now: aware; a document cannot be signed later.
    Raises UnreadableList when the list is empty or too long.
    """
    lines = _split(text)
    if not lines:
        raise UnreadableList("The list is empty. Paste one document per line: kind, title, author ...")
    columns = _columns(lines[0][1])
    if columns:
        lines = lines[1:]
    if not lines:
        raise UnreadableList("The list has a heading and no documents below it.")
    if len(lines) > MAX_ROWS:
        raise UnreadableList(f"The list has {len(lines)} rows; at most {MAX_ROWS} fit. Send it in parts.")
    reading = _Reading(kinds, zone, now)
    return [reading.row(number, cells, columns or COLUMNS) for number, cells in lines]


def _split(text: str) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that has any content."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), skipinitialspace=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as problem:
        raise UnreadableList(
            f"The list cannot be split into columns ({problem}). Check the quotes."
        ) from None
    return [(number, row) for number, row in rows if any(row)]


def _delimiter(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max("\t,;", key=first.count) if "\t" not in first else "\t"


def _columns(cells: list[str]) -> tuple[str, ...] | None:
    """The columns a heading names (an unknown heading is an ignored column), or None if this is no heading."""
    named = tuple(_HEADINGS.get(cell.lower().strip(" :"), "") for cell in cells)
    known = [name for name in named if name]
    if len(known) < 2 or "kind" not in known:
        return None
    if len(set(known)) < len(known):
        raise UnreadableList("Two columns of the heading mean the same. Keep one of them.")
    return named


@dataclass(frozen=True)
class _Reading:
    kinds: Mapping[str, str]
    zone: tzinfo
    now: datetime

    def row(self, number: int, values: list[str], columns: tuple[str, ...]) -> Row:
        cells = {name: value for name, value in zip(columns, values, strict=False) if name}
        errors: dict[str, str] = {}
        if len([value for value in values[len(columns) :] if value]):
            errors["title"] = "More cells than columns. Put quotes round a text that contains a comma."
        kind = self._kind(cells.get("kind", ""), errors)
        title = cells.get("title", "") or self.kinds.get(kind, "")
        if not title:
            errors.setdefault("title", "Give the document a title.")
        for name, most in _WIDTHS.items():
            if len(cells.get(name, "")) > most:
                errors[name] = f"At most {most} letters."
        return Row(
            number=number,
            cells={name: cells.get(name, "") for name in COLUMNS},
            kind=kind,
            title=title,
            author=cells.get("author", ""),
            service_date=self._day(cells.get("service_date", ""), errors),
            signed_at=self._moment(cells.get("signed_at", ""), errors),
            reference=cells.get("reference", ""),
            errors=errors,
        )

    def _kind(self, text: str, errors: dict[str, str]) -> str:
        if not text:
            errors["kind"] = "Say what kind of document this is."
            return ""
        words = {_plain(key): key for key in self.kinds} | {
            _plain(label): key for key, label in self.kinds.items()
        }
        found = words.get(_plain(text))
        if found:
            return found
        close = get_close_matches(_plain(text), words, n=3, cutoff=0.5)
        near = list(dict.fromkeys(self.kinds[words[word]] for word in close))
        hint = f" Did you mean: {', '.join(near)}?" if near else " The list of kinds is below."
        errors["kind"] = f"'{text[:60]}' is not a known kind.{hint}"
        return ""

    def _day(self, text: str, errors: dict[str, str]) -> date | None:
        if not text:
            return None
        day = _day(text)
        if day is None:
            errors["service_date"] = f"'{text[:40]}' is not a date. Write 2026-03-02 or 03/02/2026."
        return day

    def _moment(self, text: str, errors: dict[str, str]) -> datetime | None:
        """A signature needs its clock time: 'signed before the beam' cannot be judged from a day."""
        if not text:
            return None
        moment = _moment(text)
        if moment is None:
            problem = "has no time" if _day(text) else "is not a date and time"
            errors["signed_at"] = f"'{text[:40]}' {problem}. Write 2026-03-02 07:45."
            return None
        signed = (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        if signed > self.now:
            errors["signed_at"] = NOT_YET
            return None
        return signed


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if 1990 <= day.year <= 2100 else None
    return None


def _moment(text: str) -> datetime | None:
    """ISO with or without zone, or any known day followed by a clock time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment and len(text) > 10 and ":" in text:
        return moment if 1990 <= moment.year <= 2100 else None
    words = text.split()
    for cut in range(1, len(words)):
        day, clock = _day(" ".join(words[:cut])), _clock(" ".join(words[cut:]))
        if day and clock:
            return datetime.combine(day, clock.time())
    return None


def _clock(text: str) -> datetime | None:
    for form in _CLOCKS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - joined with its zone by the caller
        except ValueError:
            continue
    return None
