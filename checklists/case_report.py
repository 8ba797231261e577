"""The engine's result as plain text with reasons, for reading in a terminal. Takes the result as published."""

from collections.abc import Iterator
from typing import Any

from checklists.engine.book import RuleBook
from checklists.engine.plain import plain
from checklists.pages.wording import worded

_STREAMS = {
    "surgeon_professional": "Surgeon",
    "oncology_professional": "Radiation oncology",
    "facility": "Facility",
    "freestanding_global": "Freestanding centre",
}


def report(result: dict[str, Any], book: RuleBook) -> str:
    """One judged or refused document as text."""
    if "error" in result:
        return "\n".join(_refused(result["error"]))
    parts = (
        _head(result),
        _lesions(result["lesions"], book),
        _lines(result["lines"], book),
        _conflicts(result["conflicts"]),
        _questions(result["questions"]),
        _dropped(result["not_suggested"], book),
        _documentation(result["documentation"]),
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def _refused(errors: list[dict[str, Any]]) -> Iterator[str]:
    yield "Refused: this document cannot be judged."
    for error in errors:
        where = f"{error['path']}: " if error["path"] else ""
        value = "" if error["value"] is None else f" Found: {error['value']}."
        allowed = error["allowed"]
        accepted = ", ".join(map(str, allowed)) if isinstance(allowed, list) else allowed
        yield f"  {where}{error['message']}{value}" + (f" Accepted: {accepted}." if accepted else "")


def _head(result: dict[str, Any]) -> Iterator[str]:
    course, book = result["course"], result["rulebook"]
    single = {True: "one session", False: "several sessions", None: "sessions not settled"}
    days = course["treatment_days"]
    shown = (
        "treatment days not settled" if days is None else f"{days} treatment day{'' if days == 1 else 's'}"
    )
    yield f"Course: {single[course['single_session']]}, {shown}"
    yield f"Rule book {book['version']} ({book['digest'][:12]}), edits of {book['edits_release']}"


def _lesions(lesions: list[dict[str, Any]], book: RuleBook) -> Iterator[str]:
    for lesion in lesions:
        reported = lesion["reported_as"] or "not settled"
        yield f"Lesion {lesion['label']}: {lesion['class'] or 'not settled'} -> {reported}. {lesion['why']}"
        yield f"    {lesion['because']}"
        yield from _reasons(lesion["reasons"], book)


def _lines(lines: list[dict[str, Any]], book: RuleBook) -> Iterator[str]:
    yield "Suggested lines" if lines else "No line is suggested."
    stream = None
    for line in lines:
        if line["stream"] != stream:
            stream = line["stream"]
            yield f"  {_STREAMS[stream]}"
        code = "-".join((line["code"], *line["modifiers"]))
        who = line["person"] or plain(line["performer"])
        sure = f"[{plain(line['confidence'])}; {', '.join(line['rules'])}]"
        yield f"    {code} x{line['units']}  {line['date'] or 'no date'}  {line['label']}  ({who})"
        yield f"        {line['because']} {line['units_basis']} {sure}"
        yield from _reasons(line["reasons"], book)


def _reasons(reasons: list[dict[str, Any]], book: RuleBook) -> Iterator[str]:
    for reason in worded(book, reasons):
        found = "not recorded" if reason["found"] is None else reason["found"]
        rule = f" ({reason['rule']}, {plain(reason['confidence'])})" if reason["rule"] else ""
        yield f"        {reason['verdict']}: {reason['label']}: {found}, needed {reason['expected']}{rule}"


def _conflicts(conflicts: list[dict[str, Any]]) -> Iterator[str]:
    if conflicts:
        yield "Conflicts"
    for conflict in conflicts:
        yield f"  {conflict['severity'].upper()} {conflict['id']}: {conflict['message']}"
        if conflict["way_out"]:
            yield f"      Way out: {conflict['way_out']}"
        yield f"      Rules: {', '.join(conflict['rules'])}"


def _questions(questions: list[dict[str, Any]]) -> Iterator[str]:
    if questions:
        yield "Open questions"
    for question in questions:
        choices = f" [{', '.join(question['choices'])}]" if question["choices"] else ""
        yield f"  {question['label']} ({question['fact']}){choices}"
        yield f"      {question['why']}"


def _dropped(dropped: list[dict[str, Any]], book: RuleBook) -> Iterator[str]:
    if dropped:
        yield "Considered and not suggested"
    for entry in dropped:
        where = f", {_STREAMS[entry['stream']].lower()}" if entry["stream"] else ""
        yield f"  {entry['code']} {book.label(entry['code'])}: {plain(entry['outcome'])}{where}"
        yield f"      {entry['because']}"


def _documentation(items: list[dict[str, Any]]) -> Iterator[str]:
    needed = [item for item in items if item["condition"] != "false"]
    if needed:
        yield "Documentation"
    for item in needed:
        open_ = " (condition not settled)" if item["condition"] == "unknown" else ""
        about = subject_words(item["subject"])
        step, kind = plain(item["due"]), f"[{item['severity']}, {plain(item['role'])}]"
        yield f"  {step}: {item['label']} {kind}{about and f' {about}'}{open_}"


def subject_words(subject: str) -> str:
    """What an item is about: `lesion L1`, `77300, unit 2`, `61796, surgeon`; nothing for the whole case."""
    scope, _, name = subject.partition(":")
    if scope == "unit":
        line, _, number = name.rpartition(":")
        return f"{line.partition('/')[0]}, unit {number}"
    if scope == "line":
        code, stream = (*name.split("/"), "")[:2]
        return f"{code}, {_STREAMS[stream].lower()}" if stream in _STREAMS else code
    return f"{scope} {name}" if name else ""
