"""Reading YAML as plain text values with line numbers: no types guessed, no aliases, no tags, no duplicate keys.

Used for the rule book and for case documents. What the values mean is decided elsewhere.
"""

from collections.abc import Iterator
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # the C library is faster; the pure reader gives the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

DEEPEST = 30
_NULLS = ("", "~", "null", "Null", "NULL")


class YamlRefused(ValueError):
    """The text is not the YAML we accept. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        self.message, self.line = message, line
        super().__init__(f"line {line}: {message}")


class Text(str):
    """A scalar as written, with its line."""

    line: int = 0


class Mapping(dict[str, Any]):
    """A mapping with the line of its start and of each key."""

    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list with the line of its start."""

    line: int = 0


def documents(text: str) -> Iterator[Any]:
    """Each document of a YAML stream. Raises YamlRefused at the first mistake."""
    try:
        events = yaml.parse(text, Loader=_Loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                yield _node(next(events), events, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlRefused(error.problem or "not readable as YAML", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise YamlRefused(str(error).splitlines()[0], 1) from None


def single(text: str) -> Any:
    """The only document of a text; None for an empty one."""
    found = list(documents(text))
    if len(found) > 1:
        raise YamlRefused("only one document is expected here", 1)
    return found[0] if found else None


def _node(event: Any, events: Iterator[Any], depth: int) -> Any:
    line = event.start_mark.line + 1
    if depth > DEEPEST:
        raise YamlRefused("nested too deeply", line)
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise YamlRefused("anchors and aliases are not accepted; write the value out", line)
    if event.tag and not event.tag.startswith("tag:yaml.org"):
        raise YamlRefused(f"the tag {event.tag} is not accepted", line)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth, line)
    return _mapping(events, depth, line)


def _scalar(event: Any, line: int) -> Text | None:
    if event.implicit[0] and event.value in _NULLS:
        return None
    text = Text(event.value)
    text.line = line
    return text


def _sequence(events: Iterator[Any], depth: int, line: int) -> Sequence:
    found = Sequence()
    found.line = line
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        found.append(_node(event, events, depth + 1))
    return found


def _mapping(events: Iterator[Any], depth: int, line: int) -> Mapping:
    found = Mapping()
    found.line = line
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _node(event, events, depth + 1)
        key_line = event.start_mark.line + 1
        if not isinstance(key, str):
            raise YamlRefused("a key must be a word", key_line)
        if key in found:
            raise YamlRefused(f"the key '{key}' stands twice", key_line)
        found[str(key)] = _node(next(events), events, depth + 1)
        found.lines[str(key)] = key_line
    return found
