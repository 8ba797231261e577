"""The only writers. Keyword-only, verb first, one transaction, one revision, one audit event.

A refusal is an exception whose text can be shown and says what to do next.
"""
