"""Refusals that a person can read. Each text says what to do next."""


class Refused(Exception):
    """A service did not do what was asked; nothing was written.

    `audited` says that the refusal stands in the audit trail already; a page records the ones that do not.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.audited = False


class NotAllowed(Refused):
    """The person's role or earlier part in the case forbids this."""


class WrongState(Refused):
    """The case, packet or item is not in a state in which this can happen."""


class Stale(Refused):
    """Somebody else changed the record since this person opened it."""


class NotFound(LookupError):
    """No such record, or not in a department of this person. Shown as a plain 404 in both cases."""
