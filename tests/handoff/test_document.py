"""The frozen document: round trip, digest, file name."""

from dataclasses import replace

from casetracker.handoff.changes import changes_against
from casetracker.handoff.document import as_dict, digest_of, from_dict, sealed
from tests.handoff import samples


def test_a_document_survives_storage_unchanged():
    document = samples.large()
    assert from_dict(as_dict(document)) == document


def test_the_digest_covers_everything_but_itself():
    document = samples.large()
    assert digest_of(as_dict(document)) == document.digest
    changed = replace(document, lesions=document.lesions[:-1])
    assert sealed(changed).digest != document.digest


def test_the_file_name_holds_no_name_of_a_patient():
    document = samples.large()
    assert document.file_name == "26-0042-facility-v1"


def test_a_new_version_names_unchanged_replaced_voided_and_new_lines():
    before = samples.large()
    first, second, *rest = before.technical
    fresh = replace(first, key="fresh", code="77370")
    after = replace(before, technical=(first, replace(second, units=2), fresh, *rest[1:]))
    marks = {fact.source: fact.value for fact in changes_against(before, after)}
    assert marks[first.key] == "unchanged"
    assert marks[second.key] == "replaced"
    assert marks["fresh"] == "new"
    assert marks[rest[0].key] == "voided"
