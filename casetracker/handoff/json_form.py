"""The handoff as JSON: the stored snapshot, readable and stable."""

import json

from .document import HandoffDocument, as_dict


def render_json(document: HandoffDocument) -> bytes:
    """UTF-8, keys sorted, two blanks of indent, one line feed at the end."""
    return (json.dumps(as_dict(document), sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()
