"""Sizes and distances as people type them, in mm and in cm, at the exact boundaries between simple and complex."""

import pytest

from casetracker.forms.quantities import MillimetreField
from tests.rulebook.cases import changed, golden, judged

FIELD = MillimetreField()
ONE = golden()["G01"]["document"]


def class_of(path: str, typed: str) -> str:
    return judged(changed(ONE, path, FIELD.clean(typed)))["lesions"][0]["class"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("34.9", "simple"),
        ("34.9 mm", "simple"),
        ("3.49 cm", "simple"),
        ("35.0", "complex"),
        ("35.0 mm", "complex"),
        ("3.5 cm", "complex"),
        ("3.50cm", "complex"),
        ("35.1", "complex"),
        ("3.51 cm", "complex"),
    ],
)
def test_a_typed_size_is_complex_from_exactly_35_mm(typed, expected):
    assert class_of("lesions[L1].max_dimension_mm", typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4.9", "complex"),
        ("4.9 mm", "complex"),
        ("0.49 cm", "complex"),
        ("5.0", "complex"),
        ("5.0 mm", "complex"),
        ("0.5 cm", "complex"),
        ("5.1", "simple"),
        ("5.1 mm", "simple"),
        ("0.51 cm", "simple"),
    ],
)
def test_a_typed_optic_distance_is_complex_up_to_exactly_5_mm(typed, expected):
    assert class_of("lesions[L1].optic_distance_mm", typed) == expected
