"""Collecting what proves the lines: documentation index, exceptions, edits and sign-off."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from casetracker.choices import (
    Answer,
    EntryType,
    ItemReview,
    LineDecision,
    LineOrigin,
    ReviewOutcome,
    SessionStatus,
    Stream,
)
from casetracker.models import BillingLine, ChecklistItem, ItemDocument
from checklists.engine.policy import FROM_DEFAULT as BUILT_IN

from . import words
from .document import EditRow, ExceptionRow, Fact, IndexRow, SignOff
from .planning import directives
from .records import Records

ALL_LINES = "Every line"
FROM_FACTS = "facts recorded on the case, no document"
EVENT = (
    "Medical event suspected and told to radiation safety. Ask the department before you bill this session."
)


def index(records: Records) -> tuple[IndexRow, ...]:
    """One row per item and document, grouped by the released codes that need the item.

    The same item of several lesions, sessions or units, proved by the same document, is one row with all of them.
    """
    subjects: dict[IndexRow, list[tuple[str, Any]]] = {}
    for item in records.live_items:
        subject = _subject(records, item.subject)
        for row in _index_rows(records, item):
            subjects.setdefault(row, []).extend([subject] if subject else [])
    rows = [replace(row, subject=_joined(found)) for row, found in subjects.items()]
    return tuple(sorted(rows, key=lambda row: (row.group != ALL_LINES, -row.group.count(","), row.group)))


def _joined(subjects: list[tuple[str, Any]]) -> str:
    """`lesions L1, L2`, `77300 units 1-4`."""
    by_kind: dict[str, list[Any]] = {}
    for kind, name in dict.fromkeys(subjects):
        by_kind.setdefault(kind, []).append(name)
    return words.listed(
        (
            f"{kind}{'s' if len(names) > 1 else ''} "
            f"{words.spans(names) if all(isinstance(name, int) for name in names) else words.listed(names)}"
            for kind, names in by_kind.items()
        ),
        "; ",
    )


def _index_rows(records: Records, item: ChecklistItem) -> Iterator[IndexRow]:
    links = list(item.links.all())
    if not links:
        yield _index_row(records, item, None)
    for link in links:
        yield _index_row(records, item, link)


def _index_row(records: Records, item: ChecklistItem, link: ItemDocument | None) -> IndexRow:
    document = link.document if link else None
    return IndexRow(
        group=_group(records, item),
        item=item.label,
        key=item.key,
        subject="",
        state=_state(item),
        document=document.title if document else FROM_FACTS if item.answered_by_system else "",
        author=str(document.author or document.author_name) if document else "",
        service_date=words.day(document.service_date) if document else "",
        signed_at=words.moment(document.signed_at, records.zone) if document else "",
        reference=document.reference if document else "",
        mark=""
        if not document or document.entry_type == EntryType.ORIGINAL
        else document.get_entry_type_display(),
    )


def _group(records: Records, item: ChecklistItem) -> str:
    codes = sorted(records.released_codes.intersection(item.codes))
    return ALL_LINES if len(codes) == len(records.released_codes) > 1 else words.listed(codes)


def _subject(records: Records, subject: str) -> tuple[str, Any] | None:
    """`lesion:<id>` as kind and name; None for the whole case."""
    kind, _, name = subject.partition(":")
    if kind == "unit":
        line, _, number = name.rpartition(":")
        return f"{line.partition('/')[0]} unit", int(number)
    if kind == "lesion":
        return kind, records.lesion_label(name)
    rows = {"session": records.sessions, "plan": records.plans}.get(kind)
    if rows is None:
        return None
    found = next((row for row in rows if str(row.uuid) == name), None)
    if found is None:
        return kind, "no longer recorded"
    return kind, found.number if kind == "session" else found.label or found.position + 1


def _state(item: ChecklistItem) -> str:
    if item.answer == Answer.NOT_APPLICABLE:
        return f"not applicable: {item.answer_reason}"
    if item.review == ItemReview.ACCEPTED:
        return "accepted"
    if item.answer == Answer.SATISFIED:
        return "met, judged by the system" if item.answered_by_system else "met"
    return item.get_answer_display().lower()


def exceptions(records: Records) -> tuple[ExceptionRow, ...]:
    """What a payer may ask about."""
    return (*_item_exceptions(records), *_document_exceptions(records), *_course_exceptions(records))


def _item_exceptions(records: Records) -> Iterator[ExceptionRow]:
    for item in records.live_items:
        if item.answer == Answer.NOT_APPLICABLE:
            yield ExceptionRow("Not applicable", item.label, item.answer_reason, str(item.answered_by or ""))
        if item.lowered_because:
            yield ExceptionRow("Severity lowered", item.label, item.lowered_because, "")
    for decision in records.decisions:
        if decision.outcome == ReviewOutcome.ACCEPT_WITH_NOTE and decision.item:
            yield ExceptionRow("Accepted with note", decision.item.label, decision.note, str(decision.by))


def _document_exceptions(records: Records) -> Iterator[ExceptionRow]:
    documents = {link.document_id: link.document for item in records.live_items for link in item.links.all()}
    for document in documents.values():
        if document.entry_type != EntryType.ORIGINAL:
            written = words.moment(document.written_at, records.zone)
            yield ExceptionRow(
                document.get_entry_type_display(),
                document.title,
                f"Written {written}" if written else "",
                str(document.author or document.author_name),
            )


def _course_exceptions(records: Records) -> Iterator[ExceptionRow]:
    for session in records.sessions:
        if session.status in (SessionStatus.PARTIAL, SessionStatus.STOPPED_WITHOUT_DOSE):
            reason = words.listed((words.chosen(session, "status"), words.chosen(session, "stop_reason")))
            yield ExceptionRow("Interrupted session", str(session), reason, "")
        if session.event_suspected:
            yield ExceptionRow("Suspected event", str(session), EVENT, "")
    yield from _changed_directives(records)
    if records.case.implanted_device and records.packet.stream != Stream.SURGEON_PROFESSIONAL:
        yield ExceptionRow("Implanted device", "Recorded", _device(records), "")
    if records.case.prior_radiation:
        overlap = words.yes_no(records.case.prior_radiation_overlap)
        yield ExceptionRow("Earlier radiation", "Recorded", f"Overlaps the present target: {overlap}", "")


def _changed_directives(records: Records) -> Iterator[ExceptionRow]:
    """Every version of the written directive after the first."""
    for row in directives(records):
        if row.version not in ("", "1"):
            told = f"Signed {row.signed_at}" if row.signed_at else "Not signed"
            yield ExceptionRow("Directive changed", f"Version {row.version}", told, row.signed_by)


def _device(records: Records) -> str:
    case = records.case
    risk, dose = words.chosen(case, "device_risk").lower(), words.number(case.device_dose_gy)
    told = (f"Risk class {risk}" if risk else "", f"estimated dose {dose} Gy" if dose else "")
    return words.listed(told) or "Risk class and dose not recorded"


def edits(records: Records) -> tuple[EditRow, ...]:
    """Edit results and warnings about this packet, and every difference between suggestion and final lines."""
    codes = _considered(records)
    rows = (
        EditRow(
            kind="Lifted"
            if conflict.get("lifted")
            else words.SEVERITY.get(conflict["severity"], conflict["severity"]),
            codes=words.listed(conflict["codes"]),
            message=words.listed((conflict["message"], f"({words.listed(conflict['rules'])})"), " "),
            answer=words.listed((_answered(records, conflict), _confirmed(records, conflict)), " "),
        )
        for conflict in records.result["conflicts"]
        if not conflict["codes"] or codes.intersection(conflict["codes"])
    )
    return (*rows, *_overrides(records))


def _considered(records: Records) -> set[str]:
    """Codes of this packet's lines and of suggestions that were dropped from it."""
    decided = {line.code for line in records.lines} | {line["code"] for line in records.suggested.values()}
    dropped = {e["code"] for e in records.result["not_suggested"] if e.get("stream") == records.packet.stream}
    return decided | dropped


