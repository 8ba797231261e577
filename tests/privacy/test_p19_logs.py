"""P-19, the part about logs: no patient data in them. Seeded words must not come out."""

import logging
import sys

import pytest

from casetracker.logs import PrivateFormatter

SEEDED = "Testpatient, Erika"


def written(record: logging.LogRecord) -> str:
    return PrivateFormatter().format(record)


def record(message: str, *arguments, exc_info=None) -> logging.LogRecord:
    return logging.LogRecord("django.server", logging.ERROR, "f.py", 1, message, arguments, exc_info)


def test_query_strings_are_left_out():
    line = written(record('"%s" %s', f"GET /queue/?q={SEEDED.replace(' ', '+')}&page=2 HTTP/1.1", "200"))
    assert "Testpatient" not in line
    assert "GET /queue/ HTTP/1.1" in line


def test_the_text_of_an_error_is_left_out_but_its_place_and_kind_stay():
    try:
        raise ValueError(f"Key (name)=({SEEDED}) already exists")
    except ValueError:
        line = written(record("Internal Server Error: %s", "/cases/7/", exc_info=sys.exc_info()))
    assert "Testpatient" not in line
    assert "ValueError" in line
    assert "test_p19_logs.py" in line


@pytest.mark.django_db
def test_a_refused_form_leaves_no_value_in_the_log(client, capsys, caplog):
    client.post("/sign-in/?next=/x?q=" + SEEDED, {"username": SEEDED, "password": SEEDED})
    client.get("/no-such-page/?q=" + SEEDED)
    assert "Testpatient" not in capsys.readouterr().err
    assert "Testpatient" not in caplog.text
