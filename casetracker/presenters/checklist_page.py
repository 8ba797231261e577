"""What the checklist page and the page of one item show around their rows: chips, actions, reasons why not. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from casetracker.item_answers import failing, to_record
from casetracker.models import Case
from casetracker.navigation import address
from casetracker.presenters.checklist import Row
from casetracker.presenters.consistency_links import link_of
from casetracker.requirements import ROLES

if TYPE_CHECKING:
    from casetracker.selectors.checklist import Checklist
    from casetracker.selectors.consistency import Checked

FEW = 12
READ_ONLY = "Entering evidence needs the role staff, coder or supervisor."


def list_context(
    case: Case,
    found: "Checklist",
    consistency: "list[Checked]",
    *,
    may_edit: bool,
    chosen: Sequence[str] = (),
) -> dict[str, Any]:
    """Context of the staff view."""
    next_row = found.next
    return {
        "checklist": found,
        "chips": _chips(case, found),
        "tick_url": reverse("case-checklist-tick", args=[case.pk]),
        "chosen": {int(item) for item in chosen if item.isdigit()},
        "may_edit": may_edit,
        "read_only": "" if may_edit else READ_ONLY,
        "next": next_row,
        "next_actions": row_actions(case, next_row, may_edit, found.whose) if next_row else [],
        "steps": found.steps,
        "open_steps": _open_steps(found),
        **_nothing_words(case, found),
        **_consistency(case, consistency),
        "facts_action": {"label": "Go to the facts", "url": address("case-facts", case.pk), "icon": "pencil"},
    }


def row_actions(case: Case, row: Row, may_edit: bool, whose: str = "") -> list[dict[str, Any]]:
    """The likely next act first: signature of a document on file, a new document (back to `whose` list), opening."""
    reason = row.locked or ("" if may_edit else READ_ONLY)
    add = {
        "label": "Add document",
        "icon": "plus",
        "url": f"{reverse('case-document-add', args=[case.pk])}?item={row.id}&then={whose}",
        "reason": reason,
    }
    look = {"label": "Open", "icon": "arrow-right", "url": row.url}
    acts = [add, look] if row.tickable or row.locked else [look]
    if row.unsigned:
        acts.insert(
            0, {"label": "Enter its signature", "icon": "pencil", "url": row.unsigned.url, "reason": reason}
        )
    return acts


def _chips(case: Case, found: "Checklist") -> list[dict[str, Any]]:
    """Mine, everyone, then each role that owes something, most first."""
    address = reverse("case-checklist", args=[case.pk])
    chips = [
        {"label": "Everyone", "count": found.owed_by_all, "who": "everyone", "icon": "people"},
        *(
            {"label": ROLES.get(role, role), "count": count, "who": role}
            for role, count in sorted(found.owed.items(), key=lambda pair: -pair[1])
        ),
    ]
    if found.mine:
        chips.insert(0, {"label": "Mine", "count": found.owed_by_me, "who": "mine", "icon": "person"})
    return [
        {**chip, "url": f"{address}?who={chip['who']}", "current": chip["who"] == found.whose}
        for chip in chips
    ]


def _open_steps(found: "Checklist") -> set[str]:
    """Few items are shown at once; of many only the step with the next thing to do, the rest as counts."""
    if found.open_now <= FEW:
        return {step.key for step in found.steps if step.open}
    return {found.next.step} if found.next else set()


def _nothing_words(case: Case, found: "Checklist") -> dict[str, Any]:
    """What to say when nothing is open in this view, and where to go on."""
    others = found.owed_by_all
    whole = {
        "nothing_title": "Everything on this checklist is done",
        "nothing_text": "Nothing is owed on this case.",
    }
    if not others:
        return whole
    count = "1 item of other people is" if others == 1 else f"{others} items of other people are"
    return {
        "nothing_title": "Nothing open here",
        "nothing_text": f"{count} still open on this case.",
        "everyone_action": {
            "label": "Show everyone's",
            "icon": "people",
            "url": f"{reverse('case-checklist', args=[case.pk])}?who=everyone",
        },
    }


def _consistency(case: Case, found: "list[Checked]") -> dict[str, Any]:
    """The checks by verdict; those that do not hold with the place where they are mended."""
    by_verdict: dict[str, list[dict[str, Any]]] = {"fails": [], "unknown": [], "holds": []}
    for one in found:
        says, url = link_of(one.key, case.pk) if one.verdict != "holds" else ("", "")
        by_verdict[one.verdict].append({**asdict(one), "link": says, "url": url})
    count = len(by_verdict["fails"])
    return {
        "consistency": found,
        "disagree": by_verdict["fails"],
        "unsure": by_verdict["unknown"],
        "agree": by_verdict["holds"],
        "disagree_words": f"{count} disagree{'s' if count == 1 else ''}",
    }


@dataclass(frozen=True)
class Act:
    """One thing that can be said about an item: where it is sent, what is asked, and why not if it cannot be."""

    word: str
    title: str
    ask: str
    button: str
    url: str
    help: str = ""
    reason: str = ""
    danger: bool = False
    choices: tuple[str, ...] = ()


def item_context(
    case: Case,
    row: Row,
    *,
    documents: list[dict[str, Any]],
    may_edit: bool,
    may_judge: bool,
    reasons: Sequence[str] = (),
) -> dict[str, Any]:
    """Context of the page of one item."""
    ticked = {proof.id for proof in row.evidence}
    blocked = row.locked or ("" if may_edit else READ_ONLY)
    return {
        "row": row,
        "acts": _acts(case, row, blocked, may_judge, tuple(reasons)),
        "blocked": blocked,
        "starts_at_acts": bool(blocked) or not row.tickable,
        "documents": [one for one in documents if one["id"] not in ticked],
        "tick_url": reverse("case-item-tick", args=[case.pk, row.id]),
        "untick_url": reverse("case-item-untick", args=[case.pk, row.id]),
        "add_url": f"{reverse('case-document-add', args=[case.pk])}?item={row.id}",
        "wrong": _against(row),
        "list_url": reverse("case-checklist", args=[case.pk]),
    }


def _acts(case: Case, row: Row, blocked: str, may_judge: bool, reasons: tuple[str, ...]) -> list[Act]:
    """Every answer, in the order people need them; one that is not possible now says why."""
    if row.state == "retired":
        return []

    def act(word: str, title: str, ask: str, button: str, reason: str = "", **more: Any) -> Act:
        url = reverse("case-item-answer", args=[case.pk, row.id, word])
        return Act(word, title, ask, button, url, reason=blocked or reason, **more)

    acts = []
    if row.state == "returned":
        acts.append(
            act(
                "return-answered", "Answer the return", "What was done about it?", "Send back to the reviewer"
            )
        )
    if row.auto and row.state in ("satisfied", "accepted"):
        acts.append(
            act(
                "challenge",
                "Doubt the system's answer",
                "What makes you doubt it?",
                "Open the item",
                help="The item is open until a person answers it.",
            )
        )
    if row.statement:
        supervised = row.required and row.state in ("not_applicable", "cannot_be_met") and not may_judge
        reason = "A supervisor gave this answer; a supervisor takes it back." if supervised else ""
        return [*acts, act("reopen", "Open it again", "Why? (may stay empty)", "Open again", reason)]
    acts += _open_acts(row, act, may_judge, reasons)
    if row.challenged:
        acts.append(
            act(
                "reopen",
                "Take the doubt back",
                "Why? (may stay empty)",
                "Take it back",
                help="The item is judged again as if nobody had doubted it.",
            )
        )
    return acts


def _open_acts(row: Row, act: Any, may_judge: bool, reasons: tuple[str, ...]) -> list[Act]:
    if not row.is_open:
        return []
    supervisor = "" if may_judge else "Only a supervisor may say this."
    always = (
        f"Always needed for {', '.join(row.codes)}: nobody can call it not applicable." if row.always else ""
    )
    by_supervisor = supervisor if row.required else ""
    acts = []
    if not row.wants_document:
        wrong = "The case data say otherwise, or lack a field; correct the facts." if _against(row) else ""
        acts.append(
            act("satisfied", "Answer it yourself", "What did you see, and where?", "It is satisfied", wrong)
        )
    acts.append(
        act(
            "not-applicable",
            "Does not apply",
            "Why does it not apply to this patient?",
            "Not applicable",
            always or by_supervisor,
            help="Denies the condition; it never waives what is needed.",
            choices=reasons,
        )
    )
    acts.append(
        act(
            "cannot-be-met",
            "Can never be met",
            "Why can it never be met?",
            "Cannot be met: decline its lines",
            supervisor,
            help=f"Declines every line that needs it: {', '.join(row.codes)}.",
            danger=True,
        )
    )
    return acts


def _against(row: Row) -> list[dict[str, Any]]:
    """Checks that speak against the item: failed ones, and fields it asks for that are empty."""
    return [*failing(row.checks), *to_record(row.checks)]
