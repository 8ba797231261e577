"""The text of a token and its digest.

A token is 256 random bits: nobody can try them all, so a plain SHA-256 protects it (`docs/decisions`, program calls).
"""

import hashlib
import secrets

PREFIX = "srs_"
SHOWN = 8  # characters kept in the clear, prefix included


def new_token() -> str:
    """A text that programs send; shown once, never stored."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
