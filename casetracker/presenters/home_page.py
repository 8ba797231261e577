"""The tiles and first steps of the first page, by role; a link appears where its page exists."""

from typing import Any

from casetracker.choices import PacketStatus, Role
from casetracker.navigation import address
from casetracker.selectors.access import Access
from casetracker.selectors.my_work import Work

S = PacketStatus
ENTERING = (Role.STAFF, Role.CODER, Role.SUPERVISOR)


def home_context(access: Access, work: Work) -> dict[str, Any]:
    """figures, actions and the list of oldest work."""
    return {
        "figures": _figures(access, work),
        "primary": _primary(access, work),
        "secondary": _secondary(access),
        "oldest": work.oldest,
        "to_receive": work.billing.oldest,
        "receives": access.any_role(Role.BILLING),
        "oldest_title": "For review, oldest case first"
        if access.any_role(Role.SUPERVISOR)
        else "To complete, oldest case first",
        "may_enter": access.any_role(*ENTERING),
        "without_role": not access.roles,
    }


def _figures(access: Access, work: Work) -> list[dict[str, Any]]:
    tiles: list[tuple[str, int, str, str, bool]] = []
    if work.owed.get("overdue") or work.owed.get("today"):
        tiles += [
            ("of your items overdue", work.owed["overdue"], "my-items", "", True),
            ("of your items due today", work.owed["today"], "my-items", "", False),
        ]
    tiles += _late_steps(access, work)
    if work.notices:
        tiles.append(("open notices to radiation safety", work.notices, "notices", "", True))
    if work.packets:
        counts = work.packets
        tiles += [
            ("returned by a reviewer", counts.get(S.RETURNED, 0), "queue", "?view=work&state=returned", True),
            (
                "collecting documents",
                counts.get(S.COLLECTING, 0),
                "queue",
                "?view=work&state=collecting",
                False,
            ),
            (
                "ready for review",
                counts.get(S.READY, 0),
                "queue",
                "?view=review&state=ready",
                access.any_role(Role.SUPERVISOR),
            ),
            ("in review", counts.get(S.IN_REVIEW, 0), "queue", "?view=review&state=in_review", False),
            ("questions to clinicians", work.unanswered, "queries", "", False),
        ]
    if access.any_role(Role.BILLING):
        tiles += _of_billing(access, work)
    if work.to_publish:
        tiles.append(("coding files to publish", work.to_publish, "reference", "", True))
    return [
        {"label": label, "value": count, "url": _link(route, query), "urgent": urgent and count > 0}
        for label, count, route, query, urgent in tiles
    ]


def _late_steps(access: Access, work: Work) -> list[tuple[str, int, str, str, bool]]:
    """Overdue steps of the clinical and the file track that this person owns; nothing where all is in time.

    Each tile leads to the list it counts. All steps of the department are for those who answer for it.
    """
    steps, files = work.steps, work.file_steps
    answers = access.any_role(Role.SUPERVISOR, Role.COMPLIANCE)
    told = [
        ("of your clinical steps overdue", steps.get("own", 0), "my-items", "#h-steps", True),
        ("clinical steps overdue", steps.get("all", 0) if answers else 0, "case-list", "?step=overdue", True),
        ("packets late for a first look", files.get("waiting", 0), "queue", "?view=review&look=late", True),
        ("queries for the section lead", files.get("lead", 0), "ageing", "#h-queries", True),
        ("queries for compliance", files.get("director", 0), "ageing", "#h-queries", True),
        ("open items to write off?", files.get("write_offs", 0), "ageing", "#h-write-off", True),
    ]
    return [tile for tile in told if tile[1]]


def _of_billing(access: Access, work: Work) -> list[tuple[str, int, str, str, bool]]:
    """Handoffs by what waits; questions only where no tile for those who may open them stands already."""
    told = [
        ("handoffs to receive", work.billing.to_receive, "handoff-list", "", True),
        ("returned by billing", work.billing.returned, "handoff-list", "?tab=returned", False),
        ("handoffs waiting for their file", work.billing.pending, "handoff-list", "?tab=waiting", False),
    ]
    return (
        told
        if work.packets
        else [*told, ("questions to clinicians open", work.billing.questions, "", "", False)]
    )


def _link(route: str, query: str) -> str:
    found = address(route) if route else None
    return f"{found}{query}" if found else ""


def _primary(access: Access, work: Work) -> dict[str, str] | None:
    waiting = work.packets.get(S.READY, 0) + work.packets.get(S.IN_REVIEW, 0)
    if access.any_role(Role.SUPERVISOR) and waiting:
        return _action("Review what waits", "queue", "eye", "?view=review")
    if access.any_role(Role.STAFF, Role.CODER):
        return _action("Start a case", "case-start", "plus")
    if access.any_role(Role.BILLING):
        return _action("Receive handoffs", "handoff-list", "inbox")
    if access.any_role(Role.ADMINISTRATOR):
        return _action("People and machines", "people", "people")
    return None


def _secondary(access: Access) -> list[dict[str, str]]:
    wanted = []
    if access.any_role(*ENTERING):
        wanted = [
            ("What I owe", "my-items", "checklist"),
            ("Before the beam", "before-beam", "target"),
            ("Open the queue", "queue", "queue"),
            ("Case templates", "template-list", "copy"),
        ]
    found = [_action(label, route, icon) for label, route, icon in wanted]
    return [action for action in found if action]


def _action(label: str, route: str, icon: str, query: str = "") -> dict[str, str] | None:
    url = address(route)
    return {"label": label, "url": url + query, "icon": icon} if url else None
