"""What is known of one treatment day of a case: its session, plan, signed papers and people. Few fixed queries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from casetracker.choices import CaseRole, Fixation, Modality
from casetracker.errors import NotFound
from casetracker.models import Case, Clinician, Document
from casetracker.recorded import recorded_input
from casetracker.treatment_day import STEPS

PAPERS = {"directive": "written_directive", "timeout": "time_out_record"}
SIGNS_AS = {"directive": CaseRole.RADIATION_ONCOLOGIST, "timeout": CaseRole.THERAPIST}


@dataclass(frozen=True)
class DaySheet:
    """session, plan: rows of `recorded`; papers: step -> signed document of the day; people: id text -> clinician.

    directive: the signed row of the facts that holds for the day, where no paper of it is on file.
    """

    number: int
    place: int
    recorded: Any
    session: dict[str, Any]
    plan: dict[str, Any] | None
    plan_place: int | None
    shown: list[str]
    papers: dict[str, Document] = field(default_factory=dict)
    people: dict[str, Clinician] = field(default_factory=dict)
    usual: dict[str, Clinician] = field(default_factory=dict)
    directive: dict[str, Any] | None = None

    @property
    def typed(self) -> list[str]:
        """The steps whose time is typed on the sheet; the others are told by a paper or by the facts."""
        told = {*self.papers, *(["directive"] if self.directive else [])}
        return [key for key in self.shown if key not in told]

    def moments(self) -> dict[str, datetime | None]:
        """Every recorded moment of the day by step."""
        found = {step.key: self.session.get(f"{step.key}_at") for step in STEPS}
        found["approved"] = self.plan.get("approved_at") if self.plan else None
        found["images"] = self.session.get("images_approved_at")
        found["directive"] = self.directive["signed_at"] if self.directive else None
        return found | {step: paper.signed_at for step, paper in self.papers.items()}


def day_sheet(case: Case, number: int) -> DaySheet:
    """The sheet of session `number`; NotFound when the case has no such session."""
    recorded = recorded_input(case)
    sessions = recorded.sessions or []
    place = next((place for place, row in enumerate(sessions) if row["number"] == number), None)
    if place is None:
        raise NotFound("This case has no such session.")
    session = sessions[place]
    plan_place = _plan_of(session, recorded.plans or [])
    papers = _papers(case, session)
    return DaySheet(
        number=number,
        place=place,
        recorded=recorded,
        session=session,
        plan=(recorded.plans or [])[plan_place] if plan_place is not None else None,
        plan_place=plan_place,
        shown=_shown(case, plan_place, session),
        papers=papers,
        people={str(row["clinician"].pk): row["clinician"] for row in recorded.team or []},
        usual={row["role"]: row["clinician"] for row in reversed(recorded.team or [])},
        directive=None if "directive" in papers else _directive(recorded.directives or [], session, case),
    )


def _directive(rows: list[dict[str, Any]], session: dict[str, Any], case: Case) -> dict[str, Any] | None:
    """The version signed last up to the day of the session; without one the first that was signed later."""
    zone, day = ZoneInfo(case.department.time_zone), session["date"]
    signed = sorted((row for row in rows if row["signed_at"]), key=lambda row: row["signed_at"])
    in_time = [row for row in signed if day is None or row["signed_at"].astimezone(zone).date() <= day]
    return next(iter([*in_time[-1:], *signed]), None)


def _plan_of(session: dict[str, Any], plans: list[dict[str, Any]]) -> int | None:
    if session.get("plan") is not None:
        return int(session["plan"])
    return 0 if len(plans) == 1 else None


def _shown(case: Case, plan_place: int | None, session: dict[str, Any]) -> list[str]:
    imaged = case.fixation_type != Fixation.INVASIVE_FRAME or bool(session.get("image_guidance"))
    framed, cobalt = case.fixation_type == Fixation.INVASIVE_FRAME, case.modality == Modality.COBALT60
    return [
        step.key
        for step in STEPS
        if (framed or not step.frame)
        and (cobalt or not step.cobalt)
        and (imaged or not step.imaged)
        and (step.key != "approved" or plan_place is not None)
    ]


def _papers(case: Case, session: dict[str, Any]) -> dict[str, Document]:
    """The papers of this session, or of the whole case on its day; the latest entry of each kind."""
    of_day = Q(subject=f"session:{session['uuid']}") | Q(subject="case", service_date=session["date"])
    found = Document.objects.filter(of_day, case=case, removed_at=None, kind__in=PAPERS.values())
    by_kind = {paper.kind: paper for paper in found.select_related("author").order_by("id")}
    return {step: by_kind[kind] for step, kind in PAPERS.items() if kind in by_kind}
