"""
YAML as a tree of texts that knows where in the file each of them stands.

No value is ever converted, so `007`, `1_000`, `12:30`, `yes` and `null` stay what
was typed. What could blow up is refused while reading: anchors and aliases,
tags, depth, size, a second document, a key given twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MOST_BYTES = 1_000_000
MOST_DEPTH = 20
# The reader takes about a second for so many; real plans have a few dozen.
MOST_VALUES = 20_000

Plain = str | list[Any] | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Node:
    """`start` and `end` are offsets in the text, `end` without trailing comments and blank lines."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str
    quote: str
    """`'`, `"`, `|`, `>`, or nothing for a plain one."""

    @property
    def is_empty(self) -> bool:
        """Nothing was written at all, as in `key:`."""
        return not self.quote and not self.value


@dataclass(frozen=True, slots=True)
class Items(Node):
    items: tuple[Node, ...]
    is_flow: bool


@dataclass(frozen=True, slots=True)
class Entry:
    key: Text
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    entries: tuple[Entry, ...]
    is_flow: bool

    def find(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key.value == key), None)


class BadYaml(Exception):
    """The text cannot be read, and where."""

    def __init__(self, message: str, *, line: int, column: int, key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.key = key


def read(text: str) -> Mapping | None:
    """The document; None when there is nothing in it but comments. Raises `BadYaml`."""
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise BadYaml("the text is longer than 1 MB", line=1, column=1)
    try:
        root = _Builder(text).document()
    except MarkedYAMLError as error:
        raise _broken(error) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = f"the character U+{ord(text[error.position]):04X} cannot stand in YAML"
        raise BadYaml(message, line=line, column=column) from error
    except (YAMLError, ValueError, OverflowError, AssertionError, NotImplementedError) as error:
        # Escapes and directives with absurd numbers end in Python's own errors.
        raise BadYaml("this is not YAML", line=1, column=1) from error
    if root is None or isinstance(root, Mapping):
        return root
    if isinstance(root, Text) and root.is_empty:
        return None
    message = "a plan is made of `key: value` lines"
    raise BadYaml(message, line=root.line, column=root.column)


def config_of(root: Mapping | None) -> dict[str, Plain]:
    return {entry.key.value: plain(entry.value) for entry in root.entries} if root else {}


def plain(node: Node | None) -> Plain:
    """Strings, lists and mappings only; an empty value is None."""
    if isinstance(node, Mapping):
        return {entry.key.value: plain(entry.value) for entry in node.entries}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    if isinstance(node, Text) and not node.is_empty:
        return node.value
    return None


class _Builder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self._values = 0

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _at(event, "a second document (`---`); a plan is one")
            elif isinstance(
                event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent
            ):
                root = self._node(event, depth=1)
        return root

    def _node(self, event: Event, *, depth: int) -> Node:
        self._refuse_dangers(event, depth)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            return self._items(event, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        raise _at(event, "a value is missing here")

    def _refuse_dangers(self, event: Any, depth: int) -> None:
        self._values += 1
        if isinstance(event, AliasEvent):
            raise _at(
                event, "aliases (`*name`) are not used in plans; write the value out, or quote it"
            )
        if event.anchor is not None:
            raise _at(
                event, "anchors (`&name`) are not used in plans; quote a value that starts with &"
            )
        if event.tag is not None:
            raise _at(
                event, "tags (`!name`) are not used in plans; quote a value that starts with !"
            )
        if depth > MOST_DEPTH:
            raise _at(event, f"nested more than {MOST_DEPTH} deep")
        if self._values > MOST_VALUES:
            message = f"more than {MOST_VALUES:,} values; put long lists of people into a file (interact-from-file)"
            raise _at(event, message)

    def _scalar(self, event: ScalarEvent) -> Text:
        start, end = event.start_mark.index, event.end_mark.index
        if event.value or event.style:
            end = start + len(self._text[start:end].rstrip())
        # Escapes can spell what no database and no JSON takes.
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in event.value):
            raise _at(event, "a NUL or half a character (an escape such as \\0 or \\ud800)")
        return Text(start, end, *_place(event), value=event.value, quote=event.style or "")

    def _items(self, event: SequenceStartEvent, depth: int) -> Items:
        items: list[Node] = []
        for inner in self._events:
            if isinstance(inner, SequenceEndEvent):
                end = self._end(inner, items, is_flow=event.flow_style)
                place = _place(event)
                return Items(event.start_mark.index, end, *place, tuple(items), event.flow_style)
            items.append(self._node(inner, depth=depth + 1))
        raise _at(event, "this list has no end")

    def _mapping(self, event: MappingStartEvent, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        values: list[Node] = []
        for inner in self._events:
            if isinstance(inner, MappingEndEvent):
                end = self._end(inner, values, is_flow=event.flow_style)
                place = _place(event)
                found = tuple(entries.values())
                return Mapping(event.start_mark.index, end, *place, found, event.flow_style)
            key = self._node(inner, depth=depth + 1)
            if not isinstance(key, Text):
                raise _at(inner, "a key is a word, not a list or a mapping")
            if key.value in entries:
                first = entries[key.value].key.line
                message = f"`{key.value[:60]}` is given twice (first on line {first})"
                raise _at(inner, message, key=key.value[:100])
            value = self._node(next(self._events), depth=depth + 1)
            entries[key.value] = Entry(key, value)
            values.append(value)
        raise _at(event, "this mapping has no end")

    def _end(self, event: Event, inside: list[Node], *, is_flow: bool) -> int:
        # A block ends for the parser where the next thing begins, past its comments.
        if is_flow or not inside:
            return int(event.end_mark.index)
        return inside[-1].end


def _place(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _at(event: Event, message: str, *, key: str = "") -> BadYaml:
    line, column = _place(event)
    return BadYaml(message, line=line, column=column, key=key)


def _broken(error: MarkedYAMLError) -> BadYaml:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or error.context or "this is not YAML").strip()
    what = problem.splitlines()[0][:200]
    if "flow node" in str(error.context) or "cannot start any token" in what:
        what += "; quote a value that starts with #, @, % or `"
    if mark is None:
        return BadYaml(what, line=1, column=1)
    return BadYaml(what, line=mark.line + 1, column=mark.column + 1)
