"""What a reason in free words must hold to be of use to its reader. One rule for services and forms. Pure."""

from casetracker.errors import Refused

LEAST_LETTERS, LEAST_WORDS = 10, 2
TOO_SHORT = f"Write at least two words and {LEAST_LETTERS} letters, so that a reader understands it later."


def says_something(text: str) -> bool:
    """Whether a text is long enough to be a reason; spaces at its ends do not count."""
    return len(text.strip()) >= LEAST_LETTERS and len(text.split()) >= LEAST_WORDS


def reason_in(text: str, ask: str) -> str:
    """The text without spaces at its ends. Raises Refused with `ask`, and with what is missing in a short one."""
    if not text.strip():
        raise Refused(ask)
    if not says_something(text):
        raise Refused(f"{ask} {TOO_SHORT}")
    return text.strip()
