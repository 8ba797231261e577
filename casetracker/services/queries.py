"""Questions to clinicians: asked, answered, withdrawn, closed. The wording is judged before anything is stored.

The answer belongs in the medical record as an addendum; what is kept here is the note that it was given.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from casetracker import permissions, query_wording, working_days
from casetracker.choices import Answer, Condition, ItemReview, QueryState
from casetracker.errors import Refused, Stale, WrongState
from casetracker.models import Case, ChecklistItem, Clinician, Query, User
from casetracker.services.history import service, write_revision

WAITING = (QueryState.OPEN, QueryState.ANSWERED)
ANSWERED_SINCE = Q(item__answered_at__gt=F("asked_at")) | Q(
    item__links__linked_at__gt=F("asked_at"), item__links__removed_at=None
)


@service("query.asked")
def ask(
    *,
    case: Case,
    by: User,
    clinician: Clinician,
    facts: str,
    question: str,
    options: Sequence[str] = (),
    item: ChecklistItem | None = None,
    due_on: date | None = None,
) -> Query:
    """Send one question to one clinician.

    options: offered answers; "other" and "cannot be determined" are always added; empty asks openly.
    due_on: None means the department's working days for an answer.
    Raises Refused when the wording leads or speaks of payment, naming each problem.
    """
    permissions.check_edit_case(by, case)
    _check_wording(question, facts, options)
    _check_belongs(case, clinician, item)
    query = Query(
        case=case,
        item=item,
        clinician=clinician,
        facts=facts.strip(),
        question=question.strip(),
        options=query_wording.with_fixed_options(list(options)),
        asked_by=by,
        asked_at=timezone.now(),
        due_on=due_on or _usual_due_day(case),
    )
    query.full_clean(validate_constraints=False)
    query.save()
    _record(query, by, "query.asked", f"Query to {clinician.name}", {"question": query.question})
    return query


@service("query.answered")
def answer(*, query: Query, by: User, answer: str, version: int | None = None) -> Query:
    """Note the clinician's answer. The checklist item stays open until the record itself shows the addendum."""
    permissions.check_edit_case(by, query.case)
    if not answer.strip():
        raise Refused("Write down what the clinician answered.")
    _change(
        query,
        version,
        (QueryState.OPEN,),
        state=QueryState.ANSWERED,
        answer=answer.strip(),
        answered_at=timezone.now(),
    )
    _record(query, by, "query.answered", f"Answer of {query.clinician.name}", {"answer": query.answer})
    return query


@service("query.withdrawn")
def withdraw(*, query: Query, by: User, reason: str, version: int | None = None) -> Query:
    """Take a question back because it is no longer needed; the question and the reason stay readable."""
    permissions.check_edit_case(by, query.case)
    _finish(query, version, (QueryState.OPEN,), QueryState.WITHDRAWN, reason)
    _record(query, by, "query.withdrawn", "Query withdrawn", {"reason": reason})
    return query


@service("query.closed")
def close(*, query: Query, by: User, reason: str, version: int | None = None) -> Query:
    """Close an answered question by hand, for example when the answer needs no addendum."""
    permissions.check_edit_case(by, query.case)
    _finish(query, version, (QueryState.ANSWERED,), QueryState.CLOSED, reason)
    _record(query, by, "query.closed", "Query closed", {"reason": reason})
    return query


def close_satisfied(*, case: Case) -> int:
    """Close every waiting question whose item was satisfied since, or is no longer needed; returns how many.

    A question about an item that was satisfied before doubts that answer: it waits until the answer turns or a
    document is ticked. Called by the services that change items, inside their transaction; they write the history.
    """
    waiting = Query.objects.filter(case=case, state__in=WAITING, item__isnull=False)
    done = waiting.filter(ANSWERED_SINCE, item__answer=Answer.SATISFIED).exclude(
        item__review=ItemReview.RETURNED
    )
    gone = waiting.filter(item__condition__in=(Condition.FALSE, Condition.RETIRED))
    closed = _close_all(done, "The item is satisfied.")
    return closed + _close_all(gone, "The item is no longer needed.")


def _close_all(queries, because: str) -> int:
    """`version` moves too, so that a page opened before shows a conflict instead of overwriting."""
    ids = list(queries.values_list("id", flat=True))
    if not ids:
        return 0
    return Query.objects.filter(pk__in=ids).update(
        state=QueryState.CLOSED,
        closed_at=timezone.now(),
        closed_reason=because,
        version=F("version") + 1,
    )


def _check_wording(question: str, facts: str, options: Sequence[str]) -> None:
    if not question.strip():
        raise Refused("Write the question.")
    if not facts.strip():
        raise Refused("Cite the facts in the record that raise the question.")
    found = query_wording.problems(question=question, facts=facts, options=list(options))
    if found:
        raise Refused(" ".join(found))


def _check_belongs(case: Case, clinician: Clinician, item: ChecklistItem | None) -> None:
    if item is not None and item.case_id != case.pk:
        raise Refused("This item belongs to another case.")
    if not clinician.departments.filter(pk=case.department_id).exists():
        raise Refused(
            f"{clinician.name} does not work in {case.department.name}. Choose somebody of the department."
        )


def _usual_due_day(case: Case) -> date:
    today = working_days.local_day(timezone.now(), case.department)
    return working_days.after(today, case.department.query_days)


def _finish(query: Query, version: int | None, sources: Sequence[str], state: str, reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason; it stays with the query.")
    _change(
        query, version, sources, state=state, closed_at=timezone.now(), closed_reason=reason.strip()[:200]
    )


def _change(query: Query, version: int | None, sources: Sequence[str], **values) -> None:
    """Conditional update: the state must allow it and nobody else may have changed the query meanwhile."""
    if query.state not in sources:
        raise WrongState(
            f"This query is {QueryState(query.state).label.lower()}; reload the list of queries."
        )
    seen = query.version if version is None else version
    moved = Query.objects.filter(pk=query.pk, version=seen).update(version=F("version") + 1, **values)
    if not moved:
        raise Stale("Somebody else changed this query while you worked. Reload it and repeat your step.")
    query.refresh_from_db()


def _record(query: Query, by: User, action: str, summary: str, difference: dict[str, str]) -> None:
    write_revision(
        case=query.case, by=by, action=action, summary=summary, difference={"query": query.pk, **difference}
    )
