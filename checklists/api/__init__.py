"""The rules for other programs: reading the body of a call, judging it, and the OpenAPI description of both.

Who may call, and how often, is decided in `casetracker`; nothing here knows a person or stores anything.
"""
