"""The words in which `act_tables.py` says what a person can do on a page: address, entries, doors, audit word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from casetracker.models import BillingLine, Case, ChecklistItem, Document, Handoff
from tests.packets import confirmed
from tests.pages.sent_form import sent
from tests.privacy.scenes import Scenes, acting

CHART = frozenset(["staff", "coder", "supervisor", "compliance"])
EVERYBODY = CHART | {"billing", "administrator", "nobody", "elsewhere"}
ENTER = frozenset(["staff", "coder", "supervisor"])
HANDOFF = frozenset(["billing", "coder", "supervisor", "compliance"])
CODER, SUPERVISOR, BILLING = frozenset({"coder"}), frozenset({"supervisor"}), frozenset({"billing"})
ADMIN, COMPLIANCE, STAFF = frozenset({"administrator"}), frozenset({"compliance"}), frozenset({"staff"})
SUBMIT = frozenset({"staff", "coder"})
HERE = CHART | {"billing", "administrator"}  # everybody with a role in the department
APPROVE = COMPLIANCE | ADMIN
OWN = frozenset({"elsewhere"})  # a list of one's own department: whoever is elsewhere sees only South Clinic
Where = Callable[[Scenes], list[Any]]
What = Callable[[Scenes], dict[str, Any]]


@dataclass(frozen=True)
class Act:
    """One step on one page.

    where: arguments of the address. may: the doors that open. leaves: audit word, "" where nothing is recorded.
    about: the case of the event. send: what is posted; None for a page that is only read. ask: the query
    of the address.
    """

    page: str
    may: frozenset[str]
    leaves: str = ""
    where: Where = field(default=lambda s: [])
    about: Callable[[Scenes], Case | None] = field(default=lambda s: None)
    send: What | None = None
    ask: What | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{'post' if self.send else 'get'} {self.page} {self.note}".strip()

    def address(self, scenes: Scenes) -> str:
        return reverse(self.page, args=self.where(scenes))

    def done_by(self, client: Any, scenes: Scenes) -> Any:
        if self.send is None:
            return client.get(self.address(scenes), self.ask(scenes) if self.ask else {})
        return client.post(self.address(scenes), self.send(scenes))


def on(case: Callable[[Scenes], Any], *more: Callable[[Scenes], Any]) -> dict[str, Any]:
    """`where` and `about` of a page of this case."""

    def the_case(scenes: Scenes) -> Case:
        found = case(scenes)
        return found if isinstance(found, Case) else found.case

    return {
        "where": lambda scenes: [the_case(scenes).pk, *(one(scenes) for one in more)],
        "about": the_case,
    }


def fresh(scenes: Scenes) -> Case:
    return scenes.fresh


def complete(scenes: Scenes) -> Case:
    return scenes.complete


def packet_of(name: str, stream: str = "facility") -> Callable[[Scenes], int]:
    return lambda scenes: getattr(scenes, name).packet(stream).pk


def at(name: str) -> Callable[[Scenes], Any]:
    return lambda scenes: getattr(scenes, name)


def item_of(name: str, key: str) -> Callable[[Scenes], int]:
    return lambda scenes: getattr(scenes, name).item(key).pk


def word(text: str) -> Callable[[Scenes], str]:
    return lambda scenes: text


def north(scenes: Scenes) -> int:
    return scenes.world.north.pk


def policy_form(step: str = "look") -> What:
    return lambda scenes: {
        "value": "77333",
        "valid_from": "2026-01-01",
        "reason": "Decided in the coding meeting.",
        "step": step,
    }


def of_proposal(scenes: Scenes) -> list[Any]:
    """Department and number of a proposal that Cleo, the other person of compliance, entered."""
    return [north(scenes), scenes.proposal.pk]


def proved(scenes: Scenes) -> ChecklistItem:
    found = scenes.complete.items.filter(answer="satisfied", links__isnull=False)
    return found.order_by("id").first()


def its_document(scenes: Scenes) -> Document:
    return Document.objects.filter(links__item=proved(scenes), removed_at=None).order_by("id").first()


def by_system(scenes: Scenes) -> ChecklistItem:
    return scenes.fresh.items.filter(answer="satisfied", answered_by_system=True).order_by("id").first()


def still_open(scenes: Scenes) -> ChecklistItem:
    needed = scenes.fresh.items.filter(answer="open", condition="true", severity="required")
    return needed.order_by("id").first()


def decided_line(scenes: Scenes) -> BillingLine:
    return scenes.complete.lines.order_by("id").first()


def waiting_handoff(scenes: Scenes) -> Handoff:
    return Handoff.objects.filter(packet__case=scenes.sent, state="ready").order_by("id").first()


def facts_form(scenes: Scenes, **changes: str) -> dict[str, str]:
    """The facts page as its browser form would send it, with changes."""
    if "facts" not in scenes.forms:
        with acting(scenes.doors["staff"]) as client:
            scenes.forms["facts"] = sent(client.get(reverse("case-facts", args=[scenes.fresh.pk])))
    return scenes.forms["facts"] | changes


def approval(scenes: Scenes) -> dict[str, Any]:
    return confirmed(scenes.decided.packet())


def seen(item: Callable[[Scenes], Any], **more: Any) -> What:
    return lambda scenes: {"version": item(scenes).version, **more}


def suggested_keys(scenes: Scenes) -> list[str]:
    return [line["key"] for line in scenes.fresh.evaluations.get(occasion="current").result["lines"]]


def handoff_pages(page: str, *more: Any, **rest: Any) -> Act:
    return Act(
        page,
        where=lambda s: [waiting_handoff(s).pk, *more],
        about=at("sent"),
        **{"may": HANDOFF, **rest},
    )


def step(name: str, step: str, may: frozenset[str], leaves: str, send: What, stream: str = "facility") -> Act:
    return Act(
        "packet-step", may, leaves, send=send, note=step, **on(at(name), packet_of(name, stream), word(step))
    )
