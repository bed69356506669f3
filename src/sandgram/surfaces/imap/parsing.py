"""A command as it comes over the wire: atoms, quoted strings, literals and lists."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

LINE, LITERAL = 8_192, 20_000
_LITERAL = re.compile(rb"\{(\d{1,7})(\+?)\}\r?\n?\Z")
_TOKEN = re.compile(
    rb'"((?:[^"\\]|\\.)*)"|([()])|([^\s()"\[]*\[[^\]]*\](?:<\d+\.\d+>)?)|([^\s()"]+)'
)

Item = bytes | list["Item"]


class NotUnderstood(Exception):
    """The message is for the client."""


@dataclass(frozen=True, slots=True)
class Command:
    tag: str
    name: str
    items: list[Item]

    def __repr__(self) -> str:
        # A LOGIN carries a password.
        return f"Command(name={self.name!r})"


async def read_command(reader: asyncio.StreamReader, go_on: Callable[[], None]) -> Command | None:
    """
    The next command; None when the caller has gone. `go_on` asks for a literal.

    Raises:
        NotUnderstood: too long, or no command at all.
    """
    pieces: list[bytes] = []
    literals: list[bytes] = []
    while True:
        line = await reader.readline()
        if not line:
            return None
        if len(line) > LINE:
            raise NotUnderstood("line too long")
        found = _LITERAL.search(line)
        if found is None:
            pieces.append(line.rstrip(b"\r\n"))
            break
        size = int(found.group(1))
        if size > LITERAL:
            raise NotUnderstood("literal too large")
        pieces.append(line[: found.start()])
        if not found.group(2):
            go_on()
        literals.append(await reader.readexactly(size))
    return _command(pieces, literals)


def _command(pieces: list[bytes], literals: list[bytes]) -> Command:
    words: list[Item] = []
    stack = [words]
    for number, piece in enumerate(pieces):
        for quoted, bracket, section, atom in _TOKEN.findall(piece):
            if bracket == b"(":
                inner: list[Item] = []
                stack[-1].append(inner)
                stack.append(inner)
            elif bracket == b")":
                if len(stack) == 1:
                    raise NotUnderstood("a parenthesis too many")
                stack.pop()
            else:
                stack[-1].append(section or atom or re.sub(rb"\\(.)", rb"\1", quoted))
        if number < len(literals):
            stack[-1].append(literals[number])
    if len(stack) > 1:
        raise NotUnderstood("a parenthesis is missing")
    if len(words) < 2 or isinstance(words[0], list) or isinstance(words[1], list):
        raise NotUnderstood("a tag and a command are missing")
    return Command(text(words[0]), text(words[1]).upper(), words[2:])


def text(item: Item) -> str:
    """
    Raises:
        NotUnderstood: a list where a word belongs.
    """
    if isinstance(item, list):
        raise NotUnderstood("a list where a word belongs")
    return item.decode("utf-8", errors="replace")


def numbers(text: str, *, most: int) -> set[int]:
    """
    A set such as `1:3,7,9:*`, where `*` is `most`.

    Raises:
        NotUnderstood: it is none.
    """
    found: set[int] = set()
    for part in text.split(","):
        ends = part.split(":")
        if len(ends) > 2 or not all(end == "*" or end.isdecimal() for end in ends):
            raise NotUnderstood(f"no set of messages: {text[:40]}")
        places = [most if end == "*" else int(end) for end in ends]
        # A range may lie beyond the last mail; a star is the last mail, and in an empty mailbox nothing.
        found.update(range(max(1, min(places)), min(max(places), most) + 1))
    return found


def quoted(text: str | None) -> str:
    if text is None:
        return "NIL"
    if text.isascii() and not set(text) & set('"\\\r\n'):
        return f'"{text}"'
    raw = text.encode()
    return f"{{{len(raw)}}}\r\n{text}"
