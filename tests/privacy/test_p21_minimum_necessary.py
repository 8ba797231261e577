"""P-21: the summary for billing and the lists hold only fields needed for the job. Every text field of a case is
either on the list of what billing sees, or seeded here with a social-security-like number that must never come out.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from casetracker.handoff.collect import build_handoff
from casetracker.handoff.csv_form import COLUMNS, render_csv
from casetracker.handoff.document import HandoffDocument, as_dict
from casetracker.handoff.json_form import render_json
from casetracker.handoff.pdf import render_pdf
from casetracker.models import Case, Directive, OtherCourse, Packet, ReviewDecision, SecondLook
from casetracker.selectors.access import case_for
from casetracker.services import notices, queries
from tests.handoff.reading import text_of
from tests.privacy.scenes import QUESTION, acting, scenes  # noqa: F401

pytestmark = pytest.mark.django_db
NUMBER = "078-05-1120"
ALLOWED = Path(__file__).with_name("fields_for_billing.txt")
CSV = (
    "case version packet decision date code modifiers units diagnosis_pointers rendering_npi place_of_service label "
    "reason change digest"
)

# Text that a person may type and that has a place in the summary: billing needs it to file the claim.
SHOWN = {
    "Patient": {"name", "record_number"},
    "Case": {
        *("number", "account_number", "member_number", "policy_reference", "policy_version"),
        "trial_number",
    },
    "Authorization": {"number", "codes"},
    "BillingLine": {"reason"},
    "ChecklistItem": {"lowered_because"},  # a policy of the department, with its reason
    "Lesion": {"label", "spine_level"},
    "Plan": {"label"},
    "Document": {"title", "reference", "author_name"},
}
# Words of the rule book and keys of ours: nobody types them.
OURS = {
    "Case": {"clinical_step"},
    "BillingLine": {"key", "label", "performer", "person", "hold_owner"},
    "Document": {"kind", "subject"},
    "ChecklistItem": {"key", "subject", "label", "kind", "role", "step", "cure", "answer_because"},
    "Lesion": {"target"},
    "Query": {"question"},  # shown in the list of queries, where people answer it
}
SEEDED = {
    "Case": {
        *("halt_reason", "performance_by", "systemic_drugs", "board_specialties"),
        *("device_model", "contrast_agent", "follow_up_reason", "summary_sent_to"),
    },
    "Plan": {"psqa_device", "comparison_reference"},
    "ImageSet": {"series"},
    "OrganAtRisk": {"name", "comment"},
    "Directive": {"site", "settings"},
    "OtherCourse": {"surgeon", "group", "body_site", "note"},
    "TreatmentSession": {"operator", "incident_number"},
    "BillingLine": {"unsupported_because"},
    "Lesion": {"measured_by", "image_reference"},
    "ChecklistItem": {"answer_reason", "review_note", "retired_because"},
    "Packet": {"note", "reopened_because"},
    "ReviewDecision": {"note"},
    "Query": {"facts", "answer", "closed_reason"},
    "SafetyNotice": {"because", "note", "source"},
    "SecondLook": {"text"},
}
CLINICAL = {"Patient", *SHOWN, *OURS, *SEEDED, "TreatmentSession", "CaseClinician", "SessionPresence"}
WIDE = 11  # shorter text cannot hold the number


def text_fields(model: type[models.Model]) -> set[str]:
    kinds = (models.CharField, models.TextField)
    found = [field for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.choices]
    return {field.name for field in found if (field.max_length or WIDE) >= WIDE}


def clinical_models() -> Iterator[type[models.Model]]:
    for model in apps.get_app_config("casetracker").get_models():
        if model.__name__ in CLINICAL:
            yield model


def test_every_text_field_of_a_case_is_allowed_or_seeded():
    for model in clinical_models():
        name = model.__name__
        sorted_out = SHOWN.get(name, set()) | OURS.get(name, set()) | SEEDED.get(name, set())
        assert text_fields(model) == sorted_out, name


def rows_of(model: type[models.Model], case: Case) -> Any:
    if model is Case:
        return model.objects.filter(pk=case.pk)
    path = {"ReviewDecision": "packet__case", "SecondLook": "packet__case"}.get(model.__name__, "case")
    return model.objects.filter(**{path: case})


def seed(scenes, chosen: Case) -> Case:  # noqa: F811
    """One row of each kind, and the number in every field that the summary has no place for."""
    petra, onco = scenes.doors["staff"], scenes.world.clinicians["onco"]
    case = case_for(petra, chosen.pk)
    queries.ask(case=case, by=petra, clinician=onco, facts="A note.", question=QUESTION)
    notices.raise_event(case=case, by=petra, because="A wrong isocenter.")
    OtherCourse.objects.create(case=case, relation="new_lesion")
    Directive.objects.create(case=case, version=2)
    ReviewDecision.objects.create(
        packet=case.packets.first(), outcome="return", by=petra, at=timezone.now(), case_version=1
    )
    SecondLook.objects.create(
        packet=case.packets.first(), version=1, outcome="agrees", by=petra, at=timezone.now()
    )
    for model in clinical_models():
        wanted = dict.fromkeys(SEEDED.get(model.__name__, ()), NUMBER)
        if wanted:
            assert rows_of(model, case).update(**wanted), model.__name__
    return Case.objects.get(pk=case.pk)


def test_no_form_of_the_summary_holds_the_number(scenes):  # noqa: F811
    with acting(scenes.doors["staff"]):
        case = seed(scenes, scenes.complete)
        packets = list(Packet.objects.filter(case=case).order_by("stream"))
        documents = [build_handoff(packet) for packet in packets]
    assert len(documents) >= 3
    for document in documents:
        assert document.lines
        assert NUMBER not in render_json(document).decode()
        assert NUMBER not in render_csv(document).decode()
    summary = text_of(render_pdf(documents[0]))
    assert documents[0].coverage.name in summary
    assert NUMBER not in summary
    assert NUMBER.replace("-", "") not in summary


def test_the_number_would_be_found_where_it_may_stand(scenes):  # noqa: F811
    """Otherwise the test above would prove nothing."""
    with acting(scenes.doors["staff"]):
        case = scenes.complete
        case.documents.update(title=NUMBER)
        document = build_handoff(case.packets.get(stream="facility"))
    assert NUMBER in render_json(document).decode()
    assert NUMBER in text_of(render_pdf(document))


LISTS = {
    "staff": ("home", "queue", "held-lines", "before-beam", "my-items", "case-list", "queries"),
    "billing": ("home", "handoff-list"),
}


@pytest.mark.parametrize(("role", "page"), [(role, page) for role, pages in LISTS.items() for page in pages])
def test_no_list_holds_the_number_or_what_only_the_case_needs(scenes, role, page):  # noqa: F811
    with acting(scenes.doors[role]) as client:
        case = seed(scenes, scenes.sent if role == "billing" else scenes.complete)
        Case.objects.update(account_number="ACCOUNT-7", member_number="MEMBER-7")
        body = client.get(reverse(page)).content.decode()
    assert "</html>" in body
    born = case.patient.birth_date
    unwanted = (NUMBER, "ACCOUNT-7", "MEMBER-7", born.isoformat(), f"{born:%b} {born.day}, {born.year}")
    assert [word for word in unwanted if word in body] == []


def paths(kind: Any, before: str = "") -> Iterator[str]:
    """Every place of the data form: `coverage.name`, `technical[].code`."""
    for part in fields(kind):
        hint, path = get_type_hints(kind)[part.name], before + part.name
        many = get_args(hint)[0] if getattr(hint, "__origin__", None) is tuple else None
        if is_dataclass(many or hint):
            yield from paths(many or hint, f"{path}{'[]' if many else ''}.")
        else:
            yield path


def test_the_data_form_holds_exactly_the_allowed_fields():
    """A new field is added to the file on purpose, with the section of the summary that needs it."""
    lines = ALLOWED.read_text().splitlines()
    assert list(paths(HandoffDocument)) == [line for line in lines if line and not line.startswith("#")]
    assert " ".join(COLUMNS) == CSV


def test_the_data_form_says_nothing_beside_its_fields(scenes):  # noqa: F811
    with acting(scenes.doors["staff"]):
        document = build_handoff(scenes.complete.packets.get(stream="facility"))
    found = set(places(json.loads(render_json(document))))
    assert found <= set(paths(HandoffDocument)) | {"authorizations"}
    assert as_dict(document)["coverage"]["record_number"] == scenes.complete.patient.record_number


def places(value: Any, before: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, f"{before}.{name}" if before else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for part in value:
            yield from places(part, f"{before}[]")
    elif not (isinstance(value, list) and not value):
        yield before
