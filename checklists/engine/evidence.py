"""Judges recorded documents against one documentation item: is it there, signed, by whom, and in time.

Lives here: the judgement, its words, and whether a failure can still be put right.
Not here: which items a case needs (the rule book), and whether the content is good (a person decides that).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .evidence_records import (
    AUTHORIZED,
    NOT_AFTERWARDS,
    NOT_AUTHORIZED,
    CheckResult,
    Cure,
    EvidenceDocument,
    Item,
    Moments,
    Reviewed,
    Verdict,
    person,
    show,
)
from .evidence_timing import SET_TIMING, TIMING

__all__ = [
    "CheckResult",
    "Cure",
    "EvidenceDocument",
    "Moments",
    "Reviewed",
    "Verdict",
    "can_be_cured",
    "judge",
    "satisfied",
]


def judge(
    item: Item,
    documents: Sequence[EvidenceDocument],
    moments: Moments,
    *,
    performer_id: str | None = None,
    reviewed: Sequence[Reviewed] = (),
) -> list[CheckResult]:
    """Judge the documents offered for one item and say what is missing.

    Args:
        item: the documentation item.
        documents: the current versions linked to it; any order, may be empty.
        moments: beam, simulation, approval and closing times of the course.
        performer_id: the person billed on the line, for items only that person may write; None when not known.
        reviewed: whose work a review is about, for items that somebody else must write.

    Returns:
        The results of the document that does best (fewest failures, then fewest unknowns), in the order present,
        signed, signer, author, reviewer, timing words, service date; then what all documents show together, a second
        signature last.
        One failed `present` when there is no document.
    """
    offered = [one for one in documents if item.cosigner is None or one.author_role != item.cosigner]
    if not offered:
        return [_missing(item, moments)]
    judged = [_judge_one(item, document, moments, performer_id, reviewed) for document in offered]
    best = min(judged, key=_badness)
    together = [SET_TIMING[word](offered, moments) for word in item.timing if word in SET_TIMING]
    return best + together + _cosigned(item, documents)


def satisfied(results: Iterable[CheckResult]) -> bool | None:
    """True when every check holds, False when one fails, None when a person still has to look."""
    verdicts = {result.verdict for result in results}
    if "fails" in verdicts:
        return False
    return None if "unknown" in verdicts or not verdicts else True


def can_be_cured(item: Item, check: str, *, beam_given: bool = True) -> Cure:
    """Say whether a failed check of this item can still be put right.

    An attestation never cures an order, a directive, a plan approval or a check due before treatment: those carry the
    cure word `before_beam`, and once the beam was given nothing written later counts (M1, R1).
    """
    if check == "service_date":
        return Cure(True, "Correct the date of service in the index entry.")
    if check in _CURED_BY:
        return Cure(True, _CURED_BY[check])
    if item.cure == "before_beam":
        return _before_beam_cure(item, beam_given)
    if check in TIMING:
        return Cure(False, f"The date of the service itself is too late. {item.label} {NOT_AFTERWARDS}")
    return Cure(True, _CURE_WORDS[item.cure].get(check, _CURE_WORDS[item.cure][""]))


_CURED_BY = {
    "before_first_service": "Decline the lines dated before the signature, or add an order signed earlier.",
    "soon_after_last": "It is late: a supervisor must accept it, and after 30 days compliance decides.",
    "after_last_session": "Sign again, for the whole course.",
    "by_consult": "Add the request that led to the consultation, or write down that the patient came unasked.",
    "recent_for_first": "Add a report from the time before treatment.",
    "on_line_day": "Correct the date of the line or of the index entry, whichever is wrong.",
}
_CURE_WORDS: dict[str, dict[str, str]] = {
    "attestation": {
        "signed": "The author signs an attestation that names patient and entry, with today's date.",
        "": "The person who was there writes a late entry, marked and dated as one.",
    },
    "late_entry": {
        "signed": "The author signs now; the signature keeps today's date and counts as late.",
        "": "The person who was there writes a late entry, marked and dated as one.",
    },
    "any_time": {"": "It can be obtained at any time before billing."},
}


def _before_beam_cure(item: Item, beam_given: bool) -> Cure:
    if not beam_given:
        return Cure(True, "Do it now, before the beam.")
    return Cure(False, f"The time of signature is the requirement. {item.label} {NOT_AFTERWARDS}")


def _missing(item: Item, moments: Moments) -> CheckResult:
    if item.cure == "before_beam" and moments.delivered and moments.first_beam_on is not None:
        beam = show(moments.first_beam_on)
        return CheckResult("present", "fails", f"Nothing is on file. The beam was {beam}: if it was signed "
                           f"before that, add it; otherwise hold or decline the lines.")  # fmt: skip
    return CheckResult("present", "fails", f"Nothing is on file. Ask the {person(item.role)} for it.")


def _judge_one(
    item: Item,
    document: EvidenceDocument,
    moments: Moments,
    performer: str | None,
    reviewed: Sequence[Reviewed],
) -> list[CheckResult]:
    results = [CheckResult("present", "holds", f"{document.title} is on file.")]
    if item.signer != "none":
        results += [_signed(item, document, moments), _signer(item, document)]
    if item.author_is_line_performer:
        results.append(_author(document, performer))
    if item.reviews:
        results.append(_reviewer(item, document, reviewed))
    results += [TIMING[word](item, document, moments) for word in item.timing if word in TIMING]
    return [*results, _service_date(document)]


def _badness(results: Sequence[CheckResult]) -> tuple[int, int]:
    verdicts = [result.verdict for result in results]
    return verdicts.count("fails"), verdicts.count("unknown")


def _signed(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    if document.signed_at is not None:
        return CheckResult("signed", "holds", f"Signed {show(document.signed_at)}.")
    who = document.author or f"the {person(item.signer)}"
    if item.cure == "before_beam" and moments.delivered and moments.first_beam_on is not None:
        message = f"Not signed, and the beam was given. {item.label} {NOT_AFTERWARDS}"
        return CheckResult("signed", "fails", message)
    return CheckResult("signed", "fails", f"Not signed yet. Ask {who} to sign and date it.")


def _signer(item: Item, document: EvidenceDocument) -> CheckResult:
    if item.signer == "author":
        return _named_author(document)
    if item.signer == "coder" and document.author_role is None:
        return _checked_by(document)
    if document.author_role is None:
        return CheckResult("signer", "unknown", f"Record who signed: it must be the {person(item.signer)}.")
    if item.signer == AUTHORIZED:
        return _authorized_user(document)
    if document.author_role == item.signer:
        return CheckResult("signer", "holds", f"Signed by the {person(item.signer)}.")
    wrong = f"Signed by the {person(document.author_role)}; it must be the {person(item.signer)}."
    return CheckResult("signer", "fails", wrong)


def _named_author(document: EvidenceDocument) -> CheckResult:
    if document.author or document.author_id:
        return CheckResult("signer", "holds", f"Written by {document.author or document.author_id}.")
    return CheckResult("signer", "fails", "No author is named. Record who wrote it.")


def _checked_by(document: EvidenceDocument) -> CheckResult:
    """A coder has no part in the treatment, so a name without a role is the coder's."""
    who = document.author or document.author_id
    if who:
        return CheckResult("signer", "holds", f"Checked by {who}.")
    return CheckResult("signer", "unknown", "Record who made the check.")


