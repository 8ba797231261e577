"""`POST /api/v1/evaluate`: each answer with its status, and nothing of a body anywhere but in the answer."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casetracker.models import ApiToken, AuditEvent, Membership, User
from casetracker.models.accounts import KeptPost
from casetracker.services.tokens import make_token
from checklists.api.openapi import openapi
from checklists.engine import evaluate_document
from checklists.pages.trying import EXAMPLE
from checklists.reader import current_book
from checklists.yaml_source import single
from tests.api.obeying import mistakes

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/evaluate"
YAML = "application/yaml"
JSON = "application/json"
WRONG = EXAMPLE.replace("modality: linac", "modality: lineac")
SCHEMAS = openapi(current_book(), most_bytes=1, most_documents=100, per_minute=1)["components"]["schemas"]


@pytest.fixture(autouse=True)
def no_calls_counted():
    cache.clear()


@pytest.fixture
def made(world):
    return make_token(
        by=world.people["ada"],
        department=world.north,
        holder=world.people["petra"],
        name="Planning export",
        expires_at=timezone.now() + timedelta(days=365),
    )


@pytest.fixture
def call(client, made):
    """Send a body with Petra's token: `call(body, content_type)`."""
    _, text = made

    def send(body=EXAMPLE, kind=YAML, **headers):
        return client.post(
            ADDRESS, body, content_type=kind, headers={"Authorization": f"Bearer {text}", **headers}
        )

    return send


def problem(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == status
    assert mistakes(found, SCHEMAS["Problem"], SCHEMAS) == []
    return found


def expected(text: str = EXAMPLE) -> dict:
    return evaluate_document(single(text), current_book())


# --- what works


@pytest.mark.parametrize("kind", [YAML, "text/yaml", f"{YAML}; charset=utf-8"])
def test_one_document_is_answered_with_the_engines_own_result(call, kind):
    answer = call(EXAMPLE, kind)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == JSON
    assert answer.json() == expected()
    assert mistakes(answer.json(), SCHEMAS["Result"], SCHEMAS) == []


def test_json_and_yaml_say_the_same(call):
    document = dict(single(EXAMPLE))
    assert call(json.dumps(document), JSON).json() == expected()


def test_it_is_what_the_command_prints(call, tmp_path, capsys):
    from django.core.management import call_command

    file = tmp_path / "case.yaml"
    file.write_text(EXAMPLE)
    call_command("evaluate", str(file), "--format", "json")
    assert json.loads(capsys.readouterr().out) == call().json()


@pytest.mark.parametrize("shape", ["list", "documents", "stream", "yaml list"])
def test_several_documents_are_answered_in_their_order(call, shape):
    documents = [dict(single(EXAMPLE)), {"schema": "srs-case/1"}]
    body, kind = {
        "list": (json.dumps(documents), JSON),
        "documents": (json.dumps({"documents": documents}), JSON),
        "stream": (f"---\n{EXAMPLE}---\nschema: srs-case/1\n", YAML),
        "yaml list": (json.dumps(documents), YAML),
    }[shape]
    found = call(body, kind).json()
    assert (found["judged"], found["refused"]) == (2, 0)
    assert found["results"] == [expected(), expected("schema: srs-case/1")]
    assert mistakes(found, SCHEMAS["Results"], SCHEMAS) == []


def test_a_list_of_one_is_answered_as_a_list(call):
    assert call(json.dumps([{"schema": "srs-case/1"}]), JSON).json()["judged"] == 1


# --- what is wrong with the body


@pytest.mark.parametrize(
    ("body", "kind", "line"),
    [
        (" ", JSON, 1),
        (" \n ", YAML, 1),
        ('{\n"schema": }', JSON, 2),
        ("schema: srs-case/1\nlesions: [\n", YAML, 3),
        ("schema: srs-case/1\n---\nschema: srs-case/1\nlesions: [\n", YAML, 5),
        ("a: &x 1\nb: *x\n", YAML, 1),
        ('{"a": 1,\n "a": 2}', JSON, 1),
        (b"schema: srs-case/1\ndevice: \xff\n", YAML, 2),
        ("[]", JSON, None),
        ('{"documents": 5}', JSON, None),
        ("[" * 100_000, JSON, 1),
        ("[" * 100_000, YAML, 1),
        ('{"x": NaN}', JSON, 1),
        (f'{{"x": 1{"0" * 5000}}}', JSON, 1),
    ],
)
def test_what_cannot_be_read_is_400_with_the_line_where_it_is_known(call, body, kind, line):
    found = problem(call(body, kind), 400)
    assert found.get("line") == line
    assert found["detail"].endswith(".")
    assert "set_int_max_str_digits" not in found["detail"]


def test_a_document_with_mistakes_is_422_with_path_line_and_allowed_words(call):
    found = problem(call(WRONG), 422)
    (error,) = found["errors"]
    assert (error["document"], error["path"], error["line"]) == (1, "modality", 5)
    assert error["value"] == "lineac"
    assert "linac" in error["allowed"]
    assert "results" not in found


def test_all_mistakes_of_all_documents_are_told_and_the_others_are_judged(call):
    found = problem(call(f"{EXAMPLE}---\n{WRONG}---\n{WRONG.replace('cranial', 'head')}"), 422)
    assert [(error["document"], error["path"]) for error in found["errors"]] == [
        (2, "modality"),
        (3, "modality"),
        (3, "lesions[L1].compartment"),
    ]
    assert [error["line"] for error in found["errors"]] == [16, 27, 32]
    assert (found["judged"], found["refused"]) == (1, 2)
    assert found["results"][0] == expected()
    assert found["results"][1]["error"][0]["path"] == "modality"


def test_lines_are_known_in_json_too(call):
    body = json.dumps(
        {"documents": [{"schema": "srs-case/1"}, {"schema": "srs-case/1", "modality": "x"}]}, indent=1
    )
    (error,) = problem(call(body, JSON), 422)["errors"]
    assert body.splitlines()[error["line"] - 1].strip().startswith('"modality"')


@pytest.mark.parametrize("body", ["5", '"text"', "null", "[5]", '{"documents": [null]}'])
def test_what_is_no_case_document_is_422(call, body):
    assert problem(call(body, JSON), 422)["errors"]


def test_an_other_course_that_ends_before_it_starts_is_told_with_its_line(call):
    course = "other_courses:\n  - {started_on: 2026-02-03,\n     ended_on: 2026-02-02}\n"
    (error,) = problem(call(EXAMPLE + course), 422)["errors"]
    assert (error["path"], error["line"]) == ("other_courses[#1].ended_on", 13)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        f"{JSON}; charset=latin-1",
        "multipart/form-data",
    ],
)
def test_other_content_types_are_415_and_say_which_are_taken(call, kind):
    found = problem(call("schema: srs-case/1", kind), 415)
    assert "application/yaml" in found["detail"]


