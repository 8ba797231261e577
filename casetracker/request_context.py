"""Who asks from where, for the audit trail: set by a middleware, read by services. No request object travels."""

from contextvars import ContextVar

source_address: ContextVar[str] = ContextVar("source_address", default="")


class RequestContextMiddleware:
    """Remembers the source address of the request while it is served."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = source_address.set(request.META.get("REMOTE_ADDR", ""))
        try:
            return self.get_response(request)
        finally:
            source_address.reset(token)
