"""Checklist rows as pages show them. Pure: from items, links and names to plain values; no queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casetracker.choices import Answer, Condition, ItemReview, ReturnReason, Severity
from casetracker.item_answers import FROM_FACTS, is_flagged, is_statement
from casetracker.models import ChecklistItem, Document
from casetracker.presenters.fact_links import fact_url
from casetracker.presenters.line_links import Brought
from casetracker.requirements import CURES, ROLES, STEPS, requirement
from casetracker.selectors.subjects import Subjects
from checklists.engine.facts import FACTS

LATE = (
    "The beam was given. If it was signed before that, add it; otherwise it cannot be made up: "
    "hold or decline the lines that need it."
)
DONE = ("satisfied", "accepted")
OPEN = ("open", "unknown", "returned", "cannot_be_met")


@dataclass(frozen=True)
class Proof:
    """A document ticked for an item."""

    id: int
    title: str
    url: str
    signed_at: datetime | None
    author: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """One item ready to be shown. `state` is a word of the badge table; texts are empty when there is nothing."""

    id: int
    key: str
    url: str
    label: str
    subject: str
    state: str
    step: str
    role: str
    role_label: str
    severity: str
    codes: list[str]
    version: int
    due: str = ""
    late: bool = False
    asks: str = ""
    accept: str = ""
    when: tuple[str, ...] = ()
    cure: str = ""
    returned_reason: str = ""
    said: str = ""
    said_by: str = ""
    said_at: datetime | None = None
    auto: str = ""
    flagged: bool = False
    locked: str = ""
    tickable: bool = False
    always: bool = False
    wants_document: bool = False
    challenged: bool = False
    statement: bool = False
    retired_because: str = ""
    lowered_because: str = ""
    missing: list[tuple[str, str]] = field(default_factory=list)
    brought_by: Brought | None = None
    checks: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[Proof] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Checks a person has to look at: failed ones first."""
        wrong = [check for check in self.checks if check["verdict"] == "fails"]
        return wrong + [check for check in self.checks if check["verdict"] == "unknown"]

    @property
    def before_beam(self) -> bool:
        """The one due time that cannot be made up; the step of the row says all others."""
        return self.due.endswith("before the beam")

    @property
    def required(self) -> bool:
        return self.severity == Severity.REQUIRED

    @property
    def unsigned(self) -> Proof | None:
        """The latest document that an open item waits for: ticked, and not signed yet."""
        waiting = [proof for proof in self.evidence if not proof.signed_at]
        return waiting[-1] if waiting and self.is_open else None


@dataclass
class Step:
    """One workflow step: what is open, and what folds away."""

    key: str
    label: str
    open: list[Row] = field(default_factory=list)
    done: list[Row] = field(default_factory=list)
    not_applicable: list[Row] = field(default_factory=list)
    retired: list[Row] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(row.late for row in self.open)

    @property
    def late_words(self) -> str:
        return f"{self.late} late"


