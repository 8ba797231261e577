"""Names of what an item or document is about: `lesion:<uuid>` becomes "Lesion L1". Three queries per case."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casetracker.choices import Stream
from casetracker.models import Case, Lesion, Plan, TreatmentSession


@dataclass(frozen=True)
class Subjects:
    """names: subject -> words, removed rows included. live: subjects that can be chosen, in their order.

    session_days: subject of a session -> its ISO day, for documents of a day.
    """

    names: dict[str, str] = field(default_factory=dict)
    live: tuple[str, ...] = ()
    session_days: dict[str, str] = field(default_factory=dict)
    delivered: bool = False

    def name(self, subject: str) -> str:
        """Words for a subject; "" for the whole case."""
        if subject in ("", "case"):
            return ""
        return self.names.get(subject) or line_words(subject)

    def row(self, subject: str) -> str:
        """What the facts page calls the row of a subject: a lesion by label, a session by number, a plan by its
        place; empty when there is no such row (any more)."""
        kind, _, rest = subject.partition(":")
        if subject not in self.live:
            return rest if kind == "session" and rest.isdecimal() else ""
        if kind == "plan":
            return str([one for one in self.live if one.startswith("plan:")].index(subject) + 1)
        return self.names[subject].partition(" ")[2]

    def choices(self) -> list[tuple[str, str]]:
        """For a select: the whole case first."""
        return [("case", "The whole case"), *((subject, self.names[subject]) for subject in self.live)]


def subjects_of(case: Case) -> Subjects:
    """Lesions, sessions and plans of the case by subject."""
    names: dict[str, str] = {}
    live: list[str] = []
    for lesion in case.lesions.values("uuid", "label", "removed_at"):
        _note(names, live, f"lesion:{lesion['uuid']}", f"Lesion {lesion['label']}", lesion["removed_at"])
    for place, plan in enumerate(case.plans.values("uuid", "label", "removed_at"), 1):
        words = f"Plan {plan['label'] or place}"
        _note(names, live, f"plan:{plan['uuid']}", words, plan["removed_at"])
    sessions = list(case.sessions.values("uuid", "number", "date", "status", "removed_at"))
    for session in sessions:
        _note(
            names, live, f"session:{session['uuid']}", f"Session {session['number']}", session["removed_at"]
        )
    standing = [session for session in sessions if session["removed_at"] is None]
    return Subjects(
        names=names,
        live=tuple(live),
        session_days={f"session:{s['uuid']}": s["date"].isoformat() for s in standing if s["date"]},
        delivered=any(session["status"] in ("delivered", "partial") for session in standing),
    )


def _note(names: dict[str, str], live: list[str], subject: str, words: str, removed_at: object) -> None:
    names[subject] = words if removed_at is None else f"{words} (removed)"
    if removed_at is None:
        live.append(subject)


def line_words(subject: str) -> str:
    """`unit:77300:2` is 77300, unit 2; `line:77290/facility/course` is 77290, facility; `session:2` is only planned.

    A lost thing says so.
    """
    scope, _, rest = subject.partition(":")
    if scope == "unit":
        code, _, number = rest.rpartition(":")
        return f"{code.split('/')[0]}, unit {number}"
    if scope == "line":
        code, stream = [*rest.split("/"), ""][:2]
        return f"{code}, {Stream(stream).label.lower()}" if stream in Stream.values else code
    if rest.isdecimal():
        return f"{scope.capitalize()} {rest}"
    return f"{scope.capitalize()} (removed)"


def words_across_cases(subjects: Iterable[str]) -> dict[str, str]:
    """Subjects of several cases -> words inside a sentence ("lesion L1"); "" for a whole case or what was removed.

    Three queries for any number.
    """
    asked = set(subjects)
    ids: dict[str, set[str]] = {"lesion": set(), "session": set(), "plan": set()}
    for subject in asked:
        scope, _, uuid = subject.partition(":")
        if scope in ids and not uuid.isdecimal():
            ids[scope].add(uuid)
    names = {subject: _words_without_row(subject) for subject in asked}
    for uuid, label in Lesion.objects.filter(uuid__in=ids["lesion"]).values_list("uuid", "label"):
        names[f"lesion:{uuid}"] = f"lesion {label}"
    sessions = TreatmentSession.objects.filter(uuid__in=ids["session"])
    for uuid, number in sessions.values_list("uuid", "number"):
        names[f"session:{uuid}"] = f"session {number}"
    for uuid, label in Plan.objects.filter(uuid__in=ids["plan"]).values_list("uuid", "label"):
        names[f"plan:{uuid}"] = f"plan {label}".strip()
    return names


def _words_without_row(subject: str) -> str:
    """A line, a unit, or a session that is only planned."""
    words = "" if subject in ("", "case") else line_words(subject)
    if subject.startswith(("session:", "plan:")):
        words = words.lower()
    return "" if words.endswith("(removed)") else words
