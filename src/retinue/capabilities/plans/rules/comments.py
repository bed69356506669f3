"""Comment texts: their sections, and the choices inside of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retinue.foundation.randomness import Random

SECTIONS = {"%PHOTO": "photo", "%VIDEO": "video", "%CAROUSEL": "carousel"}
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class CommentLines:
    for_any: tuple[str, ...]
    by_media: Mapping[str, tuple[str, ...]]


def sections(lines: Iterable[str]) -> CommentLines:
    """Lines before the first header serve any post; blank lines are dropped."""
    for_any: list[str] = []
    by_media: dict[str, list[str]] = {}
    current = for_any
    for line in lines:
        text = line.strip()
        if text.upper() in SECTIONS:
            current = by_media.setdefault(SECTIONS[text.upper()], [])
        elif text:
            current.append(text)
    return CommentLines(tuple(for_any), {name: tuple(of) for name, of in by_media.items() if of})


def fault_of(text: str) -> str | None:
    """What is wrong with the braces of a text, if anything."""
    depth = 0
    escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == "{":
            depth += 1
            if depth > _DEEPEST:
                return f"choices are nested more than {_DEEPEST} deep"
        elif sign == "}":
            depth -= 1
            if depth < 0:
                return "a `}` without its `{`; write \\} for the sign itself"
    return None if depth == 0 else "a `{` without its `}`; write \\{ for the sign itself"


def spin(text: str, rng: Random) -> str:
    """Make the choices of `{a|b|{c|d}}`. A backslash takes the meaning from the sign after it."""
    levels: list[list[list[str]]] = [[[]]]
    signs = iter(text)
    for sign in signs:
        if sign == "\\":
            levels[-1][-1].append(next(signs, ""))
        elif sign == "{":
            levels.append([[]])
        elif sign == "|" and len(levels) > 1:
            levels[-1].append([])
        elif sign == "}" and len(levels) > 1:
            chosen = rng.choice(levels.pop())
            levels[-1][-1].extend(chosen)
        else:
            levels[-1][-1].append(sign)
    return "".join(sign for level in levels for option in level for sign in option)
