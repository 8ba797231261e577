"""Edits of one case for the property of the checklist, each through the real services. No tests live here."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casetracker.case_input import CaseInput
from casetracker.errors import Refused, WrongState
from casetracker.models import Case, ChecklistItem, Document
from casetracker.recorded import recorded_input
from casetracker.requirements import requirement
from casetracker.selectors.reasons import reasons_for
from casetracker.services import coding, evidence, queries
from casetracker.services.cases import save_facts
from tests.cast import World
from tests.stories import at, lesion, plan, session

TECHNIQUES = ("forward_3d", "inverse")
MACHINES = ("linac", "gamma", "cyber")
DAY = date(2026, 3, 2)
ASKED = ("true", "unknown")


@dataclass
class Desk:
    """One case and who works on it. before: facts that `undo` brings back, the latest last."""

    case: Case
    world: World
    before: list[CaseInput] = field(default_factory=list)

    def person(self, name: str) -> Any:
        return self.world.people[name]

    def fresh(self) -> Case:
        self.case = Case.objects.select_related("department", "machine", "payer").get(pk=self.case.pk)
        return self.case

    def save(self, data: CaseInput) -> None:
        case = self.fresh()
        self.before.append(recorded_input(case))
        save_facts(case=case, by=self.person("petra"), facts_version=case.facts_version, data=data)

    def asked(self, **wanted: Any) -> list[ChecklistItem]:
        return list(self.case.items.filter(condition__in=ASKED, **wanted).order_by("position", "subject"))

    def chosen(self, number: int, **wanted: Any) -> ChecklistItem | None:
        found = self.asked(**wanted)
        return found[number % len(found)] if found else None

    def live_document(self, number: int) -> Document | None:
        found = list(Document.objects.filter(case=self.case, removed_at=None).order_by("id"))
        return found[number % len(found)] if found else None


def add_lesion(desk: Desk, number: int) -> None:
    facts = recorded_input(desk.fresh())
    known = len(facts.lesions)
    new = lesion(f"N{number}-{known}", max_dimension_mm=Decimal(10 + number))
    desk.save(CaseInput(lesions=[*facts.lesions, new], **_treating(facts, [*range(known), known])))


def remove_lesion(desk: Desk, number: int) -> None:
    facts = recorded_input(desk.fresh())
    if len(facts.lesions) > 1:
        left = [row for place, row in enumerate(facts.lesions) if place != number % len(facts.lesions)]
        desk.save(CaseInput(lesions=left, **_treating(facts, list(range(len(left))))))


def reclassify_lesion(desk: Desk, number: int) -> None:
    facts = recorded_input(desk.fresh())
    place = number % len(facts.lesions)
    size = Decimal(36 if facts.lesions[place]["max_dimension_mm"] <= 35 else 18)
    rows = [dict(row) for row in facts.lesions]
    rows[place] |= {"max_dimension_mm": size, "volume_cc": (size**3 / 2500).quantize(Decimal("0.01"))}
    desk.save(CaseInput(lesions=rows))


def add_session(desk: Desk, number: int) -> None:
    facts = recorded_input(desk.fresh())
    if len(facts.sessions) < 5:
        count, lesions = len(facts.sessions) + 1, list(range(len(facts.lesions)))
        new = session(20 + number + count, DAY + timedelta(days=number + count), lesions, desk.world)
        planned = {"planned_sessions": count}
        desk.save(CaseInput(case=planned, sessions=[*facts.sessions, {**new, "doses": {}}]))


def remove_session(desk: Desk, number: int) -> None:
    rows = recorded_input(desk.fresh()).sessions
    desk.save(
        CaseInput(sessions=[row for place, row in enumerate(rows) if place != number % (len(rows) or 1)])
    )


def move_session(desk: Desk, number: int) -> None:
    day = DAY + timedelta(days=number)
    moments = {"started_at": at(day, 8), "beam_on_at": at(day, 8, 30), "ended_at": at(day, 9, 15)}
    _change_session(desk, number, date=day, presences=[], **moments)


def stop_session(desk: Desk, number: int) -> None:
    status = ("stopped_without_dose", "partial")[number % 2]
    _change_session(desk, number, status=status, percent_delivered=Decimal(0 if number % 2 == 0 else 40))


def change_technique(desk: Desk, number: int) -> None:
    rows = [dict(row) for row in recorded_input(desk.fresh()).plans]
    chosen = TECHNIQUES[number % 2]
    desk.save(CaseInput(plans=[{**row, "technique": chosen} for row in rows]))


def change_machine(desk: Desk, number: int) -> None:
    desk.save(CaseInput(case={"machine": desk.world.machines[MACHINES[number % 3]]}))


def give_up_frame(desk: Desk, number: int) -> None:
    """The patient does not tolerate the frame; the course goes on with a mask."""
    desk.save(CaseInput(case={"fixation_type": "mask", "fixation_placed_by": ""}))


def undo(desk: Desk, number: int) -> None:
    """Bring the facts before the last edit back. A removed row returns as a new one: it has a new uuid."""
    if desk.before:
        case, facts = desk.fresh(), desk.before.pop()
        save_facts(case=case, by=desk.person("petra"), facts_version=case.facts_version, data=facts)


def accept_line(desk: Desk, number: int) -> None:
    key = _line(desk, number)
    if key:
        coding.accept_lines(case=desk.case, by=desk.person("cora"), keys=[key], reason="Looked at.")


def decline_line(desk: Desk, number: int) -> None:
    key = _line(desk, number)
    if key:
        coding.decline_line(case=desk.case, by=desk.person("cora"), key=key, reason="Not billed here.")


def change_line(desk: Desk, number: int) -> None:
    key = _line(desk, number)
    if key:
        more = {"units": 1, "modifiers": [], "date": DAY, "reason": "As the record says."}
        coding.change_line(case=desk.case, by=desk.person("cora"), key=key, **more)


def add_document(desk: Desk, number: int) -> None:
    wanted = [one for one in (desk.chosen(number), desk.chosen(number * 7 + 3)) if one]
    evidence.add_document(
        case=desk.fresh(),
        by=desk.person("petra"),
        kind=("consult_radiation_oncology", "treatment_record", "prescription")[number % 3],
        title=f"Paper {number}",
        author=desk.world.clinicians["onco"],
        author_role="radiation_oncologist",
        service_date=DAY,
        written_at=at(DAY, 7),
        signed_at=at(DAY, 7, 10),
        item_ids={item.pk for item in wanted},
    )


def supersede_document(desk: Desk, number: int) -> None:
    old = desk.live_document(number)
    if old:
        ticked = old.links.filter(removed_at=None).values_list("item_id", flat=True)
        entry = replace(evidence.as_input(old, ticked), title=f"{old.title[:60]} again")
        evidence.change_document(
            case=desk.fresh(), by=desk.person("petra"), document=old, version=old.version, entry=entry
        )


def unlink_document(desk: Desk, number: int) -> None:
    document = desk.live_document(number)
    tick = document and document.links.filter(removed_at=None).select_related("item").first()
    if tick:
        evidence.unlink(case=desk.fresh(), by=desk.person("petra"), document=document, item=tick.item)


def doubt_item(desk: Desk, number: int) -> None:
    item = desk.chosen(number, answered_by_system=True)
    if item:
        words = "The log of the day says otherwise."
        evidence.challenge_item(case=desk.fresh(), by=desk.person("petra"), item=item, reason=words)


def reopen_item(desk: Desk, number: int) -> None:
    said = [item for item in desk.asked() if item.answer_reason]
    if said:
        item = said[number % len(said)]
        evidence.reopen_item(case=desk.fresh(), by=desk.person("sam"), item=item, reason="Found after all.")


def deny_item(desk: Desk, number: int) -> None:
    because = reasons_for(desk.case.department)[0]
    deniable = [item for item in desk.asked() if not requirement(item.key).always]
    if deniable:
        item = deniable[number % len(deniable)]
        words = "It was not used for this patient."
        person = desk.person("sam")
        evidence.mark_not_applicable(case=desk.fresh(), by=person, item=item, because=because, reason=words)


def give_up_item(desk: Desk, number: int) -> None:
    item = desk.chosen(number, severity="required")
    if item:
        words = "The machine's log was lost."
        evidence.mark_cannot_be_met(case=desk.fresh(), by=desk.person("sam"), item=item, reason=words)


def ask(desk: Desk, number: int) -> None:
    onco = desk.world.clinicians["onco"]
    words = {"facts": "The note of 2 March names no time.", "question": "When was the plan reviewed?"}
    item, person = desk.chosen(number), desk.person("cora")
    queries.ask(case=desk.fresh(), by=person, clinician=onco, item=item, **words)


def answer_query(desk: Desk, number: int) -> None:
    waiting = desk.case.queries.filter(state="open").order_by("id").first()
    if waiting:
        queries.answer(query=waiting, by=desk.person("petra"), answer="At half past seven.")


def _treating(facts: CaseInput, lesions: list[int]) -> dict[str, Any]:
    """Plans and sessions that name every lesion."""
    plans = [{**row, "lesions": lesions} for row in facts.plans] or [plan(lesions)]
    return {"plans": plans, "sessions": [{**row, "lesions": lesions, "doses": {}} for row in facts.sessions]}


def _change_session(desk: Desk, number: int, **values: Any) -> None:
    rows = [dict(row) for row in recorded_input(desk.fresh()).sessions]
    if rows:
        rows[number % len(rows)] |= values
        desk.save(CaseInput(sessions=rows))


def _line(desk: Desk, number: int) -> str | None:
    lines = desk.fresh().evaluations.get(occasion="current").result["lines"]
    return lines[number % len(lines)]["key"] if lines else None


EDITS: tuple[Callable[[Desk, int], None], ...] = (
    add_lesion, remove_lesion, reclassify_lesion, add_session, remove_session, move_session, stop_session,
    change_technique, change_machine, undo, accept_line, decline_line, change_line, add_document,
    supersede_document, unlink_document, doubt_item, deny_item, give_up_item, reopen_item, ask, answer_query,
)  # fmt: skip
REFUSALS = (Refused, WrongState)
