"""Values of facts: known, or missing with the fields that would tell them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

Found = str | bool | int | Decimal | date | tuple[str, ...]


class Missing(NamedTuple):
    """A fact that cannot be told yet; `paths` name the document fields that would tell it."""

    paths: tuple[str, ...]


Value = Found | Missing


class View(dict[str, Value]):
    """The facts of one line or lesion in front of the facts of the case, without copying those.

    `case`: the facts behind them, which may be put there once they are known.
    """

    def __init__(self, own: Mapping[str, Value], case: Mapping[str, Value]) -> None:
        super().__init__(own)
        self.case = case

    def __missing__(self, name: str) -> Value:
        return self.case[name]
