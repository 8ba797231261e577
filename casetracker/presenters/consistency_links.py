"""Where a consistency check is mended: the field of the facts, or the page, with what the link says.

One place per check of the rule book, chosen by what its owner is told to do. Only places live here.
"""

from typing import Final, NamedTuple

from casetracker.navigation import address
from casetracker.presenters.fact_links import fact_url


class Place(NamedTuple):
    """A page by its route, or the field that answers a fact of the case.

    of_case: the route is one of a case; otherwise it is a list that can show one case alone.
    """

    says: str
    route: str = ""
    fact: str = ""
    of_case: bool = True


_CODES: Final = Place("Go to the codes", route="case-codes")
_DOCUMENTS: Final = Place("Go to the documents", route="case-documents")


def _field(fact: str) -> Place:
    return Place("Go to the field", fact=fact)


PLACES: Final[dict[str, Place]] = {
    "clinical-plan-once": _CODES,
    "primary-lesion-choice": _CODES,
    "plan-type-exclusive": _CODES,
    "simulation-bundled-check": _CODES,
    "dose-calculation-units": _field("plan.calculations"),
    "treatment-device-count": _field("plan.custom_devices"),
    "session-count-matches-code": _field("sessions"),
    "modality-matches-code": _field("modality"),
    "role-separation": _field("people"),
    "additional-lesion-support": _CODES,
    "add-on-parent-present": _CODES,
    "continuing-physics-frequency": _CODES,
    "summary-lists-all-lesions": _field("lesions"),
    "dose-reconciled": _field("sessions"),
    "late-entry-compliant": _DOCUMENTS,
    "service-date-matches": _DOCUMENTS,
    "provider-identifiers": _CODES,
    "component-split": _CODES,
    "place-of-service": _field("setting"),
    "edits-checked": _CODES,
    "image-guidance-not-separate": _CODES,
    "outpatient-planning-window": _CODES,
    "diagnosis-linked-to-lines": _CODES,
    "charge-completeness": _CODES,
    "cloned-text-screen": _DOCUMENTS,
    "code-rationale-recorded": _CODES,
    "queries-closed": Place("Go to the questions", route="queries", of_case=False),
    "independent-review-approval": Place("Go to the review", route="case-review"),
    "filing-deadline": _field("filing_deadline"),
}


def link_of(key: str, case_id: int) -> tuple[str, str]:
    """What the link says and its address; two empty texts for a check that no page mends."""
    place = PLACES.get(key)
    if place is None:
        return "", ""
    if place.route:
        url = address(place.route, case_id) if place.of_case else address(place.route)
        url = url if place.of_case or not url else f"{url}?case={case_id}"
    else:
        url = fact_url(case_id, place.fact, {})
    return (place.says, url) if url else ("", "")