def test_a_packed_body_is_415(call):
    assert "encoding" in problem(call(**{"Content-Encoding": "gzip"}), 415)["detail"]


def test_a_large_body_is_413_before_it_is_read(call, settings):
    settings.API_MAX_MB = 1
    assert "1 MB" in problem(call(" " * (1024 * 1024 + 1)), 413)["detail"]
    assert call(EXAMPLE + "#" * (1024 * 1024 - len(EXAMPLE))).status_code == 200


def test_too_many_documents_are_413(call, settings):
    settings.API_MAX_DOCUMENTS = 2
    document = {"schema": "srs-case/1"}
    assert "3 documents" in problem(call(json.dumps([document] * 3), JSON), 413)["detail"]
    assert call(json.dumps([document] * 2), JSON).status_code == 200


# --- who may


@pytest.mark.parametrize("header", [None, "", "Basic cGV0cmE6eA==", "Bearer", "Bearer  ", "srs_abc"])
def test_without_a_token_it_is_401_and_says_how_to_send_one(client, header):
    headers = {} if header is None else {"Authorization": header}
    answer = client.post(ADDRESS, EXAMPLE, content_type=YAML, headers=headers)
    assert "Authorization: Bearer" in problem(answer, 401)["detail"]
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="SRS Case Tracker"'


def test_an_unknown_token_is_401(client, made):
    for text in (made[1][:-1], made[1] + "x", made[0].digest, "ü" * 5000):
        answer = client.post(ADDRESS, EXAMPLE, content_type=YAML, headers={"Authorization": f"Bearer {text}"})
        assert "not known" in problem(answer, 401)["detail"]
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_session_is_worth_nothing_here(client, world):
    client.force_login(world.people["petra"])
    problem(client.post(ADDRESS, EXAMPLE, content_type=YAML), 401)


ENDS = {
    "revoked": lambda token: ApiToken.objects.update(revoked_at=timezone.now(), revoked_by=token.user),
    "expired": lambda token: ApiToken.objects.update(
        made_at=timezone.now() - timedelta(days=2), expires_at=timezone.now()
    ),
    "closed": lambda token: User.objects.filter(pk=token.user_id).update(is_active=False),
    "no role": lambda token: Membership.objects.filter(user_id=token.user_id).update(active=False),
}


