"""How a value is written into a text: plain where that is safe, quoted where it is not."""

from __future__ import annotations

import json
import re
from typing import Any

from retinue.capabilities.plans.rules.tree import Items, Mapping, Node, Plain, Text

_SAFE = re.compile(r"-?[A-Za-z0-9_][A-Za-z0-9_.\-/+]*(?: [A-Za-z0-9_.\-/+]+)*", re.ASCII)
_NEEDS_ESCAPES = re.compile(
    r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"
)


def as_plain(value: Any) -> Plain:
    """A JSON value as the text will hold it: strings, lists, mappings; None stays None."""
    if isinstance(value, dict):
        return {str(key): as_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def scalar(text: str, *, quote: str = "") -> str:
    """One line of YAML. `quote` is the quoting that was there before, kept where it can hold the text."""
    if _NEEDS_ESCAPES.search(text) or quote == '"':
        return _double_quoted(text)
    if quote == "'" or not _SAFE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def flow(items: list[str]) -> str:
    return "[" + ", ".join(scalar(item) for item in items) + "]"


def inline(value: Plain) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{scalar(key)}: {inline(inner)}" for key, inner in value.items()) + "}"
        )
    if isinstance(value, list):
        return flow([str(item) for item in value])
    return "" if value is None else scalar(value)


def entry(key: str, value: Plain, *, indent: str, newline: str) -> str:
    """One `key: value` line, or several for a mapping."""
    head = f"{indent}{scalar(key)}:"
    if isinstance(value, dict) and value:
        lines = [
            entry(inner, of, indent=f"{indent}  ", newline=newline) for inner, of in value.items()
        ]
        return head + newline + "".join(lines)
    written = inline(value)
    return f"{head} {written}".rstrip() + newline


def quote_of(node: Node) -> str:
    """The quoting of a scalar, where a new value can take it over."""
    return node.quote if isinstance(node, Text) and node.quote in {"'", '"'} else ""


def is_block(node: Node) -> bool:
    return isinstance(node, Items | Mapping) and not node.is_flow


def _double_quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return _NEEDS_ESCAPES.sub(lambda found: _escape(found[0]), written)


def _escape(sign: str) -> str:
    code = ord(sign)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"
