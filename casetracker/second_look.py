"""Which packets handed to billing are looked at once more, and why. Pure: reads no records and no clock.

A local control, not a rule of a payer: 5 to 10 percent of a month at random, and what goes wrong most often.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

SPECIAL_CODES = ("77370", "77470")  # a consultation and a procedure that need a reason of this patient
MOST_LATE_ENTRIES = 2
SHARE_LEAST, SHARE_MOST = 5, 10  # percent of a month
DRAWN = "Drawn at random"
FIRST_CASE = "First case of {}"
LATE = "{} late entries"


def drawn(month: date, packets: Iterable[int], share: int) -> set[int]:
    """The packets drawn from those of one month and department: `share` percent, rounded up.

    The order is that of a digest of month and packet, so that the same packets come out for everybody and at every
    time, and a larger share only adds to a smaller one. Empty for a month without packets.
    """
    ordered = sorted(packets, key=lambda packet: _digest(month, packet))
    return set(ordered[: -(-len(ordered) * share // 100)])


def _digest(month: date, packet: int) -> str:
    return hashlib.sha256(f"{month:%Y-%m}:{packet}".encode()).hexdigest()


def special(codes: Iterable[str]) -> list[str]:
    """The codes among these whose packets are always looked at, each once."""
    return sorted(set(codes) & set(SPECIAL_CODES))


def is_late(entry_type: str, service: date | None, written: date | None, days: int) -> bool:
    """Whether a document is a late entry: marked as one, or written more than `days` days after the service."""
    if entry_type == "late_entry":
        return True
    return service is not None and written is not None and (written - service).days > days


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
