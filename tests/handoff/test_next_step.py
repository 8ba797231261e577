"""The sentence that tells billing what to do names the sections that hold lines."""

import pytest

from casetracker.handoff.collect import _sections


@pytest.mark.parametrize(
    ("professional", "technical", "words"),
    [((1,), (1,), "sections 6 and 7"), ((1,), (), "section 6"), ((), (1,), "section 7"), ((), (), "")],
)
def test_only_sections_with_lines_are_named(professional, technical, words):
    assert _sections(professional, technical) == words
