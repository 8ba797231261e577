"""What a row of each rule-book file means: one function per file, from a typed Entry to a frozen value of the book.

Which files there are and how they depend on each other is in `reader`.
"""

from datetime import date, timedelta
from typing import Any

from checklists.engine import scalars, words
from checklists.engine.book import (
    ClassRule,
    Code,
    Condition,
    ConflictRule,
    ConsistencyCheck,
    CourseLimit,
    Device,
    DiagnosisHint,
    DocumentKind,
    Edition,
    Item,
    PolicyKey,
    RuleText,
    SituationModifier,
    Source,
)
from checklists.engine.facts import Fact
from checklists.reading import Entry


def whole(entry: Entry, build: Any) -> Any:
    built = build(entry)
    entry.close()
    return built


def policy_key(entry: Entry) -> PolicyKey:
    kind = entry.word("kind", words.POLICY_KINDS)
    allowed = entry.listed("words")
    typed = {"word": scalars.WORD, "words": scalars.TEXTS}.get(kind, kind)
    raw = entry.raw("default")
    try:
        default = scalars.typed(typed, raw if raw is not None else "", allowed)
    except scalars.NotAccepted as refusal:
        entry.refuse(f"'default': '{raw}' is not accepted; allowed: {refusal}", "default")
        default = ""
    return PolicyKey(
        key=entry.text("key"),
        label=entry.text("label"),
        kind=kind,
        words=allowed,
        default=default,
        text=entry.text("text"),
        levels=entry.listed("levels", words.POLICY_LEVELS, needed=True),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def policy_fact(policy: PolicyKey) -> Fact:
    kinds = {"word": scalars.WORD, "words": scalars.TEXTS}
    return Fact(kinds.get(policy.kind, policy.kind), policy.label, policy.words)


def source(entry: Entry) -> Source:
    return Source(entry.text("key"), entry.text("title"), entry.text("address"))


def rule_text(entry: Entry) -> RuleText:
    return RuleText(
        entry.text("id"), entry.text("says"), entry.listed("source", needed=True), entry.confidence()
    )


def class_rule(entry: Entry) -> ClassRule:
    return _lesion_rule(entry, words.LESION_CLASSES)


def spine_rule(entry: Entry) -> ClassRule:
    return _lesion_rule(entry, words.SPINE_RESULTS)


def _lesion_rule(entry: Entry, results: tuple[str, ...]) -> ClassRule:
    return ClassRule(
        rule=entry.text("rule"),
        result=entry.word("result", results),
        mark=entry.word("mark", words.CLASS_MARKS),
        when=entry.condition("when", scopes=("lesion",), rule=entry.text("rule")),
        because=entry.template("because"),
    )


def billing_code(entry: Entry) -> Code:
    streams = Entry(entry.desk, entry.file, entry.raw("streams"), entry.line)
    places = {place: streams.listed(place, words.STREAMS) for place in words.STREAM_PLACES}
    streams.close()
    code = Code(
        code=entry.value("code", scalars.CODE) or "",
        label=entry.text("label"),
        component=entry.word("component", words.COMPONENTS),
        performer=entry.word("performer", words.PERFORMERS),
        streams=places,
        packaging=entry.maybe_word("packaging", words.PACKAGING),
        course_limit=_course_limit(entry),
        editions=_editions(entry),
        retired=entry.maybe_day("retired"),
        usual=entry.raw("usual") is None or entry.yes("usual"),
        asked_about=entry.raw("asked_about") is not None and entry.yes("asked_about"),
    )
    if not code.editions:
        entry.refuse("'editions' needs at least one edition", "editions")
    return code


def _course_limit(entry: Entry) -> CourseLimit | None:
    raw = entry.raw("course_limit")
    if raw is None:
        return None
    row = Entry(entry.desk, entry.file, raw, entry.line)
    limit = CourseLimit(_units(row), row.word("severity", words.SEVERITIES), row.text("rule"))
    row.close()
    return limit


def _editions(entry: Entry) -> tuple[Edition, ...]:
    rows = entry.entries("editions")
    starts = [row.value("from", scalars.DAY) for row in rows]
    retired = entry.maybe_day("retired")
    found = []
    for place, row in enumerate(rows):
        following = starts[place + 1] if place + 1 < len(starts) else retired
        if starts[place] and following and following <= starts[place]:
            row.refuse(f"editions must follow each other by day, and {following} does not follow", "from")
        found.append(_edition(row, starts[place], following))
    return tuple(found)


def _edition(entry: Entry, first_day: Any, following: Any) -> Edition:
    if entry.raw("why_not") is not None and entry.raw("when") is None:
        return whole(entry, lambda row: _never(row, first_day, following))
    edition = Edition(
        first_day=first_day or date.min,
        last_day=following - timedelta(days=1) if following else None,
        when=entry.condition("when"),
        professional_when=entry.condition("professional_when"),
        modifiers=tuple(whole(row, _situation) for row in entry.entries("modifiers")),
        per=entry.word("per", words.PER),
        units=_units(entry),
        units_basis=entry.template("units_basis"),
        day=entry.word("date", words.DAYS),
        documents=entry.listed("documents"),
        because=entry.template("because"),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        checked_on=entry.day("checked_on"),
        confidence=entry.confidence(),
        why_not=entry.maybe_text("why_not"),
    )
    entry.close()
    return edition


def _never(entry: Entry, first_day: Any, following: Any) -> Edition:
    """An edition of a code that only a person enters: it says why, and has no conditions or units."""
    return Edition(
        first_day=first_day or date.min,
        last_day=following - timedelta(days=1) if following else None,
        when=entry.condition("when"),
        professional_when=entry.condition("professional_when"),
        modifiers=(),
        per="course",
        units=1,
        units_basis="",
        day="first_session",
        documents=entry.listed("documents"),
        because="",
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        checked_on=entry.day("checked_on"),
        confidence=entry.confidence(),
        why_not=entry.text("why_not"),
    )


def _situation(entry: Entry) -> SituationModifier:
    modifier = entry.value("modifier", scalars.MODIFIER) or ""
    return SituationModifier(modifier, entry.condition("when"), entry.text("rule"))


def _units(entry: Entry) -> int | str:
    raw = entry.raw("units")
    if isinstance(raw, str):
        return entry.value("units", scalars.WHOLE) or 1
    named = Entry(entry.desk, entry.file, raw, entry.line)
    fact = named.text("fact")
    named.close()
    if entry.desk.facts.get(fact, Fact("", "")).kind != scalars.WHOLE:
        entry.refuse(f"'units': the fact '{fact}' is not a count", "units")
    return fact


def item(entry: Entry) -> Item:
    scope = entry.word("scope", words.SCOPES)
    scopes = {"lesion": ("lesion",), "session": ("session",), "line": ("line",), "unit": ("line",)}.get(
        scope, ()
    )
    applies = entry.maybe_word("applies_to", ("all_lines",))
    verify = entry.condition("verify", scopes=scopes)
    recorded = entry.condition("recorded", scopes=scopes)
    return Item(
        key=entry.text("key"),
        label=entry.text("label"),
        accept=entry.text("accept"),
        step=entry.word("step", words.STEPS),
        role=entry.word("role", words.ITEM_ROLES),
        signer=entry.word("signer", words.SIGNERS),
        cosigner=entry.maybe_word("cosigner", words.SIGNERS),
        scope=scope,
        all_lines=applies is not None,
        severity=entry.word("severity", words.ITEM_SEVERITIES),
        kind=entry.word("kind", words.ITEM_KINDS),
        cure=entry.word("cure", words.CURES),
        auto=entry.word("auto", words.AUTO),
        when=entry.condition("when", scopes=scopes),
        verify=verify,
        recorded=recorded,
        timing=entry.listed("timing", words.TIMINGS),
        author_is_line_performer=entry.yes("author_is_line_performer"),
        reviews=entry.listed("reviews"),
        kinds=entry.listed("kinds"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
        asks=entry.text("asks"),
        each_check=tuple(Condition.of((node,)) for node in (*verify.nodes, *recorded.nodes)),
    )


def kind(entry: Entry, proves: dict[str, list[str]]) -> DocumentKind:
    key = entry.text("key")
    return DocumentKind(
        key=key,
        label=entry.text("label"),
        author=entry.text("author"),
        step=entry.word("step", words.STEPS),
        scope=entry.word("scope", words.SCOPES),
        note=entry.maybe_text("note"),
        items=tuple(proves.get(key, ())),
    )


def consistency_check(entry: Entry) -> ConsistencyCheck:
    return ConsistencyCheck(
        key=entry.text("key"),
        label=entry.text("label"),
        passes_when=entry.text("passes_when"),
        all_lines=entry.maybe_word("applies_to", ("all_lines",)) is not None,
        codes=entry.listed("codes"),
        when=entry.condition("when"),
        severity=entry.word("severity", words.ITEM_SEVERITIES),
        role=entry.word("role", words.ITEM_ROLES),
        step=entry.word("step", words.STEPS),
        auto=entry.word("auto", words.AUTO),
        fails=entry.text("fails"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def conflict_rule(entry: Entry) -> ConflictRule:
    rule = _conflict_rule(entry)
    about_lines = rule.check == "line" or rule.codes or rule.modifiers or rule.components or rule.performer
    for family, fits in (("line", about_lines), ("lesion", rule.check == "lesion")):
        if f"{{{family}." in rule.message and not fits:
            entry.refuse(f"'message': facts of one {family} are not available in this rule", "message")
    return rule


def _conflict_rule(entry: Entry) -> ConflictRule:
    return ConflictRule(
        id=entry.text("id"),
        severity=entry.word("severity", words.SEVERITIES),
        codes=frozenset(entry.listed("codes")),
        modifiers=frozenset(entry.listed("modifiers")),
        components=frozenset(entry.listed("components", words.LISTED_COMPONENTS)),
        with_codes=frozenset(entry.listed("with_codes")),
        without_codes=frozenset(entry.listed("without_codes")),
        within=entry.maybe_word("within", words.WITHIN) or "course",
        performer=entry.maybe_word("performer", words.PERFORMERS),
        when=entry.condition("when", scopes=("line", "lesion")),
        check=entry.maybe_word("check", words.CHECKS),
        keep=entry.maybe_text("keep"),
        message=entry.template("message"),
        way_out=entry.maybe_text("way_out"),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def device(entry: Entry) -> Device:
    return Device(
        name=entry.text("device"),
        aliases=entry.listed("aliases"),
        modality=entry.word("modality", words.MODALITIES),
        presence=entry.maybe_text("presence"),
        compartments=entry.listed("compartments", words.COMPARTMENTS),
        note=entry.maybe_text("note"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
        emission_guided=entry.raw("emission_guided") is not None and entry.yes("emission_guided"),
    )


def diagnosis_hint(entry: Entry) -> DiagnosisHint:
    return DiagnosisHint(
        code=entry.value("code", scalars.TEXT) or "",
        whole_code=entry.word("match", ("code", "prefix")) == "code",
        title=entry.text("title"),
        diagnoses=entry.listed("diagnoses", words.DIAGNOSES),
        implies=entry.word("implies", ("complex", "therapeutic", "facts", "review", "nothing")),
        compartment=entry.maybe_word("compartment", words.COMPARTMENTS),
        secondary=entry.yes("secondary"),
        note=entry.maybe_text("note"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )
