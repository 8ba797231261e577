"""The patient and the number of a new case. A part of the case services; writes no history."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models.functions import Length

from casetracker.differences import shown
from casetracker.errors import Refused
from casetracker.models import Case, Department, Patient
from casetracker.services.case_rows import in_words

IDENTITY = {"name": "name", "birth_date": "birth date", "sex": "sex"}


def known_or_new(*, department: Department, identity: dict[str, Any]) -> tuple[Patient, dict[str, Any]]:
    """The department's patient with this record number, or a new one; and what was added, for the history.

    identity: {record_number, name, birth_date, sex}; values left empty are not compared. What is known is never
    overwritten: `Refused` says what differs. A value that was not known yet is added.
    """
    number = (identity.get("record_number") or "").strip()
    known = Patient.objects.filter(department=department, record_number=number).first()
    if known is None:
        return _new(department, number, identity)
    differing = [name for name in IDENTITY if _differs(name, getattr(known, name), identity.get(name))]
    if differing:
        raise Refused(_who_differs(known, identity, differing))
    return _add_missing(known, identity)


def _new(department: Department, number: str, identity: dict[str, Any]) -> tuple[Patient, dict[str, Any]]:
    patient = Patient(
        department=department,
        record_number=number,
        name=" ".join((identity.get("name") or "").split()),
        birth_date=identity.get("birth_date"),
        sex=identity.get("sex") or "",
    )
    try:
        patient.full_clean()
    except ValidationError as problem:
        raise Refused(in_words(patient, "Patient", problem)) from None
    patient.save()
    return patient, {}


def _differs(name: str, known: Any, typed: Any) -> bool:
    if known in (None, "") or typed in (None, ""):
        return False
    if name == "name":
        return " ".join(known.split()).casefold() != " ".join(typed.split()).casefold()
    return bool(known != typed)


def _who_differs(known: Patient, identity: dict[str, Any], differing: list[str]) -> str:
    told = "; ".join(
        f"{IDENTITY[name]} is {shown(getattr(known, name))} in the record and {shown(identity[name])} here"
        for name in differing
    )
    return (
        f"Record number {known.record_number} belongs to a patient of whom the {told}. "
        "Check the record number, or ask an administrator to correct the patient."
    )


def told_identity(patient: Patient, identity: dict[str, Any]) -> dict[str, Any]:
    """Record birth date and sex as told now; an empty value changes nothing. Returns the differences."""
    told = {
        name: identity[name]
        for name in ("birth_date", "sex")
        if identity.get(name) not in (None, "") and identity[name] != getattr(patient, name)
    }
    changed = {
        f"patient.{name}": [shown(getattr(patient, name)), shown(value)] for name, value in told.items()
    }
    for name, value in told.items():
        setattr(patient, name, value)
    if told:
        try:
            patient.clean_fields()
        except ValidationError as problem:
            raise Refused(in_words(patient, "Patient", problem)) from None
        Patient.objects.filter(pk=patient.pk).update(**told)
    return changed


def _add_missing(known: Patient, identity: dict[str, Any]) -> tuple[Patient, dict[str, Any]]:
    added = {
        name: identity[name]
        for name in ("birth_date", "sex")
        if getattr(known, name) in (None, "") and identity.get(name) not in (None, "")
    }
    for name, value in added.items():
        setattr(known, name, value)
    if added:
        known.save(update_fields=list(added))
    return known, {f"patient.{name}": [None, shown(value)] for name, value in added.items()}


def next_number(department: Department, at: datetime) -> str:
    """The next case number of the department: year of opening and a running number, for example 26-0042.

    The department's row is locked until the transaction ends, so that two cases never get the same number.
    """
    Department.objects.select_for_update().get(pk=department.pk)
    year = at.astimezone(ZoneInfo(department.time_zone)).strftime("%y")
    last = (
        Case.objects.filter(department=department, number__startswith=f"{year}-")
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"
