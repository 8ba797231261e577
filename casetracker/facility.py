"""What the facility file says about an item: checks of machines and qualifications of people, kept once for all.

Pure: rows come in, checks {check, verdict, message, from} go out. A machine or person without any entry says nothing;
then a document has to prove the item, as everywhere else. Who signed a written directive is looked up here as well;
a signer whom the file does not list at all leaves the answer to what is typed in the directive.
Sources: R1, R3 to R6, A2, A9, N3 of the rule book.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casetracker.choices import CaseRole, CheckKind, Modality, QualificationKind
from casetracker.item_answers import FROM_FACILITY, FROM_FACTS, Check

DAY_ITEMS = ("linac-day-qa", "cobalt-day-spot-check")
LATEST_ITEMS = {
    "cobalt-monthly-spot-check": (CheckKind.MONTHLY, 31),
    "cobalt-annual-calibration": (CheckKind.ANNUAL, 365),
    "end-to-end-test": (CheckKind.END_TO_END, 365),
}
PERSON_ITEM = "personnel-qualified"
DIRECTIVE_ITEMS = ("written-directive", "written-directive-revision")
AUTHORIZED_FACT = "directive.by_authorized_user"
KEYS = (*DAY_ITEMS, *LATEST_ITEMS, PERSON_ITEM)
LONGEST = 365
REVIEW_DAYS = 15  # the monthly check is reviewed by the authorized physicist within this many days
EVERYBODY_NEEDS = (QualificationKind.PRIVILEGES, QualificationKind.SRS_TRAINING)
COBALT_NEEDS = {
    CaseRole.RADIATION_ONCOLOGIST: QualificationKind.AUTHORIZED_USER,
    CaseRole.PHYSICIST: QualificationKind.AUTHORIZED_PHYSICIST,
}
QUALIFIED_ROLES = (
    CaseRole.RADIATION_ONCOLOGIST,
    CaseRole.NEUROSURGEON,
    CaseRole.PHYSICIST,
    CaseRole.THERAPIST,
)


@dataclass(frozen=True)
class Treatment:
    """A session with its day and machine. beam_on: None when not recorded."""

    subject: str
    number: int
    day: date
    beam_on: datetime | None
    machine: int
    machine_name: str


@dataclass(frozen=True)
class MachineEntry:
    """A check of a machine. signed: who signed it, "" for nobody."""

    machine: int
    kind: str
    passed_at: datetime
    signed: str
    reviewed_on: date | None = None


@dataclass(frozen=True)
class Held:
    """A qualification of a person, valid from the first to the last day, both included; no end is open."""

    kind: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Member:
    """A person of the case in one role, with everything the file holds about that person."""

    name: str
    role: str
    held: Sequence[Held] = ()


@dataclass(frozen=True)
class SignedDirective:
    """One version of the written directive.

    signer: "" when nobody is named; signed_on: local day of signature, None when not recorded; typed: the answer in
    the directive itself, None when not recorded; held: the authorized-user listings of the signer.
    """

    version: int | None
    signer: str
    signed_on: date | None
    typed: bool | None
    held: Sequence[Held] = ()


@dataclass(frozen=True)
class FacilityFile:
    """What concerns one case."""

    treatments: Sequence[Treatment]
    machines: Sequence[MachineEntry]
    team: Sequence[Member]
    modality: str
    zone: ZoneInfo
    directives: Sequence[SignedDirective] = ()

    def authorized(self) -> Check | None:
        """Whether authorized users signed every version, and where that was read; None without a directive.

        A listing in the file goes before what is typed; one that does not hold on the day of signature fails.
        """
        if not self.directives:
            return None
        told = [_authorized(one) for one in self.directives]
        verdicts = [verdict for verdict, _ in told]
        verdict = next((one for one in ("fails", "unknown") if one in verdicts), "holds")
        source = FROM_FACILITY if any(one.held for one in self.directives) else FROM_FACTS
        message = " ".join(message for _, message in told)
        return {"check": AUTHORIZED_FACT, "verdict": verdict, "message": message, "from": source}

    def checks(self, key: str, subject: str) -> list[Check]:
        """Checks for one item; empty when the file has nothing to say about it."""
        if key in DAY_ITEMS:
            return [check for one in self._of(subject) for check in self._day(one)]
        if key in LATEST_ITEMS:
            return [
                check for one in self._first_per_machine() for check in self._latest(one, *LATEST_ITEMS[key])
            ]
        return self._people() if key == PERSON_ITEM else []

    def _of(self, subject: str) -> list[Treatment]:
        return [one for one in self.treatments if one.subject == subject]

    def _first_per_machine(self) -> list[Treatment]:
        firsts: dict[int, Treatment] = {}
        for one in sorted(self.treatments, key=lambda one: (one.day, one.number)):
            firsts.setdefault(one.machine, one)
        return list(firsts.values())

    def _entries(self, machine: int, kind: str) -> list[MachineEntry]:
        found = [entry for entry in self.machines if entry.machine == machine and entry.kind == kind]
        return sorted(found, key=lambda entry: entry.passed_at)

    def _day(self, one: Treatment) -> list[Check]:
        entries = [
            entry for entry in self._entries(one.machine, CheckKind.DAILY) if self._on(entry) == one.day
        ]
        if not entries:
            return []
        in_time = [entry for entry in entries if one.beam_on is None or entry.passed_at < one.beam_on]
        best = next((entry for entry in in_time if entry.signed), (in_time or entries)[0])
        told = f"Day check of {one.machine_name} passed {self._moment(best.passed_at)}"
        if not in_time and one.beam_on:
            return [_fails("machine_day_check", f"{told}, after the beam ({self._moment(one.beam_on)}).")]
        return [_signed("machine_day_check", told, best)]

    def _latest(self, one: Treatment, kind: str, days: int) -> list[Check]:
        before = [entry for entry in self._entries(one.machine, kind) if self._on(entry) <= one.day]
        if not before:
            return []
        last, name = before[-1], CheckKind(kind).label
        told = f"{name} of {one.machine_name} passed {self._on(last)}"
        check = f"machine_{kind}"
        if self._on(last) < one.day - timedelta(days=days):
            late = f"{told}, more than {days} days before session {one.number} ({one.day})."
            return [_fails(check, late)]
        if kind == CheckKind.MONTHLY:
            return [self._reviewed(check, told, last)]
        return [_signed(check, told, last)]

    def _reviewed(self, check: str, told: str, entry: MachineEntry) -> Check:
        by = self._on(entry) + timedelta(days=REVIEW_DAYS)
        if entry.reviewed_on is None:
            return _fails(check, f"{told}; no review by the physicist is recorded (due {by}).")
        if entry.reviewed_on > by:
            return _fails(check, f"{told}; reviewed {entry.reviewed_on}, later than {REVIEW_DAYS} days.")
        return _holds(check, f"{told}, reviewed {entry.reviewed_on}.")

    def _people(self) -> list[Check]:
        """Everybody on every day. Nothing is said while the file holds nothing about anybody of the case."""
        team = [member for member in self.team if member.role in QUALIFIED_ROLES]
        days = sorted({one.day for one in self.treatments})
        if not days or not any(member.held for member in team):
            return []
        problems = [told for member in team for told in self._lacks(member, days)]
        if problems:
            return [_fails("qualified", told) for told in problems]
        names = ", ".join(dict.fromkeys(member.name for member in team))
        return [_holds("qualified", f"Current on every treatment day: {names}.")]

    def _lacks(self, member: Member, days: Sequence[date]) -> Iterable[str]:
        for kind in self._needed(member):
            label = QualificationKind(kind).label
            held = [one for one in member.held if one.kind == kind]
            if not held:
                yield f"{label} of {member.name} is not in the file."
                continue
            open_day = next((day for day in days if not any(covers(one, day) for one in held)), None)
            if open_day:
                last = max((one.valid_to for one in held if one.valid_to), default=None)
                until = f" ended {last}" if last and last < open_day else " had not begun"
                yield f"{label} of {member.name}{until}; treatment was on {open_day}."

    def _needed(self, member: Member) -> list[str]:
        wanted: list[str] = list(EVERYBODY_NEEDS)
        if any(one.kind == QualificationKind.LICENSE for one in member.held):
            wanted.append(QualificationKind.LICENSE)
        listed = COBALT_NEEDS.get(CaseRole(member.role))
        return [*wanted, listed] if listed and self.modality == Modality.COBALT60 else wanted

    def _on(self, entry: MachineEntry) -> date:
        return entry.passed_at.astimezone(self.zone).date()

    def _moment(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def _authorized(one: SignedDirective) -> tuple[str, str]:
    """Verdict and sentence for one version of the directive."""
    number = f"Version {one.version}" if one.version else "The directive"
    if not one.held:
        return _as_typed(one, number)
    if one.signed_on is None:
        return "unknown", f"{number}: record when {one.signer} signed; the listing is compared with that day."
    if any(covers(listing, one.signed_on) for listing in one.held):
        typed = " The directive says no: correct it there." if one.typed is False else ""
        told = f"{number}: the facility file lists {one.signer} as an authorized user on {one.signed_on}."
        return "holds", told + typed
    return "fails", f"{number}: {not_listed(one.signer, one.held, one.signed_on)}"


def not_listed(signer: str, held: Sequence[Held], day: date) -> str:
    """The sentence for an authorized user whose listings do not hold on a day."""
    last = max((one.valid_to for one in held if one.valid_to and one.valid_to < day), default=None)
    until = f"ended {last}" if last else "had not begun"
    return (
        f"the listing of {signer} as an authorized user {until}; signed {day}. "
        "Renew or correct the listing, or have a listed user sign."
    )


def _as_typed(one: SignedDirective, number: str) -> tuple[str, str]:
    if one.typed is None:
        return (
            "unknown",
            f"{number}: record whether the license lists the signer, or add the listing to the file.",
        )
    who = f"the file has no listing of {one.signer}" if one.signer else "no signer is named"
    said = "an authorized user" if one.typed else "not an authorized user"
    return (
        "holds" if one.typed else "fails"
    ), f"{number}: signed by {said} as typed in the directive; {who}."


def covers(one: Held, day: date) -> bool:
    """Whether it holds on that day."""
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def _signed(check: str, told: str, entry: MachineEntry) -> Check:
    if not entry.signed:
        return _fails(check, f"{told}, not signed.")
    return _holds(check, f"{told}, signed by {entry.signed}.")


def _holds(check: str, message: str) -> Check:
    return {"check": check, "verdict": "holds", "message": message, "from": FROM_FACILITY}


def _fails(check: str, message: str) -> Check:
    return {"check": check, "verdict": "fails", "message": message, "from": FROM_FACILITY}
