"""Walks every invented case through the real services to the state its row asks for."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from casetracker.choices import Answer, Condition, ItemReview, LineDecision, PacketStatus, ReturnReason
from casetracker.errors import Refused
from casetracker.management.demo import facts
from casetracker.management.demo.clock import at
from casetracker.management.demo.documents import file_documents
from casetracker.management.demo.people import PASSWORD, World, demo_file
from casetracker.models import Case, CaseTemplate, ChecklistItem, Clinician, Packet, User
from casetracker.selectors import review as reading
from casetracker.services import cases, coding, handoff, queries, queueing, review
from casetracker.services.evaluation import current_result

Spec = dict[str, Any]
# Packet states in the order in which a packet reaches them.
PACKET_PATH = ("ready", "in_review", "returned", "approved", "handed_off", "closed", "sent_back")
CASE_PATH = ("drafted", "suggested", "treated", "coded", "documented", *PACKET_PATH)


def load_cases(world: World, today: date, tell: Callable[[str], None]) -> int:
    """Bring in the cases that are not there yet; returns how many were added."""
    added = 0
    for spec in demo_file("cases.yaml"):
        template = world.templates[spec["template"], spec["machine"]]
        known = Case.objects.filter(
            department=template.department, patient__record_number=spec["patient"][0], demo=True
        )
        if not known.exists():
            with transaction.atomic():
                _load(spec, template, world, today)
            added += 1
            tell(f"{added} cases")
    return added


def _load(spec: Spec, template: CaseTemplate, world: World, today: date) -> Case:
    staff = world.users["steve" if template.department.name.startswith("South") else "petra"]
    case = _open(spec, template, staff, today)
    state = spec["state"]
    if state == "drafted":
        if "reached" in spec:
            _record(case, staff, facts.progress(spec, today))
        return case
    _complete(case, spec, template, world, today, staff)
    if state in ("on_hold", "cancelled"):
        return _halt(case, staff, state)
    if _past(state, "treated"):
        file_documents(
            case=case, by=staff, share=spec.get("done", 1.0 if _past(state, "coded") else 0), today=today
        )
    if spec.get("query"):
        _ask(case, staff, spec["query"])
    if _past(state, "coded"):
        _code(case, spec, world)
    if _past(state, "documented"):
        file_documents(case=case, by=staff, today=today)
        _walk_packets(case, spec, world)
    if "seen_again" in spec:
        _record(case, staff, {"follow_up_on": today - timedelta(days=spec["seen_again"])})
    return case


def _record(case: Case, staff: User, dates: dict[str, date]) -> None:
    case.refresh_from_db()
    cases.record_progress(case=case, by=staff, dates=dates)


def _past(state: str, mark: str) -> bool:
    return CASE_PATH.index(state) >= CASE_PATH.index(mark)


def _open(spec: Spec, template: CaseTemplate, staff: User, today: date) -> Case:
    number, name, born, sex = spec["patient"]
    case = cases.open_case(
        by=staff,
        department=template.department,
        patient={"record_number": number, "name": name, "birth_date": born, "sex": sex},
        data=facts.draft_input(spec, template, today),
        template=template,
    )
    case.demo = True
    case.opened_at = at(facts.first_day(spec, today) - timedelta(days=24), "09:00", case.department)
    Case.objects.filter(pk=case.pk).update(demo=True, opened_at=case.opened_at)
    queueing.refresh(case=case)
    return case


def _complete(case: Case, spec: Spec, template: CaseTemplate, world: World, today: date, staff: User) -> None:
    by_id = {clinician.pk: clinician for clinician in world.clinicians.values()}
    present = _present(spec, template, by_id)
    typed = facts.full_input({**spec, "present": present}, template, world, today)
    known = list(case.lesions.filter(removed_at=None).order_by("position"))
    for row, lesion in zip(typed.lesions or [], known, strict=True):
        row["uuid"] = str(lesion.uuid)
    typed.case["fixation_type"] = template.fixation_type
    cases.save_facts(case=case, by=staff, facts_version=case.facts_version, data=typed)
    case.refresh_from_db()
    if case.unconfirmed:
        cases.confirm_template(case=case, by=staff, fields=list(case.unconfirmed))


def _present(spec: Spec, template: CaseTemplate, by_id: dict[int, Clinician]) -> list[Clinician]:
    roles = {"radiation_oncologist", "physicist"} | (set() if spec.get("no_surgeon") else {"neurosurgeon"})
    return [by_id[entry["clinician"]] for entry in template.team if entry["role"] in roles]


def _halt(case: Case, staff: User, state: str) -> Case:
    reason = "Patient chose another treatment." if state == "cancelled" else "Waiting for a new planning MRI."
    cases.halt_case(case=case, by=staff, halt=state, reason=reason)
    return case


def _ask(case: Case, staff: User, words: dict[str, str]) -> None:
    """One question to the clinician in that role, from the facts of the record."""
    member = case.team.select_related("clinician").get(role=words["role"])
    item = case.items.filter(key=words["item"]).first()
    queries.ask(
        case=case,
        by=staff,
        clinician=member.clinician,
        facts=words["facts"],
        question=words["question"],
        item=item,
    )


def _code(case: Case, spec: Spec, world: World) -> None:
    cora, held = world.users["cora"], set(spec.get("hold", []))
    lines = current_result(case)["lines"]
    keys = [line["key"] for line in lines if line["code"] not in held]
    coding.accept_lines(case=case, by=cora, keys=keys, reason="Compared with the record.")
    for line in lines:
        if line["code"] in held:
            coding.hold_line(
                case=case,
                by=cora,
                key=line["key"],
                reason="The calculation sheets are not signed yet.",
                owner="dosimetrist",
                until=timezone.localdate() + timedelta(days=7),
            )


def _walk_packets(case: Case, spec: Spec, world: World) -> None:
    wanted = spec.get("packets", {})
    for packet in case.packets.order_by("stream"):
        target = wanted.get(packet.stream, spec["state"])
        packet.case = case
        if target in PACKET_PATH and _has_lines(packet):
            _walk(packet, target, world)


def _has_lines(packet: Packet) -> bool:
    return packet.case.lines.filter(stream=packet.stream, decision=LineDecision.RELEASE).exists()


def _walk(packet: Packet, target: str, world: World) -> None:
    cora, sam = world.users["cora"], world.users["sam"]
    packet.refresh_from_db()
    packet.case.refresh_from_db()
    try:
        review.submit(packet=packet, by=cora, note="Complete.")
    except Refused as refusal:
        Packet.objects.filter(pk=packet.pk).update(note=str(refusal)[:500])
        return
    if target == "ready":
        return
    review.take(packet=packet, by=sam)
    if target == "returned":
        _return(packet, sam)
    elif target != "in_review":
        _approve(packet, sam)
        if target != "approved":
            _receive(packet, target, world)


def _return(packet: Packet, sam: User) -> None:
    satisfied = packet.case.items.filter(answer=Answer.SATISFIED).order_by("position", "id")
    mine = [item for item in satisfied if packet.stream in item.streams]
    item = min(mine, key=lambda item: len(item.streams))  # of this claim alone, so that no other packet waits
    review.return_item(
        packet=packet,
        item=item,
        by=sam,
        reason=ReturnReason.NOT_PATIENT_SPECIFIC,
        text="The text reads like a form. Please add what was particular for this patient.",
    )
    review.return_packet(packet=packet, by=sam)


def _approve(packet: Packet, sam: User) -> None:
    seen = {item.pk: item.version for item in _to_accept(packet)}
    if seen:
        review.accept_items(packet=packet, by=sam, seen=seen)
    lines, warnings = reading.to_confirm(packet)
    packet.case.refresh_from_db()
    review.approve(
        packet=packet,
        by=sam,
        case_version=packet.case.version,
        lines=lines,
        warnings=warnings,
        password=PASSWORD,
        note="Reviewed against the record.",
    )


def _to_accept(packet: Packet) -> list[ChecklistItem]:
    """Satisfied items of the packet that no system judged and nobody accepted yet."""
    rows = packet.case.items.filter(answer=Answer.SATISFIED, review=ItemReview.NONE, condition=Condition.TRUE)
    return [item for item in rows if packet.stream in item.streams]


def _receive(packet: Packet, target: str, world: World) -> None:
    handoff.draw_pending()
    packet.refresh_from_db()
    if packet.status != PacketStatus.HANDED_OFF or target == "handed_off":
        return
    version = packet.handoffs.order_by("-version").first()
    bea = world.users["bea"]
    if target == "closed":
        handoff.confirm_receipt(
            handoff=version, by=bea, row_version=version.row_version, claim_reference=f"CLM-{version.pk:05d}"
        )
    else:
        handoff.send_back(
            handoff=version,
            by=bea,
            row_version=version.row_version,
            reason="The authorization number is missing on the summary.",
        )
