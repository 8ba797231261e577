"""The policy pages in words: every key with the value in force, where it comes from, its history. Reads nothing."""

from datetime import date
from typing import Any

from django.urls import reverse

from casetracker.choices import PolicyState
from casetracker.models import PolicySetting
from casetracker.policy import DEPARTMENT, PAYER
from casetracker.policy_values import (
    choices_of,
    default_of,
    still_accepted,
    value_words,
    why_not_here,
)
from casetracker.selectors.policies import Owner, PolicySheet
from checklists.engine.book import Item, PolicyKey
from checklists.engine.strictness import LOWEST, known_key, severity_key, severity_keys
from checklists.reader import current_book

ORIGINS = {PAYER: "Payer profile", DEPARTMENT: "Department policy"}
BUILT_IN = "Rule book"
NOTHING = "nothing set here"


def overview_context(sheet: PolicySheet) -> dict[str, Any]:
    """One row per key of the rule book, and of a department per severity; own settings first, then by label."""
    rows = [_row(sheet, entry) for entry in current_book().policies.values()]
    strict = [] if sheet.owner.payer else [_strict(sheet, item) for item in current_book().items.values()]
    return {
        "rows": sorted(rows, key=_own_first),
        "strict": sorted((row for row in strict if not row["disabled"]), key=_own_first),
        "fixed": [row for row in strict if row["disabled"] and row["disabled"] != LOWEST],
    }


def _own_first(row: dict[str, Any]) -> tuple[bool, bool, str]:
    return not row["own"], row["disabled"] != "", row["label"]


def _strict(sheet: PolicySheet, item: Item) -> dict[str, Any]:
    """The severity of one item, as the overview lists it: by the words of the item."""
    row = _row(sheet, severity_keys(current_book())[severity_key(item.key)])
    return {**row, "label": item.label, "usual": item.severity, "text": item.accept}


def _row(sheet: PolicySheet, entry: PolicyKey) -> dict[str, Any]:
    told = in_force(sheet, entry)
    waiting = [s for s in sheet.of(entry.key) if s.state == PolicyState.PROPOSED]
    return {
        **told,
        "key": entry.key,
        "label": entry.label,
        "text": entry.text,
        "rules": entry.rules,
        "disabled": why_not_here(entry, sheet.owner.level),
        "waiting": bool(waiting),
        "ahead": len(_ahead(sheet, entry)),
        "url": key_url(sheet.owner, entry.key),
    }


def in_force(sheet: PolicySheet, entry: PolicyKey) -> dict[str, Any]:
    """The value for services of today: value, origin, own, setting (None for a default), accepted."""
    owner, today = sheet.owner, sheet.owner.today
    held = sheet.table.on(owner.payer.pk if owner.payer else None, today).get(entry.key)
    if held is None:
        value = value_words(entry, default_of(entry))
        return {"value": value, "origin": BUILT_IN, "own": False, "setting": None, "reason": ""}
    setting = _behind(sheet, entry.key, held["from"], today)
    return {
        "value": value_words(entry, held["value"]),
        "origin": ORIGINS[held["from"]],
        "own": held["from"] == (PAYER if owner.payer else DEPARTMENT),
        "setting": setting,
        "reason": held["reason"],
        "wrong": "" if still_accepted(entry, held["value"]) else WRONG,
    }


WRONG = (
    "The rule book that is loaded does not take this value any more; cases cannot be judged. Set another one."
)


def _behind(sheet: PolicySheet, key: str, origin: str, today: date) -> PolicySetting | None:
    """The setting that holds today at this level; None where the department's record says it."""
    payer_id = sheet.owner.payer.pk if sheet.owner.payer and origin == PAYER else None
    return next(
        (
            setting
            for setting in sheet.table.settings
            if (setting.key, setting.payer_id) == (key, payer_id)
            and setting.valid_from <= today
            and (setting.valid_to is None or today <= setting.valid_to)
        ),
        None,
    )


def _ahead(sheet: PolicySheet, entry: PolicyKey) -> list[PolicySetting]:
    today = sheet.owner.today
    return [s for s in sheet.of(entry.key) if s.state == PolicyState.IN_FORCE and s.valid_from > today]


def key_context(sheet: PolicySheet, entry: PolicyKey) -> dict[str, Any]:
    """Everything the page of one key says beside the form."""
    book = current_book()
    settings = sheet.of(entry.key)
    return {
        "entry": entry,
        "now": in_force(sheet, entry),
        "default": value_words(entry, default_of(entry)),
        "possible": [label for _, label in choices_of(entry)],
        "rules": [
            {"id": rule, "says": book.rules[rule].says if rule in book.rules else ""} for rule in entry.rules
        ],
        "sources": list(
            dict.fromkeys(book.sources[name].title if name in book.sources else name for name in entry.source)
        ),
        "disabled": why_not_here(entry, sheet.owner.level),
        "waiting": next((s for s in settings if s.state == PolicyState.PROPOSED), None),
        "history": history(settings, entry),
        "own_url": key_url(Owner(sheet.owner.department), entry.key),
    }


def can_end(sheet: PolicySheet, entry: PolicyKey) -> bool:
    """Whether there is an own value that could be ended."""
    return any(s.state == PolicyState.IN_FORCE and s.value for s in sheet.of(entry.key))


def history(settings: list[PolicySetting], entry: PolicyKey) -> list[dict[str, Any]]:
    """Every decision about a key, the newest first, with the days on which it holds by now."""
    decided = [setting for setting in settings if setting.continues_id is None]
    return [_decision(setting, settings, entry) for setting in sorted(decided, key=_entered, reverse=True)]


def _entered(setting: PolicySetting) -> tuple[Any, ...]:
    return (setting.entered_at is not None, setting.entered_at, setting.pk)


def _decision(setting: PolicySetting, settings: list[PolicySetting], entry: PolicyKey) -> dict[str, Any]:
    holds = [
        other
        for other in settings
        if other.state == PolicyState.IN_FORCE and setting.pk in (other.pk, other.continues_id)
    ]
    return {
        "setting": setting,
        "state": PolicyState.IN_FORCE if holds else setting.state,
        "value": said(setting, entry),
        "holds": holds if setting.state == PolicyState.SUPERSEDED else [],
        "url": proposal_url(setting),
    }


def said(setting: PolicySetting, entry: PolicyKey) -> str:
    """The value of a setting in words."""
    return value_words(entry, setting.value) if setting.value else NOTHING


def proposal_rows(proposals: list[PolicySetting]) -> list[dict[str, Any]]:
    book = current_book()
    return [
        {
            "setting": setting,
            "label": entry.label,
            "value": said(setting, entry),
            "url": proposal_url(setting),
        }
        for setting in proposals
        if (entry := known_key(book, setting.key)) is not None
    ]


def proposal_url(setting: PolicySetting) -> str:
    return reverse("policy-proposal", args=[setting.department_id, setting.pk])


def owner_url(owner: Owner) -> str:
    if owner.payer:
        return reverse("policy-payer", args=[owner.department.pk, owner.payer.pk])
    return reverse("policy-department", args=[owner.department.pk])


def key_url(owner: Owner, key: str) -> str:
    if owner.payer:
        return reverse("policy-payer-key", args=[owner.department.pk, owner.payer.pk, key])
    return reverse("policy-key", args=[owner.department.pk, key])
