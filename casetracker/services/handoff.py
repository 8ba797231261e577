"""Freezing an approved packet, storing its files, and what billing does with it.

The snapshot is frozen in the approval's transaction; drawing follows the commit, is retried, and only stored bytes
are handed off. What the handoff says is collected in `casetracker.handoff`.
"""

import hashlib
import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from casetracker import workflow
from casetracker.choices import FileState, HandoffState, PacketStatus
from casetracker.errors import Refused, Stale, WrongState
from casetracker.handoff.collect import build_handoff
from casetracker.handoff.csv_form import render_csv
from casetracker.handoff.document import HandoffDocument, as_dict, from_dict
from casetracker.handoff.json_form import render_json
from casetracker.handoff.pdf import TEMPLATE_VERSION, PdfUnavailable, render_pdf
from casetracker.models import Handoff, HandoffFile, Packet, User
from casetracker.permissions import check_receive
from casetracker.selectors.review import supplement_of
from casetracker.services import queueing
from casetracker.services.history import audit, service
from casetracker.services.packet_moves import move_packet, record_move

log = logging.getLogger(__name__)
FORMATS = ("pdf", "json", "csv")
MOST_ATTEMPTS = 5
_drawing = threading.Lock()


def freeze(*, packet: Packet, by: User, supplement: bool = False) -> Handoff:
    """Freeze the packet as it was approved just now; called inside the approval's transaction.

    The packet must carry its approval (`approved_by`, `approved_at`, status approved). Returns the new version with
    three pending files; drawing starts when the transaction is committed.
    """
    document = build_handoff(packet, supplement=supplement)
    earlier = packet.handoffs.order_by("-version").first()
    if earlier and not supplement:
        Handoff.objects.filter(packet=packet).update(
            state=HandoffState.REPLACED, row_version=F("row_version") + 1
        )
    handoff = Handoff.objects.create(
        packet=packet,
        version=document.status.version,
        supplement=supplement,
        supersedes=None if supplement else earlier,
        snapshot=as_dict(document),
        digest=document.digest,
        approved_by=by,
        approved_at=packet.approved_at,
    )
    HandoffFile.objects.bulk_create(HandoffFile(handoff=handoff, format=form) for form in FORMATS)
    transaction.on_commit(start_drawing, robust=True)
    return handoff


def start_drawing() -> None:
    """Draw pending files: at once, or in a background thread on the small box, or left to `render_handoffs`."""
    if settings.HANDOFF_DRAWING == "thread":
        threading.Thread(target=_draw_in_thread, name="handoff-files", daemon=True).start()
    elif settings.HANDOFF_DRAWING == "inline":
        draw_pending()


def _draw_in_thread() -> None:
    try:
        draw_pending()
    except Exception:
        log.exception("Handoff files could not be drawn; `manage.py render_handoffs` repeats it.")
    finally:
        close_old_connections()


def draw_pending(again: bool = False) -> int:
    """Draw and store every file that is not stored yet; returns how many were stored. Safe to call at any time.

    A file that failed is tried five times; `again` also tries those that were given up.
    """
    with _drawing:
        waiting = HandoffFile.objects.exclude(state=FileState.STORED)
        if not again:
            waiting = waiting.filter(Q(state=FileState.PENDING) | Q(attempts__lt=MOST_ATTEMPTS))
        rows = list(
            waiting.select_related("handoff__packet__case__department").defer("content").order_by("id")
        )
        return sum(_draw(row) for row in rows)


def _draw(row: HandoffFile) -> bool:
    document = from_dict(row.handoff.snapshot)
    try:
        content = _renderers(row.handoff)[row.format](document)
    except PdfUnavailable as missing:
        HandoffFile.objects.filter(pk=row.pk).update(problem=str(missing)[:300])
        return False
    except Exception as broken:
        log.exception("Drawing a handoff file failed.")
        HandoffFile.objects.filter(pk=row.pk).update(
            state=FileState.FAILED,
            attempts=F("attempts") + 1,
            problem=f"{type(broken).__name__} while drawing",
        )
        return False
    _store(row, content)
    return True


def _renderers(handoff: Handoff) -> dict[str, Callable[[HandoffDocument], bytes]]:
    return {
        "pdf": lambda document: render_pdf(document, handoff.approved_at),
        "json": render_json,
        "csv": render_csv,
    }