@pytest.mark.parametrize("word", ENDS)
def test_a_token_that_ended_is_401_with_the_reason_and_audited_once_a_minute(call, made, word):
    token, _ = made
    assert call().status_code == 200
    ENDS[word](token)
    for _ in range(3):
        assert word in problem(call(), 401)["detail"]
    (event,) = AuditEvent.objects.filter(action="token.refused")
    assert (event.user, event.record, event.outcome) == (token.user, f"token {token.pk}", "refused")
    ApiToken.objects.update(last_refused_at=timezone.now() - timedelta(minutes=1))
    call()
    assert AuditEvent.objects.filter(action="token.refused").count() == 2


def test_a_role_in_another_department_does_not_help(call, world, made):
    Membership.objects.filter(user=made[0].user).update(department=world.south)
    problem(call(), 401)


def test_a_person_with_a_first_password_must_choose_an_own_one(call, made):
    User.objects.filter(pk=made[0].user_id).update(must_change_password=True)
    assert "own password" in problem(call(), 403)["detail"]


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_other_methods_are_405(client, made, method):
    answer = getattr(client, method)(ADDRESS, headers={"Authorization": f"Bearer {made[1]}"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_more_calls_than_allowed_are_429_and_say_when_to_come_back(call, settings):
    settings.API_CALLS_PER_MINUTE = 2
    assert [call().status_code for _ in range(3)] == [200, 200, 429]
    answer = call()
    assert "Call again in" in problem(answer, 429)["detail"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_each_token_has_a_count_of_its_own(call, client, world, settings):
    settings.API_CALLS_PER_MINUTE = 1
    assert [call().status_code for _ in range(2)] == [200, 429]
    _, other = make_token(
        by=world.people["ada"],
        department=world.north,
        holder=world.people["petra"],
        name="B",
        expires_at=None,
    )
    answer = client.post(ADDRESS, EXAMPLE, content_type=YAML, headers={"Authorization": f"Bearer {other}"})
    assert answer.status_code == 200


def test_no_form_token_is_needed_and_no_cookie_is_set(made):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(ADDRESS, EXAMPLE, content_type=YAML, headers={"Authorization": f"Bearer {made[1]}"})
    assert answer.status_code == 200
    assert not strict.cookies


def test_the_usual_headers_stand(call):
    headers = call().headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


# --- what stays


def test_the_last_use_is_noted_at_most_once_a_minute(call, made):
    call()
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(connection) as asked:
        call()
    assert ApiToken.objects.get().last_used_at == first
    assert not [query for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(asked) <= 3
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=1))
    call()
    assert ApiToken.objects.get().last_used_at >= first


SECRET = "Dogwood-7731"


def test_nothing_of_the_body_or_the_token_is_logged_or_stored(call, client, made, caplog):
    caplog.set_level(logging.DEBUG)
    client.cookies.clear()
    before = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert call(EXAMPLE + f"device: {SECRET}\n").status_code == 200
        assert SECRET in call(EXAMPLE.replace("linac", SECRET)).content.decode()
        call(f"{SECRET}: [")
    assert [query for query in asked if SECRET in query["sql"] or made[1] in query["sql"]] == []
    assert SECRET not in caplog.text
    assert made[1] not in caplog.text
    assert AuditEvent.objects.count() == before
    assert not Session.objects.exists()
    assert not KeptPost.objects.exists()


def test_a_failure_is_500_without_a_word_of_the_body(call, monkeypatch, caplog, settings):
    def broken(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("casetracker.views.api.judge", broken)
    settings.DEBUG = True
    answer = call()
    assert "Try again" in problem(answer, 500)["detail"]
    assert SECRET not in answer.content.decode()
    (record,) = [record for record in caplog.records if record.name == "casetracker.calls"]
    from casetracker.logs import PrivateFormatter

    assert SECRET not in PrivateFormatter().format(record)


def test_the_description_is_open_and_says_the_limits_of_the_site(client, settings):
    settings.API_MAX_DOCUMENTS = 17
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)
    assert answer.json()["components"]["schemas"]["Body"]["anyOf"][1]["maxItems"] == 17
    assert client.post("/api/v1/openapi.json").status_code == 405


def test_the_examples_of_the_documentation_work(call):
    """Every YAML and JSON document of docs/api.md is one that the call takes."""
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    blocks = [part.split("```")[0] for part in text.split("```yaml\n")[1:]]
    assert blocks
    for block in blocks:
        assert call(block).status_code == 200
