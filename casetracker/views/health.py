"""Is the site able to work? For monitoring: no sign-in, no patient data, no error texts."""

import ctypes.util

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when cases can be entered; 503 when not. Missing Pango only delays PDF files."""
    parts = {"database": _database(), "rule_book": _rule_book(), "pdf": _pdf()}
    able = parts["database"] == parts["rule_book"] == "ok"
    return JsonResponse({"status": "ok" if able else "down", **parts}, status=200 if able else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"


def _rule_book() -> str:
    from checklists.reader import current_book

    try:
        current_book()
    except Exception:
        return "unreadable"
    return "ok"


def _pdf() -> str:
    libraries = ("pango-1.0", "pangoft2-1.0")
    return "ok" if all(ctypes.util.find_library(name) for name in libraries) else "Pango is missing"