def _store(row: HandoffFile, content: bytes) -> None:
    with transaction.atomic():
        HandoffFile.objects.filter(pk=row.pk).exclude(state=FileState.STORED).update(
            state=FileState.STORED,
            content=content,
            digest=hashlib.sha256(content).hexdigest(),
            size=len(content),
            template_version=TEMPLATE_VERSION,
            rendered_at=timezone.now(),
            attempts=F("attempts") + 1,
            problem="",
        )
        if row.format == "pdf":
            _hand_off(row.handoff)


def _hand_off(handoff: Handoff) -> None:
    """The stored PDF is what billing receives: the packet moves on by itself, unless it was reopened meanwhile."""
    moved = Handoff.objects.filter(pk=handoff.pk, state=HandoffState.PENDING).update(
        state=HandoffState.READY, row_version=F("row_version") + 1
    )
    packet = handoff.packet
    if moved:
        step = workflow.MOVES["hand_off"]
        Packet.objects.filter(pk=packet.pk, status__in=step.sources).update(
            status=step.target, version=F("version") + 1
        )
        case = packet.case
        queueing.refresh(case=case)
        audit(action="handoff.ready", by=None, department=case.department, record=f"case {case.number}")


@service("handoff.received")
def confirm_receipt(*, handoff: Handoff, by: User, row_version: int, claim_reference: str = "") -> Handoff:
    """Billing confirms that it has the summary; the packet is closed once no version of it waits any more.

    While a supplement is prepared, the version before it can still be received; the packet then stays where it is.
    Raises NotAllowed without the billing role, WrongState when nothing is waiting, Stale after another's step.
    """
    packet = _packet_of(handoff, by)
    before = packet.status
    supplemented = before != PacketStatus.HANDED_OFF and supplement_of(packet) is not None
    if not supplemented:
        workflow.move("confirm", before)
    _claim(
        handoff,
        row_version,
        state=HandoffState.RECEIVED,
        received_by=by,
        received_at=timezone.now(),
        claim_reference=claim_reference.strip()[:60],
    )
    if not supplemented and not _others_wait(handoff):
        move_packet(packet, "confirm")
    _record(handoff, packet, by, "handoff.received", before)
    return handoff


@service("handoff.returned")
def send_back(*, handoff: Handoff, by: User, row_version: int, reason: str) -> Handoff:
    """Billing returns the summary with a reason; the packet goes back to the department.

    Raises Refused without a reason, NotAllowed without the billing role, WrongState, Stale.
    """
    packet = _packet_of(handoff, by)
    if not reason.strip():
        raise Refused("Say what is wrong, so that the department can mend it.")
    before = packet.status
    workflow.move("send_back", before)
    _claim(
        handoff,
        row_version,
        state=HandoffState.RETURNED,
        returned_by=by,
        returned_at=timezone.now(),
        return_reason=reason.strip(),
    )
    move_packet(packet, "send_back", returned_at=timezone.now())
    _record(handoff, packet, by, "handoff.returned", before, reason=reason.strip())
    return handoff


def _packet_of(handoff: Handoff, by: User) -> Packet:
    packet = Packet.objects.select_related("case__department").get(pk=handoff.packet_id)
    check_receive(by, packet.case)
    if handoff.state != HandoffState.READY:
        raise WrongState(
            f"This version is {handoff.get_state_display().lower()}; there is nothing to receive."
        )
    return packet


def _others_wait(handoff: Handoff) -> bool:
    waiting = Handoff.objects.filter(
        packet_id=handoff.packet_id, state__in=(HandoffState.PENDING, HandoffState.READY)
    )
    return waiting.exclude(pk=handoff.pk).exists()


def _claim(handoff: Handoff, row_version: int, **values: object) -> None:
    changed = Handoff.objects.filter(pk=handoff.pk, row_version=row_version, state=HandoffState.READY).update(
        row_version=F("row_version") + 1, **values
    )
    if not changed:
        raise Stale("Somebody else worked on this handoff meanwhile. Reload the page and look again.")
    handoff.refresh_from_db()


def _record(
    handoff: Handoff, packet: Packet, by: User, action: str, before: str, **difference: object
) -> None:
    record_move(packet, by=by, action=action, before=before, version=handoff.version, **difference)
    queueing.refresh(case=packet.case)


def note_download(*, handoff: Handoff, by: User, form: str) -> None:
    """One audit event per download; a download changes nothing."""
    case = handoff.packet.case
    audit(action=f"handoff.download.{form}", by=by, department=case.department, record=f"case {case.number}")