def _authorized_user(document: EvidenceDocument) -> CheckResult:
    if NOT_AUTHORIZED in document.qualifications:
        who = document.author or "the signer"
        told = f"The listing of {who} as an authorized user did not hold on the day of signature."
        return CheckResult("signer", "fails", told)
    if AUTHORIZED in (document.author_role, *document.qualifications):
        return CheckResult("signer", "holds", "Signed by an authorized user.")
    if document.author_role == "radiation_oncologist":
        who = document.author or "the radiation oncologist"
        return CheckResult(
            "signer", "unknown", f"Confirm that the license lists {who} as an authorized user."
        )
    wrong = f"Signed by the {person(document.author_role or '')}; only an authorized user may sign."
    return CheckResult("signer", "fails", wrong)


def _author(document: EvidenceDocument, performer: str | None) -> CheckResult:
    if performer is None or document.author_id is None:
        return CheckResult("author", "unknown", "Confirm that the author is the person on the claim line.")
    if performer == document.author_id:
        return CheckResult("author", "holds", "Written by the person on the claim line.")
    who = document.author or "Someone else"
    return CheckResult("author", "fails", f"{who} wrote it, but another person is on the claim line. "
                       "That person must write an own note.")  # fmt: skip


def _reviewer(item: Item, document: EvidenceDocument, reviewed: Sequence[Reviewed]) -> CheckResult:
    """Nobody reviews their own work; a name alone shows that two are the same, never that they are not."""
    who = document.author or document.author_id
    if who is None:
        return CheckResult("reviewer", "unknown", "Record who reviewed it.")
    own = next((work for work in reviewed if _same(document, work)), None)
    if own is not None:
        told = (
            f"{who} signed the review as {_in_role(document.author_role)} and {own.what} as "
            f"{_in_role(own.role)}. Ask another {person(item.signer)} to review and sign."
        )
        return CheckResult("reviewer", "fails", told)
    known = [work for work in reviewed if work.author_id]
    if not known or document.author_id is None:
        told = f"Confirm that {who} is not the {person(item.signer)} whose work was reviewed."
        return CheckResult("reviewer", "unknown", told)
    others = ", ".join(dict.fromkeys(str(work.author or work.author_id) for work in known))
    return CheckResult("reviewer", "holds", f"Reviewed by {who}, the work of {others}.")


def _same(document: EvidenceDocument, work: Reviewed) -> bool:
    if document.author_id and work.author_id:
        return document.author_id == work.author_id
    return bool(document.author and work.author) and _plain(document.author) == _plain(work.author)


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().replace(".", " ").replace(",", " ").split())


def _in_role(role: str | None) -> str:
    return person(role) if role else "author"


def _cosigned(item: Item, documents: Sequence[EvidenceDocument]) -> list[CheckResult]:
    if not item.cosigner:
        return []
    role = item.cosigner
    if any(one.author_role == role and one.signed_at is not None for one in documents):
        return [CheckResult("cosigner", "holds", f"The {person(role)} signed too.")]
    return [CheckResult("cosigner", "fails", f"The {person(role)} must sign too. Add that signature.")]


def _service_date(document: EvidenceDocument) -> CheckResult:
    if document.service_date is None:
        return CheckResult("service_date", "unknown", "Record the date of service of this document.")
    return CheckResult("service_date", "holds", f"Date of service {document.service_date}.")
