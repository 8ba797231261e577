"""What every page of a case puts into its context: the case, its header strip and its tabs."""

from dataclasses import asdict
from typing import Any

from casetracker.navigation import address, case_tabs
from casetracker.selectors.case_head import case_head


def case_page(case: Any, route: str) -> dict[str, Any]:
    """`case`, `head` and `tabs` for the blocks of the same names; `route` is the tab shown (a route name)."""
    found = case_head(case)
    head = {**asdict(found), "clinical": found.clinical}
    for packet in head["packets"]:
        packet["url"] = address("packet-review", case.pk, packet["id"]) or address("case-review", case.pk)
    counts = {"case-checklist": case.missing_required}
    return {"case": case, "head": head, "tabs": case_tabs(case.pk, route, counts)}
