"""Load published billing files from the command line, with the same checks as in the browser."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casetracker.errors import Refused
from casetracker.models import User
from casetracker.services import reference, reference_judging, reference_reading
from casetracker.services.reference_store import Sent
from checklists.models import ReferenceKind, ReferenceRelease, ReleaseState
from checklists.reference.opening import MEGABYTE

KINDS = [kind for kind in ReferenceKind.values if kind != ReferenceKind.PAIRS]


class Command(BaseCommand):
    help = (
        "Reads the files of one published release (pairs, unit limits, add-on codes, fee schedule), keeps the rows "
        "about the codes of the rule book, and says what was read. With --publish-as another person puts it in force."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="+", type=Path, help="the files of one table, as published")
        parser.add_argument("--kind", choices=KINDS, default="", help="left out: found out from the files")
        parser.add_argument(
            "--valid-from", default="", help="first day of service, where the files do not say it"
        )
        parser.add_argument("--valid-to", default="", help="last day; left out: until the next release")
        parser.add_argument("--files", type=int, help="files in the table (default: 4 for pairs, else 1)")
        parser.add_argument(
            "--corrects", action="store_true", help="a corrected issue of a published release"
        )
        parser.add_argument(
            "--licence-held", action="store_true", help="the site holds the licences asked for"
        )
        parser.add_argument("--as", dest="loader", default="", help="sign-in name of the person who loads")
        parser.add_argument("--publish-as", default="", help="sign-in name of another person, who publishes")

    def handle(self, *args, **options):
        if options["publish_as"] and not options["loader"]:
            raise CommandError("Say with --as who loads the files: another person publishes them.")
        settings.REFERENCE_READING = "inline"
        loader, publisher = _person(options["loader"]), _person(options["publish_as"])
        for path in options["file"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        try:
            for release in self._loaded(options, loader):
                self._tell(release)
                if release.state == ReleaseState.REFUSED:
                    raise CommandError(release.problem)
                if publisher:
                    self._publish(release, publisher)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal

    def _loaded(self, options, loader: User | None) -> list[ReferenceRelease]:
        told = reference.Told(
            kind=options["kind"],
            valid_from=_day(options["valid_from"]),
            valid_to=_day(options["valid_to"]),
            files_expected=options["files"],
            licence_held=options["licence_held"],
            corrects=options["corrects"],
        )
        sent = [Sent(path.name, _chunks(path)) for path in options["file"]]
        releases = reference.load(sent=sent, told=told, by=loader)
        reference_reading.read_waiting()
        for release in releases:
            release.refresh_from_db()
        return releases

    def _tell(self, release: ReferenceRelease) -> None:
        files = list(release.files.all())
        self.stdout.write(f"{release}: {release.get_state_display()}")
        for file in files:
            told = file.problem or f"{file.rows} rows read, {file.kept} about our codes"
            self.stdout.write(f"  {file.name}: {told}")

    def _publish(self, release: ReferenceRelease, publisher: User) -> None:
        if release.state == ReleaseState.COLLECTING:
            raise CommandError(
                "Something is missing before it can be published; see the page of the release."
            )
        reference.publish(release=release, by=publisher, version=release.version)
        changed = reference_judging.judge_waiting()
        self.stdout.write(f"Published. Open cases that changed: {changed}.")


def _person(name: str) -> User | None:
    if not name:
        return None
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {name}.")
    return found


def _day(text: str):
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(f"{text} is no day. Write it like 2026-10-01.") from None


def _chunks(path: Path):
    with path.open("rb") as file:
        while chunk := file.read(MEGABYTE):
            yield chunk
