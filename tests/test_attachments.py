"""Which files are taken: judged by content and size, stored under a name that says nothing."""

import pytest

from casetracker.attachments import Unusable, checked_kind, kind_of, stored_name, words_of
from tests.attached import JPEG, PDF, PNG, PROGRAM, SCRIPT, sent


@pytest.mark.parametrize(("content", "words"), [(PDF, "PDF"), (PNG, "PNG"), (JPEG, "JPEG")])
def test_the_first_bytes_say_what_a_file_is(content, words):
    assert checked_kind(sent(content, "anything.exe", "text/html"), 1).words == words


@pytest.mark.parametrize("content", [SCRIPT, PROGRAM, b"GIF89a", b"PK\x03\x04", b" %PDF-1.7", b"\x89PNG"])
def test_a_good_name_makes_no_good_file(content):
    with pytest.raises(Unusable, match="By its content this is no PDF, PNG or JPEG"):
        checked_kind(sent(content, "scan.png", "image/png"), 1)


def test_empty_and_large_files_are_refused_with_their_size():
    with pytest.raises(Unusable, match="empty"):
        checked_kind(sent(b""), 1)
    with pytest.raises(Unusable, match=r"has 1\.5 MB; at most 1 MB"):
        checked_kind(sent(PDF + b"0" * (3 * 512 * 1024)), 1)
    assert checked_kind(sent(PDF + b"0" * (1024 * 1024 - len(PDF))), 1).words == "PDF"


def test_a_checked_file_is_read_from_its_beginning():
    file = sent(PNG)
    checked_kind(file, 1)
    assert file.read() == PNG


def test_stored_names_say_nothing_and_never_meet():
    names = {stored_name(kind_of(PDF)) for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) == 36 and name.endswith(".pdf") for name in names)


def test_the_history_calls_a_file_by_kind_and_a_piece_of_its_name():
    assert words_of("documents/2026/3f9a21c4d0e1.jpg") == "JPEG 3f9a21c4"
    assert words_of("") == ""
