"""The daily reminder of what one person owes: counts and an address, never a patient, a case or a code.

`manage.py send_digests` calls this from a timer. What is due is read by `selectors.reminders`: the same counts that
the first page shows.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from casetracker.models import SentDigest, User
from casetracker.selectors.reminders import Reminder, people_to_remind, reminder_for

log = logging.getLogger(__name__)
SUBJECT = "Documentation due: {count}"
NO_ADDRESS = "Sign in and open What I owe."


@dataclass
class Sent:
    """What one run did: mails sent, people with nothing to say, people without an address, mails that failed."""

    sent: int = 0
    nothing: int = 0
    before: int = 0
    failed: int = 0


def send_digests(*, now: datetime) -> Sent:
    """Send each person the reminder of the day: once, and only when something is due.

    A mail that could not be sent is forgotten, so that the next run tries it again.
    """
    done = Sent()
    for user in people_to_remind():
        reminder = reminder_for(user, now)
        if not reminder.anything:
            done.nothing += 1
        else:
            _send(user, reminder, now, done)
    return done


def _send(user: User, reminder: Reminder, now: datetime, done: Sent) -> None:
    try:
        with transaction.atomic():
            SentDigest.objects.create(
                user=user, day=reminder.today, overdue=reminder.overdue, due=reminder.due, sent_at=now
            )
            send_mail(subject(reminder), body(reminder), settings.DEFAULT_FROM_EMAIL, [user.email])
    except IntegrityError:
        done.before += 1
    except OSError as problem:
        log.error("A reminder could not be sent: %s", type(problem).__name__)
        done.failed += 1
    else:
        done.sent += 1


def subject(reminder: Reminder) -> str:
    return SUBJECT.format(count=reminder.total)


def body(reminder: Reminder) -> str:
    """Counts, one a line, and where to look: the address, or the name of the page where the site's is not set."""
    place = f"{settings.SITE_URL}{reverse('my-items')}" if settings.SITE_URL else NO_ADDRESS
    return "\n".join(["SRS Case Tracker:", "", *reminder.lines(), "", place, ""])
