"""The moments of a case that signed documents are compared with: beam, frame, approvals, first service, closing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casetracker.choices import LineDecision, SessionStatus
from casetracker.clinical import GIVEN
from casetracker.clinical_clocks import clocks_of
from casetracker.models import BillingLine, Case
from checklists.engine.evidence import Moments
from checklists.engine.evidence_records import USUAL_REPORT_DAYS
from checklists.engine.lines import is_visit

CONSULTS = ("consult_radiation_oncology", "consult_neurosurgery")


def moments_of(
    case: Case,
    zone: ZoneInfo,
    *,
    lines: Sequence[Mapping[str, Any]],
    policies: Mapping[str, Any],
    consulted: Iterable[date | None],
) -> Moments:
    """Three queries. lines, policies: of the evaluation; consulted: days of consultation notes on file."""
    sessions = list(case.sessions.filter(removed_at=None).order_by("number"))
    given = [session for session in sessions if session.status in GIVEN]
    beam_on = {
        f"session:{session.uuid}": local(session.beam_on_at, zone) or session.date
        for session in given
        if session.beam_on_at or session.date
    }
    plans = case.plans.filter(removed_at=None, approved_at__isnull=False).values_list("uuid", "approved_at")
    days = [session.date for session in given if session.date]
    last, notes = max(days, default=None), [day for day in consulted if day]
    return Moments(
        first_beam_on=next(iter(beam_on.values()), None),
        beam_on=beam_on,
        simulation_on=case.simulated_on,
        plan_approved_at={f"plan:{uuid}": at.astimezone(zone) for uuid, at in plans},
        clinical_plan_on=case.clinical_plan_on,
        last_session_on=last,
        planned_sessions=case.planned_sessions,
        delivered=bool(given),
        more_to_come=any(session.status == SessionStatus.PLANNED for session in sessions),
        planned_on=min((s.date for s in sessions if s.date), default=case.date_of_service),
        frame_on=min((at for s in sessions if (at := local(s.frame_on_at, zone))), default=None),
        consult_on=case.consulted_on or min(notes, default=None),
        first_service_on=min(service_days(case, lines), default=None),
        report_days=int(policies.get("imaging_report_days", USUAL_REPORT_DAYS)),
        summary_due_on=_summary_due(case, last),
    )


def service_days(case: Case, lines: Sequence[Mapping[str, Any]]) -> set[date]:
    """Days of the lines that are still on the claim; visits lie before the order and need none."""
    decided = BillingLine.objects.filter(case=case).values_list("key", "code", "decision", "date")
    known = {key: (code, decision, day) for key, code, decision, day in decided}
    rows = [(code, day) for code, decision, day in known.values() if decision != LineDecision.DECLINE]
    rows += [(line["code"], day_of_line(line)) for line in lines if line.get("key") not in known]
    return {day for code, day in rows if day and not is_visit(code)}


def day_of_line(line: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(str(line["date"])) if line.get("date") else None


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def _summary_due(case: Case, last: date | None) -> date | None:
    """By the department's clock; one that switched the clock off has its time for late entries."""
    if last is None:
        return None
    clock = clocks_of(case.department.clinical_clocks)["treated"]
    return clock.due_on(last) if clock else last + timedelta(days=case.department.late_entry_days)
