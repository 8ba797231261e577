"""Log lines without patient data: paths only, and kinds of errors without the values inside their text.

What happened to a case is told by the audit trail, never by these lines.
"""

import logging
import re
import traceback
from types import TracebackType

QUERY = re.compile(r"\?[^\s\"']*")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrivateFormatter(logging.Formatter):
    """`show_values` is for a developer's own machine with invented data; otherwise error texts are left out."""

    def __init__(self, *, show_values: bool = False):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.show_values = show_values

    def format(self, record: logging.LogRecord) -> str:
        first, newline, rest = super().format(record).partition("\n")
        return QUERY.sub("", first) + newline + rest

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (the name is logging's)
        """Where an error happened and what kind it is; its text may quote a name or a number, so it is dropped."""
        if self.show_values or ei[0] is None:
            return super().formatException(ei)
        frames = traceback.extract_tb(ei[2])
        places = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
        return "\n".join(["Where (the error's text is not logged):", *places, ei[0].__name__])
