"""Every address of the site with something in place of its variable parts, so that later pages are covered too."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

NOBODY = "00000000-0000-0000-0000-000000000000"


class Address(NamedTuple):
    path: str
    name: str
    variable: bool


def all_addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "/", False))


def _walk(patterns: list[URLPattern | URLResolver], before: str, variable: bool) -> Iterator[Address]:
    for entry in patterns:
        path = before + _filled(entry)
        varies = variable or bool(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, path, varies)
        else:
            yield Address(path, entry.name or "", varies)


def _filled(entry: URLPattern | URLResolver) -> str:
    route = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        route = re.sub(rf"<(\w+:)?{name}>", _accepted(converter), route)
    assert "<" not in route, f"teach this test how to fill {route}"
    return route


def _accepted(converter: object) -> str:
    """Something this kind of variable part takes: a number, an id, a word, or one of a fixed list."""
    for value in ("1", NOBODY, "x", *re.split(r"[|()]", converter.regex)):
        if re.fullmatch(converter.regex, value):
            return value
    raise AssertionError(f"teach this test what {converter.regex} takes")
