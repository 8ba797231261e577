"""P-02: no page or file with patient data is reachable without sign-in. Walks the table of addresses itself."""

from urllib.parse import urlsplit

import pytest

from .addresses import all_addresses

OPEN_TO_EVERYBODY = {"sign_in", "sign_out", "healthz", "api-openapi"}  # the last: words of the engine


def closed_addresses():
    return [address for address in all_addresses() if address.name not in OPEN_TO_EVERYBODY]


def test_the_walk_finds_the_pages():
    assert {"sign_in", "password_change", "kept_entries"} <= {address.name for address in all_addresses()}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_every_address_asks_for_a_sign_in(client, method):
    let_in = []
    for address in closed_addresses():
        answer = getattr(client, method)(address.path)
        to_sign_in = answer.status_code == 302 and urlsplit(answer.url).path == "/sign-in/"
        if not to_sign_in and answer.status_code != 401:
            let_in.append(f"{method} {address.path}: {answer.status_code}")
    assert let_in == []


@pytest.mark.django_db
def test_a_refusal_carries_no_page(client):
    for address in closed_addresses():
        answer = client.get(address.path)
        assert len(answer.content) < 300, address.path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/var/db.sqlite3", "/media/x.pdf", "/uploads/x.pdf", "/static/../var/db.sqlite3"]
)
def test_stored_files_have_no_address_of_their_own(client, path):
    assert client.get(path).status_code == 404
