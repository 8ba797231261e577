"""Opening a published file: text, CSV, spreadsheet or a zip of them, as rows of cells, one at a time.

Files come from outside: sizes, ratios and XML declarations are looked at before anything is unpacked. Texts are
read as cp1252 whatever they are: only codes, numbers and dates are used, and those are plain in every encoding.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

MEGABYTE: Final = 1024 * 1024
MOST_UNPACKED: Final = 1024 * MEGABYTE
MOST_RATIO: Final = 300  # published files pack about 1:15; a spreadsheet of zeros stays under 1:200
MOST_MEMBERS: Final = 200
MOST_HELD: Final = 100 * MEGABYTE
"""What has to be held in memory at once: a spreadsheet inside an archive, the shared texts of a spreadsheet."""
MOST_LINE: Final = 1_000_000  # characters
TEXT_ENDINGS: Final = (".txt", ".csv", ".tsv")
SHEET_ENDINGS: Final = (".xlsx",)

Row = tuple[int, list[str]]
Progress = Callable[[int], None]


class Unusable(ValueError):
    """This file cannot be used; the text says why and what to do, and can be shown."""


@dataclass
class Table:
    """One text or sheet that may hold a published table.

    names: file names that speak about it, outermost first. unended: after the rows were read, whether the last line
    of a text had no end, which a download that broke off leaves behind.
    """

    names: tuple[str, ...]
    is_sheet: bool
    open_bytes: Callable[[], IO[bytes]]
    unended: bool = False

    @property
    def name(self) -> str:
        return self.names[-1]

    def rows(self) -> Iterator[Row]:
        """Rows as (line number, cells); blank rows are left out. Raises Unusable for what cannot be read."""
        with self.open_bytes() as stream, _in_words(self.name):
            found = _sheet_rows(stream) if self.is_sheet else self._text_rows(stream)
            for number, cells in found:
                if any(cells):
                    yield number, cells

    def _text_rows(self, stream: IO[bytes]) -> Iterator[Row]:
        start = stream.read(64 * 1024)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start:
            raise Unusable("The file is no plain text. Choose the .txt or .csv as it is published.")
        stream.seek(3 if start.startswith(b"\xef\xbb\xbf") else 0)
        text = self._lines(io.TextIOWrapper(stream, encoding="cp1252", errors="replace", newline=""))
        head = start.splitlines()[:40]
        if _is_fixed_width(head):
            yield from (
                (number, [line.rstrip("\r\n")]) for number, line in enumerate(text, 1) if line.strip()
            )
            return
        tabs = any(line.count(b"\t") >= 3 for line in head)
        reader = (
            csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tabs
            else csv.reader(text, strict=True)
        )
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        line = "\n"
        for line in iter(partial(text.readline, MOST_LINE), ""):
            if len(line) == MOST_LINE:
                raise Unusable(
                    f"{self.name} holds a line longer than any published table has. Download it again."
                )
            yield line
        self.unended = not line.endswith(("\n", "\r"))


class Counted(io.RawIOBase):
    """A file that tells how many of its bytes were read: how far the reading is, whatever the format."""

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._progress = progress
        self.done = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self.done += count
        if self._progress:
            self._progress(self.done)
        return count

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def tables_in(path: Path, name: str, progress: Progress | None = None) -> Iterator[list[Table]]:
    """The texts and sheets in a file, by their own names; `name` is what the file was called when it was sent.

    Raises Unusable for an empty file, a format that is not taken, and an archive that is damaged or far too large.
    """
    if path.stat().st_size == 0:
        raise Unusable(f"{name} is empty. Download it again.")
    stream = io.BufferedReader(Counted(path, progress), 256 * 1024)
    with stream:
        with _in_words(name):
            tables = _tables(stream, name)
        yield tables


def _tables(stream: Any, name: str) -> list[Table]:
    start = stream.peek(8)[:8]
    if start[:2] == b"PK":
        return _members(zipfile.ZipFile(stream), name, stream)
    if start[:4] == b"\xd0\xcf\x11\xe0":
        raise Unusable(
            f"{name} is an old .xls spreadsheet. Choose the .xlsx, .txt or .csv of the same table."
        )
    if start[:4] == b"%PDF":
        raise Unusable(f"{name} is a PDF. Choose the .txt, .csv, .xlsx or .zip of the same release.")
    return [Table((name,), is_sheet=False, open_bytes=lambda: _again(stream))]


def _again(stream: Any) -> Any:
    """The same open file from its start; closing it is left to `tables_in`."""
    stream.seek(0)
    return _Unclosed(stream)


class _Unclosed(io.BufferedIOBase):
    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, count: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if count is None else count)

    def read1(self, count: int = -1, /) -> bytes:
        return self._stream.read1(count)

    def seek(self, place: int, whence: int = 0, /) -> int:
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _members(archive: zipfile.ZipFile, name: str, stream: Any) -> list[Table]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _refuse_bomb(entries, name)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        refuse_declarations(archive, entries, name)
        return [Table((name,), is_sheet=True, open_bytes=lambda: _again(stream))]
    found = []
    for entry in entries:
        ending = Path(entry.filename.lower()).suffix
        if ending in TEXT_ENDINGS:
            found.append(_member(archive, entry, name, is_sheet=False))
        elif ending in SHEET_ENDINGS:
            found.append(_member(archive, entry, name, is_sheet=True))
    if not found:
        raise Unusable(f"{name} holds no .txt, .csv or .xlsx file.")
    return found


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, *, is_sheet: bool) -> Table:
    own = Path(entry.filename).name
    if is_sheet and entry.file_size > MOST_HELD:
        raise Unusable(f"{own} is too large to be read inside an archive. Unpack it and send it alone.")

    def text() -> IO[bytes]:
        return archive.open(entry)

    def sheet() -> IO[bytes]:
        content = io.BytesIO(archive.read(entry))
        with zipfile.ZipFile(content) as inner:
            _refuse_bomb(inner.infolist(), own)
            refuse_declarations(inner, inner.infolist(), own)
        content.seek(0)
        return content

    return Table((name, own), is_sheet=is_sheet, open_bytes=sheet if is_sheet else text)


def _refuse_bomb(entries: list[zipfile.ZipInfo], name: str) -> None:
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MOST_MEMBERS:
        raise Unusable(
            f"{name} holds {len(entries)} files; a published archive has fewer than {MOST_MEMBERS}."
        )
    if unpacked > MOST_UNPACKED or (unpacked > 10 * MEGABYTE and unpacked > MOST_RATIO * max(packed, 1)):
        raise Unusable(
            f"{name} would unpack to {unpacked // MEGABYTE} MB, which no published table needs. Download it again."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unusable(f"{name} is locked with a password. Choose the file as it is published.")


def refuse_declarations(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> None:
    """A spreadsheet declares no document type; one that does may be built to make its reader expand entities."""
    for entry in entries:
        if entry.filename.endswith("sharedStrings.xml") and entry.file_size > MOST_HELD:
            raise Unusable(f"{name} holds more text than any published table. Choose the .txt or .csv of it.")
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as member:
                if b"<!" in member.read(4096).replace(b"<!--", b"").replace(b"\0", b""):
                    raise Unusable(f"{name} is not a plain spreadsheet: it declares its own document type.")


def _sheet_rows(stream: IO[bytes]) -> Iterator[Row]:
    from openpyxl import load_workbook  # slow to import, and most files are text

    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_cell(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y%m%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _is_fixed_width(lines: list[bytes]) -> bool:
    return bool(lines) and lines[0].startswith(b"HDR ")


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """What archives and readers complain about, in words a person can act on."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Unusable(f"{name} is damaged or was cut off while downloading. Download it again.") from error
    except csv.Error as error:
        raise Unusable(f"{name} ends or breaks inside a quoted cell ({error}). Download it again.") from error
    except (KeyError, NotImplementedError, RuntimeError, SyntaxError) as error:
        raise Unusable(f"{name} cannot be read as a spreadsheet or archive. Download it again.") from error
