"""Send the daily reminders by mail. Run it once a day from a timer; a second run of the day sends nothing twice."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from casetracker.services.reminders import send_digests


class Command(BaseCommand):
    help = (
        "Send each person the reminder of what is due today or overdue: once a day, counts only, no patient."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MAIL_CONFIGURED:
            self.stdout.write(
                "No mail server is set (EMAIL_URL), so nothing was sent. What is due is shown on the first page."
            )
            return
        done = send_digests(now=timezone.now())
        self.stdout.write(
            f"Sent {done.sent}; nothing to say to {done.nothing}; already reminded today {done.before}."
        )
        if done.failed:
            raise CommandError(
                f"{done.failed} could not be sent. Check EMAIL_URL and the mail server, then run it again."
            )
