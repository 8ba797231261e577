"""How every change is recorded: one transaction, one `CaseRevision`, one `AuditEvent`; refusals in their own.

Only this module writes history rows. Clinical values go to the revision, never to the audit event.
"""

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from casetracker.errors import Refused, Stale
from casetracker.models import AuditEvent, AuditHead, Case, CaseRevision, Department, User
from casetracker.request_context import note_record, source_address

P = ParamSpec("P")
R = TypeVar("R")
_running: ContextVar[bool] = ContextVar("a_service_is_running", default=False)
GENESIS = "0" * 64


def service(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a keyword-only function a service: one transaction, and an audited refusal after the rollback.

    `action` is the audit word, for example "case.saved". A service called by another service joins its transaction.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if _running.get():
                return function(*args, **kwargs)
            token = _running.set(True)
            try:
                with transaction.atomic():
                    _wait_for(_case_in(kwargs))
                    return function(*args, **kwargs)
            except Refused as refusal:
                _audit_refusal(action, refusal, kwargs)
                refusal.audited = True
                raise
            finally:
                _running.reset(token)

        return call

    return decorate


def _audit_refusal(action: str, refusal: Refused, kwargs: dict[str, Any]) -> None:
    """Record the refusal in its own transaction: the words of the refusal stay on the screen only."""
    case = _case_in(kwargs)
    with transaction.atomic():
        audit(
            action=action,
            by=kwargs.get("by"),
            department=case.department if case else _department_in(kwargs),
            record=f"case {case.number}" if case else "",
            outcome="refused",
        )


def _department_in(kwargs: dict[str, Any]) -> Department | None:
    """The department a service without a case was called about."""
    return kwargs.get("department") or getattr(kwargs.get("setting"), "department", None)


def _case_in(kwargs: dict[str, Any]) -> Case | None:
    """The case a service was called about, directly or through one of its records."""
    target = next(
        (kwargs[name] for name in ("case", "packet", "handoff", "item", "line", "query") if name in kwargs),
        None,
    )
    if target is None or isinstance(target, Case):
        return target
    return getattr(target, "case", None) or getattr(getattr(target, "packet", None), "case", None)


def _wait_for(case: Case | None) -> None:
    """Where rows are locked one by one, take the case first: two people on one case then wait instead of deadlocking.

    SQLite lets one writer in at a time, so nothing is asked there.
    """
    if case is not None and connection.features.has_select_for_update:
        held = Case.objects.select_for_update(no_key=True).filter(pk=case.pk)
        list(held.values_list("pk"))


def claim_version(case: Case) -> None:
    """Move the case to its next version, or raise `Stale` if somebody else did since it was read."""
    moved = Case.objects.filter(pk=case.pk, version=case.version).update(
        version=F("version") + 1, updated_at=timezone.now()
    )
    if not moved:
        raise Stale("Somebody else changed this case while you worked. Reload it and repeat your step.")
    case.version += 1


def write_revision(
    *, case: Case, by: User, action: str, summary: str, difference: dict[str, Any]
) -> CaseRevision:
    """Claim the next case version and record what changed (clinical) and that it changed (audit).

    difference: JSON-ready, for example {"machine": ["Linac 1", "Linac 2"]}.
    """
    claim_version(case)
    body = json.dumps([case.pk, case.version, action, difference], sort_keys=True, cls=DjangoJSONEncoder)
    revision = CaseRevision.objects.create(
        case=case,
        version=case.version,
        action=action,
        summary=summary[:300],
        difference=json.loads(json.dumps(difference, cls=DjangoJSONEncoder)),
        by=by,
        at=timezone.now(),
        digest=hashlib.sha256(body.encode()).hexdigest(),
    )
    audit(
        action=action,
        by=by,
        department=case.department,
        record=f"case {case.number}",
        revision_digest=revision.digest,
    )
    return revision


def audit(
    *,
    action: str,
    by: User | None,
    department: Department | None = None,
    record: str = "",
    revision_digest: str = "",
    outcome: str = "done",
) -> AuditEvent:
    """Append one event to the chain. No clinical value may be passed in; `record` is a kind and a number."""
    with transaction.atomic():
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"digest": GENESIS})
        event = AuditEvent(
            at=timezone.now(),
            user=by,
            username=by.get_username() if by else "",
            department=department,
            action=action,
            record=record,
            revision_digest=revision_digest,
            outcome=outcome,
            source=source_address.get(),
            previous=head.digest,
        )
        event.digest = event_digest(event)
        event.save(force_insert=True)
        AuditHead.objects.filter(pk=1).update(digest=event.digest)
    note_record(record)
    return event


def event_digest(event: AuditEvent) -> str:
    """SHA-256 over everything the event says and the digest before it."""
    parts = [
        event.previous,
        event.at.isoformat(),
        event.user_id,
        event.username,
        event.department_id,
        event.action,
        event.record,
        event.revision_digest,
        event.outcome,
        event.source,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
