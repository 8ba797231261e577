"""`load_reference`: the same checks as in the browser, and a second person to publish."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from checklists.models import ReferenceRelease
from tests.cast import *  # noqa: F403
from tests.reference import files
from tests.reference.loading import LIMITS_2026Q4, own_shelf, small_tables  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_shelf", "small_tables", "world")]


@pytest.fixture(autouse=True)
def reading(settings):
    settings.REFERENCE_READING = "thread"  # the command reads by itself, whatever the site does


def run(folder, *options: str, name: str = LIMITS_2026Q4, content: bytes | None = None) -> str:
    out = StringIO()
    path = files.written(folder, name, files.limits() if content is None else content)
    call_command("load_reference", str(path), *options, stdout=out)
    return out.getvalue()


def test_a_file_is_read_and_waits_for_publication(tmp_path):
    told = run(tmp_path, "--licence-held")
    assert "Unit limits (MUE), practitioner 2026Q4: Waits for publication" in told
    assert "4 rows read, 3 about our codes" in told
    assert ReferenceRelease.objects.get().opened_by is None


def test_another_person_publishes(tmp_path):
    assert "Published." in run(tmp_path, "--licence-held", "--as", "cora", "--publish-as", "ada")
    release = ReferenceRelease.objects.get()
    assert (release.state, release.opened_by.username, release.published_by.username) == (
        "published",
        "cora",
        "ada",
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "Confirm that the site holds the licences"),
        (("--licence-held", "--publish-as", "ada"), "Say with --as who loads"),
        (("--licence-held", "--as", "cora", "--publish-as", "cora"), "You loaded this release"),
        (("--licence-held", "--as", "petra"), "coder or administrator"),
        (("--licence-held", "--as", "nobody"), "Nobody signs in as nobody"),
        (("--licence-held", "--kind", "fees"), "fee schedule indicators was chosen"),
        (("--licence-held", "--valid-from", "1.10.2026"), "1.10.2026 is no day"),
    ],
)
def test_refusals_say_what_to_do(tmp_path, options, told):
    with pytest.raises(CommandError, match=told):
        run(tmp_path, *options)
    assert not ReferenceRelease.objects.filter(state="published").exists()


def test_a_wrong_row_fails_the_command(tmp_path):
    with pytest.raises(CommandError, match="line 11"):
        run(tmp_path, "--licence-held", content=files.limits([*files.LIMIT_ROWS, "61797,x,3 Edit,Own"]))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("load_reference", str(tmp_path / "none.csv"), "--licence-held")
