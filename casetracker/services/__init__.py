"""The only writers. Keyword-only, verb first, one transaction, one revision, one audit event; refusals can be shown."""
