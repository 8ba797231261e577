"""The only writers: keyword-only, verb first, one transaction, one revision, one audit event.

A refusal is an exception whose text can be shown to the person.
"""
