"""What a release changes for our codes, and where fee-schedule indicators and the rule book disagree. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from checklists.engine.book import Code, LimitRow, PairRow, ParentRow, RuleBook
from checklists.reference.plausible import Key, lines_on
from checklists.reference.records import FeeLine, LimitLine, Line, PairLine, ParentLine
from checklists.releases import SETTINGS, Published

COMPONENTS: Final = {"none": "0", "split": "1", "professional_only": "2", "technical_only": "3"}
COMPONENT_WORDS: Final = {
    "0": "one physician service, never 26 or TC",
    "1": "has a professional and a technical part",
    "2": "professional part only",
    "3": "technical part only",
}
STATUSES: Final = {"active": "A", "contractor_priced": "C", "not_for_medicare": "I", "bundled": "B"}
NOT_PAID: Final = {"I": "not valid for Medicare", "N": "not covered", "X": "excluded by law", "B": "bundled"}
FEE_NAMES: Final = {
    "status": "status",
    "component": "PC/TC",
    "global_days": "global days",
    "multiple": "multiple procedures",
    "bilateral": "bilateral",
    "assistant": "assistant",
    "cosurgeon": "co-surgeon",
    "team": "team",
}


class Listed(Protocol):
    """A dated row of the book's own catalogue of indicators; None where an indicator was not read."""

    @property
    def component(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def global_period(self) -> str: ...
    @property
    def multiple(self) -> str | None: ...
    @property
    def bilateral(self) -> str: ...
    @property
    def assistant(self) -> str | None: ...
    @property
    def co_surgeon(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, order=True)
class Change:
    """One row of ours that a release adds, removes or changes. before, after: in words; "" for none."""

    what: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, order=True)
class Disagreement:
    """What a fee schedule says of a code of the book against what the book says."""

    code: str
    about: str
    book: str
    published: str


def changes(book: RuleBook, release: Published, earlier_fees: Iterable[Line] = ()) -> list[Change]:
    """Rows that differ on the first day of the release from those that judge that day now; `book` judges now.

    earlier_fees: lines of the fee schedule before this one. Sorted by code.
    """
    before = known_on(book, release) if release.kind != "fees" else _told(earlier_fees, release)
    after = _told(release.lines, release)
    return [
        Change(
            " with ".join(filter(None, key)),
            _kind(key, before, after),
            before.get(key, ""),
            after.get(key, ""),
        )
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def known_on(book: RuleBook, release: Published) -> dict[Key, str]:
    """The rows of the book for the release's kind, codes and first day, in words by what they are about."""
    day, codes = release.valid_from, release.codes
    setting = SETTINGS.get(release.kind, "")
    if release.kind.startswith("pairs"):
        return {
            key: _indicator(row.indicator)
            for key, rows in book.pairs.items()
            for row in rows
            if codes.issuperset(key) and _holds(row, day, setting)
        }
    if release.kind.startswith("limits"):
        return {
            (code,): _limit(row.limit, row.absolute)
            for code, rows in book.limits.items()
            for row in rows
            if code in codes and _holds(row, day, setting)
        }
    if release.kind == "add_ons":
        return {
            (row.add_on, row.parent): "may stand beside it"
            for rows in book.parents.values()
            for row in rows
            if row.add_on in codes and _holds(row, day, "")
        }
    return {}


def disagreements(
    book: RuleBook, lines: Iterable[Line], day: date, listed: Mapping[str, Sequence[Listed]] | None = None
) -> list[Disagreement]:
    """Indicators of a fee schedule that do not fit what the book says of its codes on a day. Sorted by code.

    listed: the book's own catalogue of indicators by code; a code without a row there is compared by its entry alone.
    """
    catalogue = book.catalogue if listed is None else listed
    found: list[Disagreement] = []
    for line in lines:
        if not isinstance(line, FeeLine) or line.modifier:
            continue
        row = next((row for row in catalogue.get(line.code, ()) if _listed_on(row, day)), None)
        code = book.code(line.code)
        if row is not None:
            found += _against_catalogue(row, line)
        elif code is not None:
            found += _against_entry(code, line, day)
        if code is not None or row is not None:
            found += _against_parents(book, line)
    return sorted(found)


def _against_catalogue(row: Listed, line: FeeLine) -> Iterator[Disagreement]:
    pairs = (
        ("Professional and technical part", COMPONENTS.get(row.component), line.component, "PC/TC"),
        ("Status", STATUSES.get(row.status), line.status, "status"),
        ("Global days", row.global_period, line.global_days, "global days"),
        ("Multiple procedures", row.multiple, line.multiple, "indicator"),
        ("Bilateral", row.bilateral, line.bilateral, "indicator"),
        ("Assistant", row.assistant, line.assistant, "indicator"),
        ("Co-surgeon", row.co_surgeon, line.cosurgeon, "indicator"),
        ("Team", row.team, line.team, "indicator"),
    )
    for about, ours, theirs, words in pairs:
        if ours is not None and ours != theirs:
            yield Disagreement(line.code, about, f"{words} {ours}", f"{words} {theirs}")


def _against_entry(code: Code, line: FeeLine, day: date) -> Iterator[Disagreement]:
    expected = COMPONENTS[code.component]
    if line.component != expected:
        told = f"PC/TC {line.component}"
        yield Disagreement(line.code, "Professional and technical part", COMPONENT_WORDS[expected], told)
    if code.edition_on(day) and line.status in NOT_PAID:
        yield Disagreement(line.code, "Status", "in use", f"status {line.status}, {NOT_PAID[line.status]}")


def _against_parents(book: RuleBook, line: FeeLine) -> Iterator[Disagreement]:
    is_add_on = line.code in book.parents
    if is_add_on != (line.global_days == "ZZZ"):
        ours = "an add-on code" if is_add_on else "no add-on code"
        yield Disagreement(line.code, "Add-on", ours, f"global days {line.global_days}")


def _listed_on(row: Listed, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _told(lines: Iterable[Line], release: Published) -> dict[Key, str]:
    last = release.valid_to
    return {
        key: _words(line, last) for key, line in lines_on(lines, release.valid_from).items() if _is_said(line)
    }


def _is_said(line: Line) -> bool:
    return not (isinstance(line, ParentLine) and not line.parent)


def _words(line: Line, last: date | None) -> str:
    if isinstance(line, LimitLine):
        return _limit(line.units, line.adjudication == 2)
    if isinstance(line, FeeLine):
        return ", ".join(f"{words} {getattr(line, name)}" for name, words in FEE_NAMES.items())
    told = _indicator(line.indicator) if isinstance(line, PairLine) else "may stand beside it"
    ends = line.deleted_on
    return f"{told}, until {ends.isoformat()}" if ends and (last is None or ends < last) else told


def _indicator(indicator: int) -> str:
    return "0, no modifier opens it" if indicator == 0 else "1, a documented modifier may open it"


def _limit(units: int, absolute: bool) -> str:
    return f"{units} a day, {'absolute' if absolute else 'may be appealed'}"


def _holds(row: PairRow | LimitRow | ParentRow, day: date, setting: str) -> bool:
    fits = isinstance(row, ParentRow) or row.setting in ("both", setting)
    return fits and row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _kind(key: Key, before: dict[Key, str], after: dict[Key, str]) -> str:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"
