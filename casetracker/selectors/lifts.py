"""Conflicts that compliance lifted for one case. Reads only."""

from casetracker.errors import NotFound
from casetracker.models import Case, LiftedConflict


def standing_lifts(case: Case) -> list[LiftedConflict]:
    """Lifts of a case that nobody took back. One query."""
    return list(LiftedConflict.objects.filter(case_id=case.pk, ended_at=None).select_related("by"))


def lift_of(case: Case, lift_id: int) -> LiftedConflict:
    """A standing lift of a case that was fetched for this person, or NotFound."""
    found = next((lift for lift in standing_lifts(case) if lift.pk == lift_id), None)
    if found is None:
        raise NotFound("This conflict is not lifted any more.")
    return found
