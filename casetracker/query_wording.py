"""Whether a question to a clinician is worded so that it may be sent. Pure text; nothing is stored.

Source: practice brief on compliant queries as summarised in the domain notes, section 8.3: no payment, code or
audit words, no answer suggested, yes/no only to confirm what is already documented.
"""

import re
from typing import Final

CODE = re.compile(r"\b(?:(?:6[0-4]|7[0-9]|99)[0-9]{3}|[GCJ][0-9]{4})\b", re.IGNORECASE)
PAYMENT = re.compile(
    r"\b(bill(?:s|ed|ing|able)?|pa(?:id|y|ys|yment|yments|yer|yers)|reimburs\w*|revenue|charge[sd]?|charging"
    r"|claims?|audit(?:s|ed|or|ors)?|(?:up|down)?cod(?:e|es|ed|ing|er|ers)|rvus?|modifiers?|insur(?:ance|er|ers)"
    r"|denials?|medicare|medicaid)\b",
    re.IGNORECASE,
)
PURPOSE = re.compile(
    r"\b(?:so (?:that|we|they|it can)|in order to|to support|to qualify for|to meet)\b", re.IGNORECASE
)
LEADING = re.compile(
    r"^\W*(?:"
    r"is it (?:true|correct)|isn't|wasn't|aren't|didn't|doesn't"
    r"|(?:do|don't|would|wouldn't) you (?:agree|think|feel|believe)|can you confirm"
    r"|(?:please|kindly) (?:(?:also|just|again) )?(?:confirm"
    r"|(?:document|state|write|add|note|attest|certify|verify) that)"
    r"|(?:since|because)"
    r")\b"
    r"|\b(?:i|we) (?:assume|believe|think|suppose|expect|hope|need (?:the|this|it|you|a)|want|would like)\b"
    r"|^\W*(?:please|kindly) (?:amend|change|correct|revise|update|reclassify)\b[^?.]* to\b"
    r"|^\W*(?:please|kindly) (?:add|write|enter|record|document|state)\b[^?.]* as \d"
    r"|\bmust be\b|\b(?:back|pre)-?dat(?:e|ed|ing)\b"
    r"|,\s*(?:correct|right|yes|no|true"
    r"|(?:is|was|are|were|do|did|does)(?:n't| not)? (?:it|they|you|he|she)(?: not)?)\s*\?",
    re.IGNORECASE,
)
YES_NO = re.compile(
    r"^\W*(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
)
ASKED_OPENLY = re.compile(
    r"(?:[,;:]|\band\b|\bor\b)\s*(?:from |at |by |in |on |for )?(?:what|which|where|when|who|how)\b"
    r"|^\W*(?:can|could|will|would|do) you (?:please )?"
    r"(?:know|tell|say|describe|explain|clarify|specify|list|state the|give the)\b",
    re.IGNORECASE,
)
YES_OR_NO: Final = {"yes", "no"}

FIXED_OPTIONS = ("Other (please describe)", "Cannot be determined")


def problems(*, question: str, facts: str = "", options: tuple[str, ...] | list[str] = ()) -> list[str]:
    """What is wrong with the wording, one sentence each with the way out; empty when it may be sent."""
    found = [*_payment_words("question", question), *_payment_words("facts", facts)]
    for option in options:
        found += _payment_words("answers", option)
    return [*found, *_leading(question), *_one_question(question), *_choices(options)]


def with_fixed_options(options: tuple[str, ...] | list[str]) -> list[str]:
    """The offered answers, always ended by "other" and "cannot be determined"; an open question stays open."""
    own = [option.strip() for option in options if option.strip() and option.strip() not in FIXED_OPTIONS]
    return [*own, *FIXED_OPTIONS] if own else []


def _payment_words(place: str, text: str) -> list[str]:
    found = []
    if code := CODE.search(text):
        found.append(
            f"{code.group()} in the {place} is a code. Ask about the patient; leave code numbers out."
        )
    if word := PAYMENT.search(text):
        found.append(
            f"“{word.group()}” in the {place} is about payment, coding or audit. "
            "Ask only what happened or was found."
        )
    return found


def _leading(question: str) -> list[str]:
    if LEADING.search(question):
        return ["The question suggests its answer. Ask openly: what, which, when, how."]
    if PURPOSE.search(question):
        return ["The question says what the answer is needed for. Ask for the finding only."]
    if YES_NO.search(question) and not ASKED_OPENLY.search(question):
        return ["Yes or no leads. Ask openly, or offer choices with “other” and “cannot be determined”."]
    return []


def _one_question(question: str) -> list[str]:
    if question.count("?") > 1:
        return ["One question per query. Send the second one separately."]
    return []


def _choices(options: tuple[str, ...] | list[str]) -> list[str]:
    own = [option.strip() for option in options if option.strip() and option not in FIXED_OPTIONS]
    if own and {option.lower() for option in own} <= YES_OR_NO:
        return ["Yes or no leads. Offer what may have happened or been found, at least two choices."]
    if len(own) == 1:
        return ["One choice alone suggests the answer. Offer at least two sensible choices, or ask openly."]
    return []
