"""Notices to radiation safety: raised by a failed directive, a suspected event or a person; acknowledged, settled.

Only a person settles a notice; a directive that turns up later does not make it go away. A notice of one source is
raised once.
"""

from django.utils import timezone

from casetracker import permissions
from casetracker.choices import (
    Answer,
    Condition,
    ItemReview,
    NoticeKind,
    PacketStatus,
    ReturnReason,
)
from casetracker.clinical import GIVEN
from casetracker.errors import Refused, WrongState
from casetracker.models import Case, ChecklistItem, Packet, SafetyNotice, TreatmentSession, User
from casetracker.services.history import audit, service, write_revision

DIRECTIVE = "written-directive"
IN_TIME = ("before_beam", "directive.before_beam")  # by its document, and by what the case records of it
SETTLED = (Answer.SATISFIED, Answer.NOT_APPLICABLE)
SUBMITTED = (PacketStatus.READY, PacketStatus.IN_REVIEW)


def watch_directive(*, case: Case, by: User) -> SafetyNotice | None:
    """Raise a notice when the written directive of a cobalt case has failed; called inside the caller's transaction.

    Failed means: it cannot be met, it was signed after the beam, or a packet was submitted after the beam without
    it. One query where the case needs no directive. Returns the new notice, or None.
    """
    item = ChecklistItem.objects.filter(case=case, key=DIRECTIVE, condition=Condition.TRUE).first()
    if item is None or (item.answer in SETTLED and not _found_late(item)):
        return None
    because = _why_failed(case, item)
    if not because:
        return None
    return _raise_once(case, by, NoticeKind.DIRECTIVE, f"{item.key} {item.subject}", because)


def watch_events(*, case: Case, by: User) -> list[SafetyNotice]:
    """Raise a notice for each session whose screen says that a medical event is suspected; one query where none does.

    Called inside the caller's transaction. Returns the new notices. Answering the screen anew takes none back.
    """
    sessions = TreatmentSession.objects.filter(case=case, removed_at=None, event_suspected=True)
    raised = [
        _raise_once(
            case,
            by,
            NoticeKind.MEDICAL_EVENT,
            f"event session:{session.uuid}",
            f"The screen of session {session.number} says that a medical event is suspected.",
        )
        for session in sessions
    ]
    return [notice for notice in raised if notice]


def _raise_once(case: Case, by: User, kind: str, source: str, because: str) -> SafetyNotice | None:
    if SafetyNotice.objects.filter(case=case, source=source).exists():
        return None
    notice = SafetyNotice.objects.create(
        case=case, kind=kind, source=source, because=because, raised_by=by, raised_at=timezone.now()
    )
    audit(action="notice.raised", by=by, department=case.department, record=f"case {case.number}")
    return notice


def _why_failed(case: Case, item: ChecklistItem) -> str:
    """In words why the directive has failed; empty while it is only missing."""
    if item.answer == Answer.CANNOT_BE_MET:
        return f"The written directive cannot be met: {item.answer_reason}"
    if not TreatmentSession.objects.filter(case=case, removed_at=None, status__in=GIVEN).exists():
        return ""
    if _found_late(item):
        return "The reviewer found that the written directive was signed after the beam."
    late = next((c for c in item.checks if c.get("check") in IN_TIME and c["verdict"] == "fails"), None)
    if late:
        return f"The written directive was not signed before the beam: {late['message']}"
    if Packet.objects.filter(case=case, status__in=SUBMITTED).exists():
        return "A packet was submitted after the beam, and no signed written directive is on file."
    return ""


def _found_late(item: ChecklistItem) -> bool:
    """Whether a reviewer returned it because it was signed after the beam."""
    return item.review == ItemReview.RETURNED and item.review_reason == ReturnReason.SIGNED_AFTER_BEAM


@service("notice.raised")
def raise_event(*, case: Case, by: User, because: str) -> SafetyNotice:
    """Write down a suspected medical event. Raises NotAllowed, or Refused without words."""
    permissions.check_raise_notice(by, case)
    if not because.strip():
        raise Refused("Say what happened and when; the people who settle it start from there.")
    notice = SafetyNotice.objects.create(
        case=case,
        kind=NoticeKind.MEDICAL_EVENT,
        because=because.strip(),
        raised_by=by,
        raised_at=timezone.now(),
    )
    _record(notice, by, "notice.raised", {"because": notice.because})
    return notice


@service("notice.acknowledged")
def acknowledge(*, case: Case, notice: SafetyNotice, by: User) -> SafetyNotice:
    """Say that one has read it and sees to it. Raises NotAllowed, WrongState when somebody did so already."""
    permissions.check_settle_notice(by, case)
    seen = {"acknowledged_by": by, "acknowledged_at": timezone.now()}
    if not SafetyNotice.objects.filter(pk=notice.pk, case=case, acknowledged_at=None).update(**seen):
        raise WrongState("This notice was acknowledged already. Reload the page.")
    notice.refresh_from_db()
    _record(notice, by, "notice.acknowledged", {})
    return notice


@service("notice.settled")
def settle(*, case: Case, notice: SafetyNotice, by: User, note: str) -> SafetyNotice:
    """Close an acknowledged notice with a note. It stays on record."""
    permissions.check_settle_notice(by, case)
    if not note.strip():
        raise Refused("Say how it was settled: who was told, when, and what was decided.")
    done = {"settled_by": by, "settled_at": timezone.now(), "note": note.strip()}
    waiting = SafetyNotice.objects.filter(
        pk=notice.pk, case=case, settled_at=None, acknowledged_at__isnull=False
    )
    if not waiting.update(**done):
        raise WrongState("Only a notice that was acknowledged and is not settled yet can be settled.")
    notice.refresh_from_db()
    _record(notice, by, "notice.settled", {"note": notice.note})
    return notice


def _record(notice: SafetyNotice, by: User, action: str, more: dict[str, str]) -> None:
    write_revision(
        case=notice.case,
        by=by,
        action=action,
        summary=f"Radiation safety, {notice.get_kind_display().lower()}: {notice.state}",
        difference={"notice": notice.get_kind_display(), **more},
    )
