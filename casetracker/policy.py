"""Which overrides of the rule book hold for a department and a payer on a day. Reads settings, judges nothing.

How settings of one key follow each other is worked out here too, without writing: the page shows a change before it
is made, and `services.policies` makes exactly that change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from casetracker.choices import PolicyState
from casetracker.models import Department, Payer, PolicySetting
from checklists.engine.strictness import PREFIX, known_key, severity_key
from checklists.reader import current_book

PAYER, DEPARTMENT = "payer_profile", "department_policy"
BOTH_COMPONENTS = "one_entity_bills_both"
InForce = dict[str, dict[str, str]]  # key -> {value, from, reason}
Period = tuple[date, date | None]


def policy_on(department: Department, payer: Payer | None, day: date) -> InForce:
    """Key -> {value, from, reason}: the payer's setting wins over the department's. One query.

    A lowered severity also says `since` and `approver`, which are shown on the item.

    `day` is the day of service; both ends of a setting's time are days on which it holds. Keys that the rule book
    does not have (any more), or does not leave to this level, do not count; neither does a setting without a value.
    """
    held = PolicySetting.objects.filter(
        Q(payer=None) | Q(payer=payer),
        Q(valid_to=None) | Q(valid_to__gte=day),
        department=department,
        state=PolicyState.IN_FORCE,
        valid_from__lte=day,
    )
    return _resolved(department, held.select_related("approver").order_by("valid_from", "id"))


def _resolved(department: Department, settings: Iterable[PolicySetting]) -> InForce:
    found = _of_department(department)
    for row in sorted(settings, key=lambda setting: setting.payer_id is not None):
        origin = PAYER if row.payer_id else DEPARTMENT
        if row.value and may_set(row.key, origin):
            found[row.key] = {"value": row.value, "from": origin, "reason": row.reason}
            if row.key.startswith(PREFIX):
                found[row.key] |= {"since": row.valid_from.isoformat(), "approver": str(row.approver or "")}
    return found


@dataclass(frozen=True)
class PolicyTable:
    """All settings in force of a department, for many cases at once."""

    department: Department
    settings: tuple[PolicySetting, ...]

    @classmethod
    def of(cls, department: Department) -> "PolicyTable":
        """One query."""
        held = PolicySetting.objects.filter(department=department, state=PolicyState.IN_FORCE)
        held = held.select_related("entered_by", "approver").order_by("valid_from", "id")
        return cls(department, tuple(held))

    def on(self, payer_id: int | None, day: date) -> InForce:
        """Like `policy_on`, without a query."""
        return _resolved(
            self.department,
            (s for s in self.settings if s.payer_id in (None, payer_id) and _covers(period_of(s), day)),
        )

    def with_change(self, change: PolicySetting) -> "PolicyTable":
        """The table as it will be once this setting is in force."""
        kept: list[PolicySetting] = []
        for setting in self.settings:
            if same_owner(setting, change) and overlap(period_of(setting), period_of(change)):
                kept += [rest_of(setting, days) for days in left(period_of(setting), period_of(change))]
            else:
                kept.append(setting)
        return PolicyTable(self.department, (*kept, change))


def period_of(setting: PolicySetting) -> Period:
    return setting.valid_from, setting.valid_to


def same_owner(one: PolicySetting, other: PolicySetting) -> bool:
    """Whether both say something about the same key for the same payer or department."""
    return (one.key, one.department_id, one.payer_id) == (other.key, other.department_id, other.payer_id)


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods share a day."""
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])


def left(old: Period, new: Period) -> list[Period]:
    """The days of `old` before and after `new`: none, one or two periods."""
    found: list[Period] = []
    if old[0] < new[0]:
        found.append((old[0], new[0] - timedelta(days=1)))
    if new[1] is not None and (old[1] is None or new[1] < old[1]):
        found.append((new[1] + timedelta(days=1), old[1]))
    return found


def rest_of(setting: PolicySetting, days: Period) -> PolicySetting:
    """An unsaved row that says the same as `setting` for these days only."""
    told = (
        "department_id",
        "payer_id",
        "key",
        "value",
        "reason",
        "entered_by_id",
        "entered_at",
        "approver_id",
        "approved_at",
        "approved_alone",
    )
    return PolicySetting(
        **{name: getattr(setting, name) for name in told},
        state=PolicyState.IN_FORCE,
        valid_from=days[0],
        valid_to=days[1],
        continues_id=setting.continues_id or setting.pk,
    )


def _covers(days: Period, day: date) -> bool:
    return days[0] <= day and (days[1] is None or day <= days[1])


def with_origins(result: dict[str, Any], policy: InForce) -> dict[str, Any]:
    """The engine's result with the level that really set each policy: the document carries them as its own.

    An item whose severity was lowered says so: `lowered` holds {from, to, since, approver, reason}.
    """
    policies = [
        {**entry, "from": policy.get(entry["key"], entry)["from"]} for entry in result.get("policies", [])
    ]
    documentation = [_lowered(row, policy) for row in result.get("documentation", [])]
    return {**result, "policies": policies, "documentation": documentation}


def _lowered(row: dict[str, Any], policy: InForce) -> dict[str, Any]:
    held, known = policy.get(severity_key(row["key"])), current_book().items.get(row["key"])
    if held is None or known is None:
        return row
    told = {name: held.get(name, "") for name in ("since", "approver", "reason")}
    return {**row, "lowered": {"from": known.severity, "to": row["severity"], **told}}


def may_set(key: str, origin: str) -> bool:
    """Whether the rule book leaves this key to this level."""
    known = known_key(current_book(), key)
    return known is not None and origin.split("_")[0] in known.levels


def _of_department(department: Department) -> InForce:
    """What the department's own record already says."""
    if department.bills_both_components:
        return {}
    reason = "The department's record says that two entities bill."
    return {BOTH_COMPONENTS: {"value": "no", "from": DEPARTMENT, "reason": reason}}
