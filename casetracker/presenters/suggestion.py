"""The suggestion panel: lines, questions that lead to their fields, conflicts, and the class of each lesion."""

from typing import Any

from casetracker.presenters.fact_links import fact_url
from casetracker.reason_words import worded

SHOWN_QUESTIONS = 12


def suggestion_panel(
    result: dict[str, Any], document: dict[str, Any], case_id: int | None, state: str
) -> dict[str, Any]:
    """Context of `cases/panel.html`. case_id None: links stay on the page that shows the panel."""
    if "error" in result:
        return {"suggestion": {}, "classes": [], "refusals": [refusal(result["error"])], "panel_state": state}
    questions = [short(linked(question, document, case_id)) for question in result["questions"]]
    return {
        "suggestion": {**result, "questions": questions[:SHOWN_QUESTIONS]},
        "more_questions": max(len(questions) - SHOWN_QUESTIONS, 0),
        "classes": lesion_classes(result, document),
        "refusals": [],
        "panel_state": state,
    }


def refusal(errors: list[dict[str, Any]]) -> str:
    """Why there is no suggestion, from the first thing that cannot be judged; the rest often follows from it."""
    where = errors[0]["path"].partition("[")[0].partition(".")[0].replace("_", " ")
    return f"No suggestion while this stands: {where}: {errors[0]['message']}"


def linked(question: dict[str, Any], document: dict[str, Any], case_id: int | None) -> dict[str, Any]:
    """The question with the address of the field that answers it."""
    where = "" if case_id is None else "Answer"
    return {
        **question,
        "url": fact_url(case_id, question["fact"], document),
        "where": where or "Go to the field",
    }


def short(question: dict[str, Any]) -> dict[str, Any]:
    """For the narrow panel: codes stand as tags and rules on the codes page, so neither is repeated."""
    why = question.get("why") or ""
    rest = why.partition(". ")[2] if why.startswith("Decides ") else why
    return {**question, "why": rest, "rules": []}


def lesion_classes(result: dict[str, Any], document: dict[str, Any]) -> list[dict[str, str]]:
    """Name, class and reason of each lesion, in the order of the document."""
    names = {lesion["id"]: lesion.get("label") or lesion["id"] for lesion in document.get("lesions", [])}
    return [
        {
            "name": names.get(lesion["id"], lesion["id"]),
            "class": lesion["class"] or "unknown",
            "why": why(lesion),
        }
        for lesion in result.get("lesions", [])
    ]


def why(lesion: dict[str, Any]) -> str:
    """What makes a lesion complex, or what is missing to tell; nothing for a simple one."""
    if lesion["class"] == "simple":
        return ""
    verdict = "holds" if lesion["class"] else "unknown"
    reasons = [reason for reason in lesion.get("reasons", []) if reason["verdict"] == verdict]
    told = dict.fromkeys(_reason(reason, found=verdict == "holds") for reason in reasons)
    return ("missing: " if told and verdict == "unknown" else "") + "; ".join(told)


def _reason(reason: dict[str, Any], *, found: bool) -> str:
    told = worded(reason)
    return f"{told['label']}: {told['found']}" if found else told["label"].lower()
