"""What the audit trail needs to know of the request being served: its source address, and which records it has
already written about. Set by a middleware, read by services. No request object travels.
"""

from contextvars import ContextVar

source_address: ContextVar[str] = ContextVar("source_address", default="")
_noted: ContextVar[frozenset[str]] = ContextVar("noted_records", default=frozenset())


class RequestContextMiddleware:
    """Remembers the source address of the request while it is served, and starts with nothing noted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        source = source_address.set(request.META.get("REMOTE_ADDR", ""))
        noted = _noted.set(frozenset())
        try:
            return self.get_response(request)
        finally:
            _noted.reset(noted)
            source_address.reset(source)


def note_record(record: str) -> None:
    """An audit event about this record was written while this request is served."""
    _noted.set(_noted.get() | {record})


def is_noted(record: str) -> bool:
    return record in _noted.get()