def _answered(records: Records, conflict: dict[str, Any]) -> str:
    """The way out; of a lifted block who lifted it, when and why."""
    lift = conflict.get("lifted")
    if lift is None:
        return conflict.get("way_out") or ""
    return (
        f"Lifted for this case by {lift.by}, compliance, {words.moment(lift.at, records.zone)}: {lift.reason}"
    )


def _confirmed(records: Records, conflict: dict[str, Any]) -> str:
    """An approval is only possible after every warning about a released line was opened."""
    about_released = records.released_codes.intersection(conflict["codes"])
    asks = conflict["severity"] in ("warn", "ask") or conflict.get("lifted")
    if not asks or not about_released or not records.packet.approved_at:
        return ""
    return f"Opened by {records.packet.approved_by}."


def _overrides(records: Records) -> Iterator[EditRow]:
    for line in records.lines:
        if line.differs or line.origin == LineOrigin.ADDED or line.decision != LineDecision.RELEASE:
            decided = f"{line.decided_by}, {words.moment(line.decided_at, records.zone)}"
            yield EditRow(_override(line), line.code, line.reason, decided)


def _override(line: BillingLine) -> str:
    if line.origin == LineOrigin.ADDED:
        return "Added by hand"
    return "Changed" if line.differs else line.get_decision_display()


