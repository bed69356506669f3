"""The little language of `fields=`: names, arguments and fields of fields."""

import re
from dataclasses import dataclass, field

from sandgram.surfaces.graph.errors import GraphError

_LONGEST = 4_000
_DEEPEST = 4
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    """As in `media.limit(3)`, or the target in `business_discovery.username(x)`."""
    fields: "tuple[Field, ...]" = ()


def parse(text: str) -> tuple[Field, ...]:
    """
    Raises:
        GraphError: it does not follow the grammar, or is too long or too deep.
    """
    if len(text) > _LONGEST:
        raise _wrong("too long")
    reader = _Reader(text)
    found = reader.fields(depth=0)
    if reader.at < len(text):
        raise _wrong(f"unexpected {text[reader.at]!r} at {reader.at}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fields(self, *, depth: int) -> tuple[Field, ...]:
        if depth > _DEEPEST:
            raise _wrong("too deep")
        found = [self._field(depth)]
        while self._take(","):
            found.append(self._field(depth))
        return tuple(found)

    def _field(self, depth: int) -> Field:
        name = self._word()
        arguments: dict[str, str] = {}
        while self._take("."):
            argument = self._word()
            arguments[argument] = self._value()
        inner: tuple[Field, ...] = ()
        if self._take("{"):
            inner = self.fields(depth=depth + 1)
            if not self._take("}"):
                raise _wrong("a { is not closed")
        return Field(name, arguments, inner)

    def _value(self) -> str:
        end = self.text.find(")", self.at)
        if not self._take("(") or end < 0:
            raise _wrong("an argument wants its value in parentheses")
        value = self.text[self.at : end]
        self.at = end + 1
        return value.strip()

    def _word(self) -> str:
        self._skip()
        found = _WORD.match(self.text, self.at)
        if found is None:
            raise _wrong(f"a name is missing at {self.at}")
        self.at = found.end()
        return found.group()

    def _take(self, sign: str) -> bool:
        self._skip()
        if self.text.startswith(sign, self.at):
            self.at += 1
            return True
        return False

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1


def _wrong(what: str) -> GraphError:
    return GraphError(2500, f"Syntax error in fields: {what}")
