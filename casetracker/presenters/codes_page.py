"""The codes page in words: lines by claim with their state and possible actions, conflicts, dropped codes, policies.

Takes a `CodesSheet` that was read already; asks no record and changes nothing.
"""

from datetime import date
from typing import Any

from django.urls import reverse

from casetracker.choices import HOLD_OWNERS, LineDecision, LineOrigin, Stream
from casetracker.handoff.words import PACKAGING
from casetracker.lifts import lapsed, mark, why_not_liftable
from casetracker.models import BillingLine, LiftedConflict
from casetracker.policy_values import value_words
from casetracker.presenters.fact_links import fact_url
from casetracker.reason_words import worded, worded_sentence
from casetracker.selectors.coding import CodesSheet, streams_of
from casetracker.templatetags.ages import dated
from checklists.engine.plain import plain as spelt_out
from checklists.engine.strictness import known_key
from checklists.reader import current_book

ACTIONS = (("change", "Change", "pencil"), ("hold", "Hold", "pause"), ("decline", "Decline", "cross"))
DECIDED = {
    LineDecision.RELEASE: "Released",
    LineDecision.HOLD: "Held",
    LineDecision.DECLINE: "Declined",
}
ORIGINS = {
    "payer_profile": "Payer",
    "department_policy": "Department",
    "built_in_default": "Rule book",
    "case_document": "This case",
}
SEVERITIES = ("block", "warn", "ask", "info")


def codes_context(sheet: CodesSheet) -> dict[str, Any]:
    """Everything `coding/codes.html` shows."""
    streams = [_stream(sheet, stream) for stream in streams_of(sheet)]
    undecided = sum(len(stream["undecided"]) for stream in streams)
    return {
        "sheet": sheet,
        "streams": streams,
        "undecided": undecided,
        "unsupported": [
            line for stream in streams for line in stream["lines"] if line["state"] == "unsupported"
        ],
        "conflicts": conflicts_of(sheet),
        "questions": [
            {**question, "url": fact_url(sheet.case.pk, question["fact"], sheet.document)}
            for question in sheet.result["questions"]
        ],
        **_considered(sheet.result["not_suggested"]),
        "policies": _policies(sheet),
        "rulebook": sheet.result["rulebook"],
        "lapsed": [_lapsed(sheet, lift) for lift in lapsed(sheet.result, sheet.lifts)],
        "may_not": sheet.may_not,
    }


def conflicts_of(sheet: CodesSheet) -> list[dict[str, Any]]:
    """Conflicts that still stand after the decisions made, the gravest first."""
    live = sheet.live
    standing = [
        conflict
        for conflict in sheet.result["conflicts"]
        if not conflict["keys"] or not set(conflict["keys"]) & live.declined
    ]
    gravest = sorted(standing, key=lambda conflict: SEVERITIES.index(conflict["severity"]))
    return [{**conflict, "actions": _lifting(sheet, conflict)} for conflict in gravest]


def conflict_called(sheet: CodesSheet, name: str) -> dict[str, Any] | None:
    """The conflict with this mark, if it still stands."""
    return next((one for one in conflicts_of(sheet) if mark(one) == name), None)


def _lifting(sheet: CodesSheet, conflict: dict[str, Any]) -> list[dict[str, Any]]:
    """What compliance can do with a block; nothing for other people and other conflicts."""
    if sheet.may_not_lift or conflict["severity"] != "block":
        return []
    if lift := conflict.get("lifted"):
        return [_restore(sheet, lift)]
    address = reverse("case-conflict-lift", args=[sheet.case.pk, mark(conflict)])
    why_not = why_not_liftable(conflict)
    return [{"label": "Lift for this case", "icon": "shield", "url": address, "reason": why_not}]


def _restore(sheet: CodesSheet, lift: LiftedConflict) -> dict[str, Any]:
    address = reverse("case-conflict-restore", args=[sheet.case.pk, lift.pk])
    return {"label": "Take back", "icon": "undo", "url": address}


