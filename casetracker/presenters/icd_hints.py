"""Diagnosis codes as a hint beside the diagnosis: from the rule book, never filled in by themselves."""

from checklists.reader import current_book


def icd_hints() -> dict[str, str]:
    """Word of the form -> the first whole diagnosis code that the book lists for it."""
    hints: dict[str, str] = {}
    for entry in current_book().diagnoses:
        if entry.whole_code and not (entry.secondary and entry.implies == "nothing"):
            for word in entry.diagnoses:
                hints.setdefault(word, entry.code)
    return hints
