"""Audit events in words for the access report: who, when, what, which record, with which outcome. Reads nothing."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from casetracker.selectors.audit import AccessAsked, AccessPage

WORDS = {
    "beam.viewed": "Saw the sessions ahead",
    "access.reported": "Ran the access report",
    "ageing.reported": "Ran the report of ages",
    "account.closed": "Closed an account",
    "account.opened": "Opened an account",
    "account.password": "Gave a first password",
    "account.reopened": "Opened an account again",
    "account.roles": "Changed roles",
    "case.halted": "Held, cancelled or resumed the case",
    "case.opened": "Opened the case",
    "case.progress": "Recorded dates of care",
    "case.reevaluated": "Judged the case again by a changed rule book",
    "case.saved": "Changed facts",
    "case.template_confirmed": "Confirmed template values",
    "case.viewed": "Saw the case",
    "cases.listed": "Saw the list of cases",
    "checklist.viewed": "Saw the checklist",
    "clinician.saved": "Saved a clinician",
    "codes.viewed": "Saw the codes",
    "department.opened": "Opened the department",
    "day.recorded": "Recorded a treatment day",
    "department.saved": "Saved department settings",
    "conflict.lifted": "Lifted a conflict of the case",
    "conflict.restored": "Took the lifting of a conflict back",
    "document.added": "Added a document",
    "document.changed": "Changed a document",
    "document.downloaded": "Downloaded the file of a document",
    "document.linked": "Ticked items with a document",
    "document.listed": "Added a document list",
    "document.removed": "Removed a document",
    "document.unlinked": "Took a tick back",
    "documents.viewed": "Saw the documents",
    "draft.download.pdf": "Downloaded the draft",
    "facility.judged": "Judged anew by the facility file",
    "denied.reported": "Ran the report of items called not applicable",
    "draft.viewed": "Saw the draft",
    "entries.dropped": "Dropped kept entries",
    "entries.kept": "Entries kept after the session ended",
    "entries.purged": "Cleared kept entries",
    "handoff.download.csv": "Downloaded the handoff as CSV",
    "handoff.download.json": "Downloaded the handoff as JSON",
    "handoff.download.pdf": "Downloaded the handoff as PDF",
    "handoff.ready": "Handoff made ready",
    "handoff.received": "Confirmed receipt",
    "handoff.returned": "Returned the handoff",
    "handoff.viewed": "Saw the handoff",
    "handoffs.listed": "Saw the list of handoffs",
    "handover.accepted": "Accepted a hand-over",
    "handover.sent": "Handed over",
    "held.viewed": "Saw the list of held lines",
    "home.viewed": "Saw the first page with cases",
    "item.answered": "Answered an item",
    "item.cannot_be_met": "Said that an item cannot be met",
    "item.challenged": "Doubted an answer of the system",
    "item.not_applicable": "Said that an item does not apply",
    "item.reopened": "Opened an item again",
    "item.return_answered": "Answered a return",
    "line.added": "Added a line",
    "line.changed": "Changed a line",
    "line.declined": "Declined a line",
    "items.listed": "Saw the items owed",
    "line.held": "Held a line",
    "lines.accepted": "Accepted lines",
    "machine.check_removed": "Took a machine check out",
    "machine.checked": "Recorded a machine check",
    "machine.saved": "Saved a machine",
    "machine.usual_set": "Set what is usual on a machine",
    "notapplicablereason.saved": "Saved a reason for not applicable",
    "notice.acknowledged": "Acknowledged a notice to radiation safety",
    "notice.raised": "Raised a notice to radiation safety",
    "notice.settled": "Settled a notice to radiation safety",
    "notices.listed": "Saw the notices to radiation safety",
    "overpayment.raised": "Flagged a suspected overpayment",
    "overpayment.settled": "Settled a suspected overpayment",
    "overpayment.suspended": "Suspended the clock of an overpayment",
    "overpayments.listed": "Saw the suspected overpayments",
    "second_look.listed": "Saw the packets for a second look",
    "second_look.recorded": "Recorded a second look",
    "packet.approved": "Approved the packet",
    "packet.reopened": "Opened the packet again",
    "packet.returned": "Returned the packet",
    "packet.submitted": "Submitted the packet",
    "packet.supplemented": "Submitted a supplement",
    "packet.taken": "Took the packet into review",
    "packet.withdrawn": "Withdrew the packet",
    "password.changed": "Changed the own password",
    "patient.viewed": "Looked a patient up",
    "payer.saved": "Saved a payer",
    "people.saved": "Saved a record of the department",
    "qualification.removed": "Took a qualification out",
    "qualification.saved": "Saved a qualification",
    "policy.applied": "Judged a case by changed policies",
    "policy.approved": "Approved a policy",
    "policy.judged": "Had open cases judged by changed policies",
    "policy.previewed": "Saw which cases a policy touches",
    "policy.proposed": "Proposed a policy",
    "policy.withdrawn": "Took a proposed policy back",
    "reference.applied": "Judged a case by newly published edit facts",
    "reference.completed": "Completed a release of billing files",
    "reference.loaded": "Loaded billing files",
    "reference.previewed": "Saw which cases a release touches",
    "reference.published": "Published a release of billing files",
    "reference.resumed": "Resumed reading billing files",
    "reference.withdrawn": "Took a release of billing files back",
    "queries.listed": "Saw the list of queries",
    "query.answered": "Recorded the answer to a query",
    "query.asked": "Asked a query",
    "query.closed": "Closed a query",
    "query.printed": "Printed a query",
    "query.viewed": "Saw a query",
    "query.withdrawn": "Withdrew a query",
    "queue.viewed": "Saw the queue",
    "review.accepted": "Accepted items",
    "review.returned": "Returned an item",
    "review.viewed": "Saw the review",
    "sign_in.done": "Signed in",
    "sign_in.failed": "Failed to sign in",
    "sign_in.locked": "Tried a locked account",
    "sign_out.done": "Signed out",
    "template.saved": "Saved a case template",
    "token.made": "Made a token for a program",
    "token.refused": "Was refused with a token",
    "token.revoked": "Revoked a token",
}


def action_words(action: str) -> str:
    """The event in words; a refused page by its name, an event of another version as it stands."""
    if action.startswith("page."):
        return f"Asked for the page “{action.removeprefix('page.').replace('-', ' ').replace('_', ' ')}”"
    return WORDS.get(action, action)


def asked_of(values: dict[str, Any], zone: str) -> AccessAsked:
    """The cleaned form as moments: whole days in the department's zone."""
    here = ZoneInfo(zone)
    return AccessAsked(
        since=datetime.combine(values["since"], time(), tzinfo=here),
        until=datetime.combine(values["until"] + timedelta(days=1), time(), tzinfo=here),
        case=values["case"],
        person=values["person"],
        sign_ins=values["show"] == "sign_ins",
    )


def report_context(
    page: AccessPage, values: dict[str, Any], started: bool, departments: list[Any]
) -> dict[str, Any]:
    names = {department.pk: department.name for department in departments}
    query = urlencode({name: value for name, value in values.items() if value})
    return {
        "rows": [_row(row) | {"department": names.get(row["department_id"], "")} for row in page.rows],
        "older_url": f"?{query}&{urlencode({'before': page.older})}" if page.older else "",
        "first_url": f"?{query}" if started else "",
        "shown": f"{len(page.rows)} event{'' if len(page.rows) == 1 else 's'}, newest first",
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": row["at"],
        "who": row["user__full_name"] or row["username"] or _nobody(row["action"]),
        "what": action_words(row["action"]),
        "record": row["record"],
        "case_id": row["case_id"],
        "refused": row["outcome"] == "refused",
        "source": row["source"],
    }


def _nobody(action: str) -> str:
    return "Nobody signed in" if action.startswith("sign_in.") else "The system"