def _lapsed(sheet: CodesSheet, lift: LiftedConflict) -> dict[str, Any]:
    """A lift whose conflict reads otherwise now, or is gone."""
    actions = [] if sheet.may_not_lift else [_restore(sheet, lift)]
    return {"lift": lift, "codes": lift.codes.split("+"), "actions": actions}


def _stream(sheet: CodesSheet, stream: str) -> dict[str, Any]:
    lines = [line_view(sheet, key) for key in _keys(sheet, stream)]
    undecided = [line for line in lines if line["state"] == "suggested"]
    packet = sheet.packets.get(stream)
    return {
        "stream": stream,
        "label": Stream(stream).label,
        "packet": packet,
        "lines": lines,
        "undecided": undecided,
        "warned": [line for line in undecided if line["warnings"]],
        "locked": sheet.locked(stream),
        "decided": sum(line["state"] not in ("suggested", "unsupported") for line in lines),
    }


def _keys(sheet: CodesSheet, stream: str) -> list[str]:
    suggested = [line["key"] for line in sheet.result["lines"] if line["stream"] == stream]
    others = [
        key for key, line in sheet.decided.items() if line.stream == stream and key not in sheet.suggestions
    ]
    return [*suggested, *others]


def line_view(sheet: CodesSheet, key: str) -> dict[str, Any]:
    """One line for `_parts/code_line.html`: the suggestion with a person's decision laid over it."""
    suggestion, line = sheet.suggestions.get(key), sheet.decided.get(key)
    view = _suggested(suggestion) if suggestion else {}
    if line is not None:
        view |= _decided(line, suggestion)
    view["person_name"] = _names(sheet).get(view.get("person") or "")
    view["warnings"] = sheet.warned(key, view["code"] if suggestion is None else "")
    view["actions"] = _actions(sheet, view)
    view["payment"] = _payment(sheet, view)
    view["lesion_names"] = _lesion_names(sheet, view.get("lesions") or [])
    return view


def _payment(sheet: CodesSheet, view: dict[str, Any]) -> str:
    """How Medicare's hospital system pays the line, suggested or entered; "" elsewhere and where nothing is known."""
    if view.get("stream") != Stream.FACILITY:
        return ""
    paid = {entry["code"]: entry["packaging"] for entry in sheet.result.get("hospital_payment", ())}
    return PACKAGING.get(paid.get(view["code"], ""), "")


