"""What the parts of a rule book cite: values of fields with given names, at any depth."""

import dataclasses
from collections.abc import Iterator, Mapping

RULES = ("rule", "rules")
SOURCES = ("source",)


def cited(value: object, names: tuple[str, ...]) -> Iterator[str]:
    """Every text in fields of these names: a field may hold one text or several."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for entry in value:
            yield from cited(entry, names)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            inner = getattr(value, part.name)
            if part.name not in names:
                yield from cited(inner, names)
            elif isinstance(inner, str):
                yield from (inner,) if inner else ()
            else:
                yield from inner or ()
