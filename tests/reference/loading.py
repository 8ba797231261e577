"""Loading invented files through the real services, for tests of services, pages and privacy."""

import os

import pytest

from casetracker.errors import Refused
from casetracker.models import User
from casetracker.services import reference, reference_reading
from casetracker.services.reference_store import Sent, path_of
from checklists import published
from checklists.models import ReferenceRelease
from checklists.reference import plausible
from tests.reference import files

LIMITS_2026Q4 = "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"
PAIRS = "ccipra-v323r0-f{}.txt"
LIMITS_2027Q1 = "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"


@pytest.fixture
def small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented tables have a few rows; how many a published one has is tested on its own."""
    monkeypatch.setattr(plausible, "ROWS", dict.fromkeys(plausible.ROWS, (1, 10_000)))
    monkeypatch.setattr(plausible, "FEW", 1_000)


@pytest.fixture
def own_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test publishes does not judge the cases of the next."""
    monkeypatch.setattr(published, "_shelf", published._Shelf())


def sent(name: str = LIMITS_2026Q4, content: bytes | None = None) -> Sent:
    return Sent(name, [files.limits() if content is None else content])


def load(by: User | None, *parts: Sent, read: bool = True, **told) -> ReferenceRelease:
    """The release that these files belong to, read unless a test looks at what waits."""
    told = {"licence_held": True, **told}
    (release,) = reference.load(sent=parts or [sent()], told=reference.Told(**told), by=by)
    if read:
        reference_reading.read_waiting()
        release.refresh_from_db()
    return release


def publish(release: ReferenceRelease, by: User) -> ReferenceRelease:
    """Published, and in use in this process at once."""
    release = reference.publish(release=release, by=by, version=release.version)
    published.forget()
    return release


def waiting_on_disk() -> list[str]:
    folder = path_of("x").parent
    return sorted(os.listdir(folder)) if folder.exists() else []


def part(number: int, *rows: str):
    return sent(PAIRS.format(number), files.pairs(rows or [files.PAIR_ROWS[number - 1]]))


def refused(by, *parts, **told) -> str:
    with pytest.raises(Refused) as raised:
        load(by, *parts, **told)
    return raised.value.message
