"""Writes `docs/workflow.md` from `workflow.py` and `clinical_clocks.py`. `--check` only compares, for the tests."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from casetracker import workflow
from casetracker.choices import PacketStatus, Role
from casetracker.clinical import STATES
from casetracker.clinical_clocks import STEPS
from casetracker.presenters.clinical_step import owner_words

FILE = Path(settings.BASE_DIR) / "docs" / "workflow.md"
HEAD = """# The way of a packet

Written by `python manage.py workflow_diagram` from `casetracker/workflow.py`; change the table there, not this page.
A case has one packet per claim: surgeon, oncology and facility, or freestanding. Each goes its own way.
"""

CLINICAL = """# The clinical track

Written from `casetracker/clinical_clocks.py`. The state follows from recorded dates; only hold, cancel and stop are
chosen. Each state has a clock, which a department may change or take away. It counts from the day named here and runs
while the case is in the state, or until the step is done. No clock runs while that day is not recorded, on hold, and
after a cancellation.
"""


class Command(BaseCommand):
    help = "Write docs/workflow.md from the workflow tables; --check exits 1 when it is not current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Compare only.")

    def handle(self, *args: Any, **options: Any) -> None:
        text = page()
        if not options["check"]:
            FILE.write_text(text, encoding="utf-8")
            self.stdout.write("docs/workflow.md is written.")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            self.stderr.write("docs/workflow.md is not current: run python manage.py workflow_diagram.")
            raise SystemExit(1)


def page() -> str:
    """The whole page: diagram, states with their owners, steps with what must hold; the clinical track."""
    packets = [HEAD, *_diagram(), "", *_states(), "", *_steps(), ""]
    return "\n".join([*packets, CLINICAL, *_clinical_steps(), ""])


def _diagram() -> list[str]:
    names = [f"    {status.value}: {status.label}" for status in PacketStatus]
    arrows = [
        f"    {source} --> {move.target}: {move.label}"
        for move in workflow.MOVES.values()
        for source in move.sources
    ]
    return ["```mermaid", "stateDiagram-v2", "    [*] --> collecting", *names, *arrows, "```"]


def _states() -> list[str]:
    rows = [
        f"| {status.label} | {workflow.OWNERS[status]} | {'yes' if status in workflow.QUEUED else 'no'} "
        f"| {'no' if status in workflow.LOCKED else 'yes'} |"
        for status in PacketStatus
    ]
    return ["| State | With | In the queue | Can change |", "| --- | --- | --- | --- |", *rows]


def _steps() -> list[str]:
    rows = [
        f"| {move.label} | {_labels(move.sources)} | {PacketStatus(move.target).label} | {_who(move)} "
        f"| {'yes' if move.needs_reason else ''} | {move.must_hold} |"
        for move in workflow.MOVES.values()
    ]
    head = "| Step | From | To | Who | Reason | What must hold |"
    return [head, "| --- | --- | --- | --- | --- | --- |", *rows]


def _clinical_steps() -> list[str]:
    rows = [
        f"| {STATES[key].word} | {step.owed} | {owner_words(key, [])} | {step.usual.words if step.usual else 'none'} "
        f"| {step.start} | {step.until} |"
        for key, step in STEPS.items()
    ]
    head = "| State | Next step | Owner | Usual clock | Counts from | Until |"
    return [head, "| --- | --- | --- | --- | --- | --- |", *rows]


def _labels(states: tuple[str, ...]) -> str:
    return ", ".join(str(PacketStatus(state).label) for state in states)


def _who(move: workflow.Move) -> str:
    return " or ".join(str(Role(role).label).lower() for role in move.roles) or "the system"