@dataclass(frozen=True)
class Surroundings:
    """What a row needs beside its item: names of subjects, and locks (item id -> why).

    missing: by key and subject, the facts without which nobody can tell whether the item is needed (label, address).
    brought_by: by key and subject, the lines that make an item needed (in words, label and address of each).
    """

    subjects: Subjects
    item_url: str
    document_url: str
    locked: Mapping[int, str] = field(default_factory=dict)
    missing: Mapping[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    brought_by: Mapping[tuple[str, str], Brought] = field(default_factory=dict)


def row_of(item: ChecklistItem, documents: Sequence[Document], around: Surroundings) -> Row:
    """One item with its words of the rule book; a retired item keeps the words it was stored with."""
    known = requirement(item.key)
    state = state_of(item)
    late = state in ("open", "unknown") and item.cure == "before_beam" and around.subjects.delivered
    said = item.answer_reason if is_statement(item) or item.challenged else ""
    return Row(
        id=item.pk,
        key=item.key,
        url=around.item_url.replace("/0/", f"/{item.pk}/"),
        label=item.label,
        subject=around.subjects.name(item.subject),
        state=state,
        step=item.step,
        role=item.role,
        role_label=ROLES.get(item.role, item.role.replace("_", " ").capitalize()),
        severity=item.severity,
        codes=list(item.codes),
        version=item.version,
        due=_due(item, late),
        late=late,
        asks=known.asks if known else "",
        accept=known.accept if known else "",
        when=known.conditions if known else (),
        cure=LATE if late else CURES.get(item.cure, ""),
        returned_reason=_returned(item),
        said=said,
        said_by=str(item.answered_by) if item.answered_by else "",
        said_at=item.answered_at,
        auto=_auto(item),
        flagged=is_flagged(item, item.checks),
        locked=around.locked.get(item.pk, ""),
        tickable=item.condition != Condition.RETIRED and item.pk not in around.locked,
        always=known.always if known else True,
        wants_document=bool(known and known.kinds),
        challenged=item.challenged,
        statement=is_statement(item),
        retired_because=item.retired_because,
        lowered_because=item.lowered_because,
        missing=around.missing.get((item.key, item.subject), []) if state == "unknown" else [],
        brought_by=around.brought_by.get((item.key, item.subject)),
        checks=[{**check, "url": check_url(check, item, around.subjects)} for check in item.checks],
        evidence=[_proof(document, around) for document in documents],
    )


ROWS_OF = {"session": ("sessions",), "lesion": ("lesions", "targets")}
"""Sections whose rows are known by what an item is about."""


def check_url(check: Mapping[str, object], item: ChecklistItem, subjects: Subjects) -> str:
    """The address of the field that a check over case data waits for, or disagrees with; empty otherwise."""
    fact = FACTS.get(str(check.get("check")))
    settled = check.get("verdict") == "holds" or check.get("told")
    if check.get("from") != FROM_FACTS or settled or not fact or not fact.path:
        return ""
    return fact_url(item.case_id, _path_in_row(fact.path, item.subject, subjects), {})


def _path_in_row(path: str, subject: str, subjects: Subjects) -> str:
    """The path within the row that the item is about; the section where the item is about no such row."""
    section, _, field = path.partition("[].")
    kind, row = subject.partition(":")[0], subjects.row(subject)
    if kind == "plan" and path.startswith("plan."):
        return f"plans[{row}].{path.removeprefix('plan.')}" if row else "plan"
    if field and row and section in ROWS_OF.get(kind, ()):
        return f"{section}[{row}].{field}"
    return section


def state_of(item: ChecklistItem) -> str:
    """The one word for three stored fields, as in the badge table."""
    if item.condition == Condition.RETIRED:
        return "retired"
    if item.condition == Condition.FALSE:
        return "not_applicable"
    if item.review == ItemReview.RETURNED:
        return "returned"
    if item.answer == Answer.OPEN:
        return "unknown" if item.condition == Condition.UNKNOWN else "open"
    if item.answer == Answer.SATISFIED and item.review == ItemReview.ACCEPTED:
        return "accepted"
    return str(item.answer)


def steps_of(rows: Iterable[Row]) -> list[Step]:
    """Steps in workflow order, only those that have a row; open rows: returned, late, then required ones first."""
    steps: dict[str, Step] = {}
    for row in rows:
        step = steps.setdefault(row.step, Step(row.step, STEPS.get(row.step, row.step.capitalize())))
        _shelf(step, row).append(row)
    order = list(STEPS)
    found = sorted(steps.values(), key=lambda step: order.index(step.key) if step.key in order else 99)
    for step in found:
        step.open.sort(key=lambda row: (row.state != "returned", not row.required))
    return found


def next_of(steps: Iterable[Step]) -> Row | None:
    """The first thing to do: what the reviewer returned, else the first open required item, else any open one."""
    rows = [row for step in steps for row in step.open if not row.locked and row.state != "cannot_be_met"]
    returned = [row for row in rows if row.state == "returned"]
    required = [row for row in rows if row.required]
    return next(iter([*returned, *required, *rows]), None)


def _shelf(step: Step, row: Row) -> list[Row]:
    if row.state in DONE:
        return step.done
    if row.state == "not_applicable":
        return step.not_applicable
    return step.retired if row.state == "retired" else step.open


def _due(item: ChecklistItem, late: bool) -> str:
    if late:
        return "was due before the beam"
    if item.cure == "before_beam":
        return "before the beam"
    return STEPS.get(item.step, item.step).lower()


def _returned(item: ChecklistItem) -> str:
    if item.review != ItemReview.RETURNED:
        return ""
    reason = ReturnReason(item.review_reason).label if item.review_reason else "Returned"
    return f"{reason}: {item.review_note}" if item.review_note else reason


def _auto(item: ChecklistItem) -> str:
    if item.answered_by_system:
        return "judged by the system from the case data"
    return "the system's answer is doubted" if item.challenged and not is_statement(item) else ""


def _proof(document: Document, around: Surroundings) -> Proof:
    author = str(document.author) if document.author else document.author_name
    url = around.document_url.replace("/0/", f"/{document.pk}/")
    return Proof(document.pk, document.title, url, document.signed_at, author, document.kind)
