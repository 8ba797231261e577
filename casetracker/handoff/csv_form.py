"""The handoff as CSV: one row per line, held and dropped ones included, for a spreadsheet or an import.

Only rows whose decision is RELEASE are to be billed from this version.
"""

import csv
import io

from .document import HandoffDocument

COLUMNS = (
    "case",
    "version",
    "packet",
    "decision",
    "date",
    "code",
    "modifiers",
    "units",
    "diagnosis_pointers",
    "rendering_npi",
    "place_of_service",
    "label",
    "reason",
    "change",
    "digest",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(document: HandoffDocument) -> bytes:
    """UTF-8 with byte order mark, CRLF; cells that a spreadsheet could run as a formula start with an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in [*_released(document), *_others(document)]:
        writer.writerow({name: _safe(value) for name, value in (_common(document) | row).items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _common(document: HandoffDocument) -> dict[str, object]:
    return {
        "case": document.case_number,
        "version": document.status.version,
        "packet": document.stream,
        "digest": document.digest,
    }


def _released(document: HandoffDocument) -> list[dict[str, object]]:
    decision = "DRAFT" if document.is_draft else None
    return [
        {
            "decision": decision or line.decision,
            "date": line.date,
            "code": line.code,
            "modifiers": line.modifiers,
            "units": line.units,
            "diagnosis_pointers": line.pointers,
            "rendering_npi": line.npi,
            "place_of_service": line.place_of_service,
            "label": line.label,
            "reason": line.because,
            "change": line.change,
        }
        for line in document.lines
    ]


def _others(document: HandoffDocument) -> list[dict[str, object]]:
    """What must not be billed: HELD, NOT BILLED, NOT DECIDED, CONSIDERED AND DROPPED."""
    return [
        {"decision": row.kind.upper(), "code": row.code, "label": row.label, "reason": row.reason}
        for row in document.not_billed
    ]


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
