"""How Medicare's hospital outpatient system pays a line: the same facts for suggested and for entered lines."""

import pytest

from tests.rulebook.cases import adding, changed, golden, judged


def paid(document, code):
    found = [entry for entry in judged(document)["hospital_payment"] if entry["code"] == code]
    assert len({(entry["packaging"], entry["status"], entry["group"]) for entry in found}) <= 1
    return (found[0]["packaging"], found[0]["status"], found[0]["group"]) if found else None


def with_line(base, code, day="2026-02-26"):
    return adding(golden()[base]["document"], {"code": code, "date": day, "performer": "facility"})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("77372", ("comprehensive", "J1", "5627")),
        ("77300", ("packaged", "S", "5611")),
        ("77290", ("paid_apart", "S", "5612")),
        ("77336", ("paid_apart", "S", "5611")),
    ],
)
def test_a_suggested_line_of_one_session_says_how_it_is_paid(code, expected):
    assert paid(golden()["G01"]["document"], code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("77331", ("packaged", "S", "5611")),
        ("77280", ("paid_apart", "S", "5611")),
        ("70553", ("paid_apart", None, None)),
        ("77011", ("packaged", "N", None)),
        ("76377", ("packaged", "N", None)),
    ],
)
def test_an_entered_line_of_one_session_says_it_too(code, expected):
    assert paid(with_line("G01", code), code) == expected


def test_an_entered_line_in_the_place_of_a_suggested_one_is_told_once():
    document = with_line("G01", "77372", "2026-03-02")
    entries = [entry for entry in judged(document)["hospital_payment"] if entry["code"] == "77372"]
    assert [(entry["packaging"], entry["date"]) for entry in entries] == [("comprehensive", "2026-03-02")]


def test_planning_beside_sessions_paid_one_by_one_is_paid_apart_but_what_is_always_inside_stays_inside():
    assert paid(with_line("G13", "77331"), "77331") == ("paid_apart", "S", "5611")
    assert paid(with_line("G13", "77011"), "77011") == ("packaged", "N", None)
    assert paid(golden()["G13"]["document"], "77373") == ("per_session", "S", "5626")


@pytest.mark.parametrize(
    ("level", "code", "group"), [("level_2", "77407", "5622"), ("level_3", "77412", "5623")]
)
def test_conventional_delivery_of_2026_names_its_payment_group(level, code, group):
    document = changed(golden()["G24"]["document"], "policy", {"conventional_level": level})
    assert paid(document, code) == ("per_session", "S", group)


@pytest.mark.parametrize(
    ("path", "value"),
    [("payer.class", "commercial"), ("setting", "freestanding"), ("setting", "hospital_inpatient")],
)
def test_other_payers_and_places_say_nothing(path, value):
    assert judged(changed(with_line("G01", "77331"), path, value))["hospital_payment"] == []


def test_physicians_lines_are_not_paid_to_the_hospital():
    result = judged(golden()["G01"]["document"])
    facility = {line["key"] for line in result["lines"] if line["stream"] == "facility"}
    assert {entry["key"] for entry in result["hospital_payment"]} == facility
    assert {line["packaging"] for line in result["lines"] if line["stream"] != "facility"} == {None}
