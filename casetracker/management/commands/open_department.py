"""Opens a department with its first administrator: where a real site begins, before any page can be used."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casetracker.choices import Setting
from casetracker.errors import Refused
from casetracker.models import User
from casetracker.services.people import open_department


class Command(BaseCommand):
    help = (
        "Opens a department and makes a known account its administrator. The rest is done on the page People."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="For example: North Hospital Radiation Oncology")
        parser.add_argument("--administrator", required=True, metavar="USER", help="User name of an account.")
        parser.add_argument("--setting", choices=Setting.values, default=Setting.HOSPITAL_OUTPATIENT)
        parser.add_argument("--time-zone", default="America/New_York")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["administrator"]).first()
        if person is None:
            raise CommandError(
                f"There is no account {options['administrator']!r}. Create one first: manage.py createsuperuser"
            )
        try:
            department = open_department(
                name=options["name"],
                administrator=person,
                setting=options["setting"],
                time_zone=options["time_zone"],
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{department} is open; {person} administers it on the page People.")