def _suggested(line: dict[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat(line["date"]) if line["date"] else None
    reasons = [worded(reason) for reason in line["reasons"]]
    return {
        **line,
        "date": day,
        "reasons": reasons,
        "source": _sources(line["reasons"]),
        "state": "suggested",
    }


def _decided(line: BillingLine, suggestion: dict[str, Any] | None) -> dict[str, Any]:
    view = {
        name: getattr(line, name)
        for name in ("key", "code", "label", "stream", "performer", "person", "units", "modifiers", "date")
    }
    view["state"] = state_of(line)
    view["decided"] = told(line)
    view["version"] = line.version
    if suggestion is None:
        view["because"] = line.unsupported_because or "Added by a person; the rules do not suggest it."
        view["confidence"] = ""
    elif not line.supported:
        view["because"] = line.unsupported_because
    return view


def state_of(line: BillingLine) -> str:
    """The word of the line's badge."""
    if line.decision != LineDecision.RELEASE:
        return line.decision
    if not line.supported:
        return "unsupported"
    if line.origin == LineOrigin.ADDED:
        return "added"
    return "changed" if line.differs else line.decision


def told(line: BillingLine) -> str:
    """Who decided what, with the reason and what was suggested instead."""
    parts = [f"{DECIDED[line.decision]} by {line.decided_by}."]
    if line.decision == LineDecision.HOLD and line.hold_until:
        owner = HOLD_OWNERS.get(line.hold_owner, line.hold_owner).lower()
        day = f"{line.hold_until:%b} {line.hold_until.day}, {line.hold_until.year}"
        parts.append(f"Waits for: {owner}. Look again on {day}.")
    if line.differs and line.suggested:
        parts.append(f"Suggested: {_as_words(line.suggested)}.")
    return " ".join([*parts, line.reason]).strip()


def _as_words(suggested: dict[str, Any]) -> str:
    count = suggested["units"]
    parts = [
        f"{count} unit{'' if count == 1 else 's'}",
        " ".join(suggested["modifiers"]) or "no modifier",
        dated(suggested["date"]) or "no date",
    ]
    return ", ".join(parts)


def _actions(sheet: CodesSheet, view: dict[str, Any]) -> list[dict[str, Any]]:
    """What this coder can do with the line; a line that lost its suggestion is kept by a reason, not accepted."""
    if sheet.may_not or sheet.locked(view["stream"]):
        return []
    gone = view["key"] not in sheet.suggestions
    found = []
    if view["state"] not in ("release", "added", "changed") and not (gone and view["state"] == "unsupported"):
        found.append(_accept(sheet, view))
    for word, label, icon in ACTIONS:
        if view["state"] != word:
            label = "Keep" if word == "change" and gone and view["state"] == "unsupported" else label
            found.append({"label": label, "icon": icon, "url": line_url(sheet, view["key"], word)})
    return found


def _accept(sheet: CodesSheet, view: dict[str, Any]) -> dict[str, Any]:
    """A button; with a warning it leads to a page that asks for the reason."""
    if view["warnings"]:
        return {"label": "Accept", "icon": "check", "url": line_url(sheet, view["key"], "accept")}
    return {
        "label": "Accept",
        "icon": "check",
        "post": True,
        "url": reverse("case-codes-accept", args=[sheet.case.pk]),
        "fields": [("key", view["key"])],
    }


def line_url(sheet: CodesSheet, key: str, word: str) -> str:
    return f"{reverse('case-line', args=[sheet.case.pk, word])}?key={key}"


def _considered(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Codes not suggested: those of a usual case or still open, and those of other treatments apart."""
    book = current_book()
    found: dict[str, list[dict[str, Any]]] = {"dropped": [], "dropped_apart": []}
    for entry in entries:
        code = book.code(entry["code"])
        apart = code is not None and not code.usual and entry["outcome"] == "not_suggested"
        found["dropped_apart" if apart else "dropped"].append(_dropped(entry))
    return found


def _dropped(entry: dict[str, Any]) -> dict[str, Any]:
    label = current_book().label(entry["code"])
    reasons = [worded(reason) for reason in entry["reasons"]]
    rules = sorted({reason["rule"] for reason in entry["reasons"] if reason.get("rule")})
    because = worded_sentence(entry["because"], entry["reasons"])
    return {**entry, "label": label, "because": because, "reasons": reasons, "rules": rules}


def _sources(reasons: list[dict[str, Any]]) -> str:
    """Titles of the sources behind the reasons, each once."""
    keys = dict.fromkeys(key for reason in reasons for key in reason.get("source", []))
    book = current_book()
    return "; ".join(book.sources[key].title if key in book.sources else key for key in keys)


def _names(sheet: CodesSheet) -> dict[str, str]:
    return {p["id"]: p["name"] for p in sheet.document.get("people", []) if p.get("id") and p.get("name")}


def _lesion_names(sheet: CodesSheet, ids: list[str]) -> str:
    names = {lesion["id"]: lesion.get("label", "") for lesion in sheet.document.get("lesions", [])}
    return ", ".join(names[name] for name in ids if names.get(name))


def _policies(sheet: CodesSheet) -> list[dict[str, Any]]:
    """Policies in force, settings of the payer and the department first."""
    rows = []
    for entry in sheet.result["policies"]:
        own = sheet.policies.get(entry["key"])
        text = known_key(current_book(), entry["key"])
        rows.append(
            {
                "key": entry["key"],
                "known": bool(text),
                "label": text.label if text else spelt_out(entry["key"]).capitalize(),
                "value": value_words(text, str(entry["value"])) if text else spelt_out(str(entry["value"])),
                "origin": ORIGINS.get(entry["from"], entry["from"]),
                "reason": own["reason"] if own else "",
                "own": bool(own),
            }
        )
    return sorted(rows, key=lambda row: (not row["own"], row["label"]))
