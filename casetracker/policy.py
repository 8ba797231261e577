"""Which overrides of the rule book hold for a department and a payer on a day. Reads settings, judges nothing."""

from datetime import date

from django.db.models import Q

from casetracker.models import Department, Payer, PolicySetting


def policy_on(department: Department, payer: Payer | None, day: date) -> dict[str, dict[str, str]]:
    """Key -> {value, from, reason}: the payer's setting wins over the department's. One query.

    `day` is the day of service; both ends of a setting's time are days on which it holds.
    """
    held = PolicySetting.objects.filter(
        Q(payer=None) | Q(payer=payer),
        Q(valid_to=None) | Q(valid_to__gte=day),
        department=department,
        valid_from__lte=day,
    ).order_by("valid_from", "id")
    rows = sorted(held, key=lambda setting: setting.payer_id is not None)
    return {
        row.key: {"value": row.value, "from": "payer" if row.payer_id else "department", "reason": row.reason}
        for row in rows
    }