def rulebook(records: Records) -> tuple[Fact, ...]:
    """Which rules judged the case: book, edition, edit tables, and the policies that are not built-in defaults."""
    book = records.result["rulebook"]
    policies = (
        Fact(
            f"Policy: {words.policy_label(p['key'])}",
            _policy_in_words(records, p),
            p["key"],
        )
        for p in records.result["policies"]
        if p["from"] != BUILT_IN
    )
    return (
        Fact("Rule book", str(book["version"])),
        Fact("Edition of the day of service", str(book.get("edition_on") or "")),
        Fact("Rule book digest", str(book["digest"])[:32]),
        Fact("Code-pair and unit edits", f"edit facts of {book['edits_release']} applied"),
        *policies,
    )


def _policy_in_words(records: Records, policy: dict[str, Any]) -> str:
    """The value, the level that set it, and why: `Simple first (department policy: decided in March)`."""
    origin = policy["from"].replace("_", " ")
    why = records.policy.get(policy["key"], {}).get("reason", "")
    return f"{words.policy_value(policy['key'], str(policy['value']))} ({origin}{f': {why}' if why else ''})"


def sign_off(records: Records, new: list[BillingLine]) -> SignOff:
    """new: the lines this version releases, all of them or only those of a supplement."""
    packet = records.packet
    approved = words.moment(packet.approved_at, records.zone)
    released = words.totals((line.code, line.modifiers, line.units) for line in new)
    text = f"Approved for billing: {released}." if packet.approved_at else "Not approved."
    return SignOff(
        completed_by=_completers(records),
        submitted_by=str(packet.submitted_by or ""),
        submitted_at=words.moment(packet.submitted_at, records.zone),
        approved_by=str(packet.approved_by or ""),
        approved_at=approved,
        text=text,
    )


def _completers(records: Records) -> tuple[Fact, ...]:
    people: dict[str, set[str]] = {}
    for item in records.live_items:
        for link in item.links.all():
            people.setdefault(item.role, set()).add(str(link.document.added_by))
        if item.answered_by and not item.answered_by_system:
            people.setdefault(item.role, set()).add(str(item.answered_by))
    return tuple(
        Fact(words.role(role), words.listed(sorted(names))) for role, names in sorted(people.items())
    )
