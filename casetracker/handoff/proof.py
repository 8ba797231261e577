"""Collecting what proves the lines: documentation index, exceptions, edits and sign-off."""

from collections.abc import Iterator

from casetracker.choices import Answer, EntryType, ItemReview, LineDecision, ReviewOutcome, SessionStatus
from casetracker.models import ChecklistItem, ItemDocument

from . import words
from .document import EditRow, ExceptionRow, Fact, IndexRow, SignOff
from .records import Records

ALL_LINES = "Every line"


def index(records: Records) -> tuple[IndexRow, ...]:
    """One row per item and document, grouped by the released codes that need the item."""
    rows = [row for item in records.live_items for row in _index_rows(records, item)]
    return tuple(sorted(rows, key=lambda row: (row.group != ALL_LINES, -row.group.count(","), row.group)))


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
        subject=_subject(records, item.subject),
        state=_state(item),
        document=document.title if document else "",
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


def _subject(records: Records, subject: str) -> str:
    kind, _, name = subject.partition(":")
    if kind == "lesion":
        return next((f"lesion {x.label}" for x in records.lesions if name in (str(x.uuid), x.label)), "")
    if kind == "session":
        return next(
            (f"session {x.number}" for x in records.sessions if name in (str(x.uuid), str(x.number))), ""
        )
    if kind == "plan":
        return next((f"plan {x.label}" for x in records.plans if name in (str(x.uuid), x.label)), "")
    if kind == "unit":
        return f"unit {name.rpartition(':')[2]} of {name.partition('/')[0]}"
    return ""


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
    if records.case.prior_radiation:
        overlap = words.yes_no(records.case.prior_radiation_overlap)
        yield ExceptionRow("Earlier radiation", "Recorded", f"Overlaps the present target: {overlap}", "")


def edits(records: Records) -> tuple[EditRow, ...]:
    """Edit results and warnings, and every difference between the suggestion and the final lines."""
    rows = [
        EditRow(
            kind=str(conflict["severity"]).capitalize(),
            codes=words.listed(conflict["codes"]),
            message=words.sentence(conflict["message"]),
            answer=words.sentence(conflict.get("way_out")),
        )
        for conflict in records.result["conflicts"]
    ]
    return (*rows, *_overrides(records))


def _overrides(records: Records) -> Iterator[EditRow]:
    for line in records.lines:
        if line.differs or line.origin == "added" or line.decision != LineDecision.RELEASE:
            what = (
                "Added by hand"
                if line.origin == "added"
                else ("Changed" if line.differs else line.get_decision_display())
            )
            decided = f"{line.decided_by}, {words.moment(line.decided_at, records.zone)}"
            yield EditRow(what, line.code, line.reason, decided)


def rulebook(records: Records) -> tuple[Fact, ...]:
    book = records.result["rulebook"]
    policies = (
        Fact(f"Policy {policy['key']}", words.sentence(policy["value"]), words.sentence(policy["from"]))
        for policy in records.result.get("policies", [])
        if policy["from"] not in ("default", "built-in default", "built_in")
    )
    return (
        Fact("Rule book", str(book["version"])),
        Fact("Edition of the day of service", str(book.get("edition_on") or "")),
        Fact("Rule book digest", str(book["digest"])[:16]),
        Fact("Code-pair and unit edits", "edit facts of 2024-07 applied"),
        *policies,
    )


def sign_off(records: Records) -> SignOff:
    packet = records.packet
    approved = words.moment(packet.approved_at, records.zone)
    released = words.totals((line.code, line.units) for line in records.released)
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
        Fact(role.replace("_", " ").capitalize(), words.listed(sorted(names)))
        for role, names in sorted(people.items())
    )
