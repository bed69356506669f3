"""Readers of single values: each gives the typed value, or reports what is wrong and gives None."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from functools import cache, partial
from typing import Any
from zoneinfo import available_timezones

from retinue.capabilities.plans.rules.comments import CommentLines, fault_of, sections
from retinue.capabilities.plans.rules.findings import Report, shown
from retinue.capabilities.plans.rules.tree import Items, Node, Text
from retinue.capabilities.plans.rules.words import nearest
from retinue.capabilities.plans.schemas import FileSource, Range, Span, Window

Reader = Callable[[Report, str, Node], Any]

MOST = 1_000_000
_WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?", re.ASCII)
_SPAN = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(?:-([0-9]{1,7}(?:\.[0-9]{1,3})?))?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,6})?", re.ASCII)
_WINDOW = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})-([0-9]{1,2})[.:]([0-9]{2})", re.ASCII)
_HANDLE = re.compile(r"[\w][\w.\-]{0,99}|_[\w.\-]{0,99}")
_FILE_NAME = re.compile(r"[\w][\w .\-()+]{0,99}")
_FILE_SOURCE = re.compile(r"(?P<name>.+?)(?:\s+(?P<count>[0-9]{1,7}(?:-[0-9]{1,7})?))?")
_DEFAULT_FILE_COUNT = Range(10, 10)
_LONGEST_TEXT = 2_200


def text(report: Report, key: str, node: Node) -> str | None:
    if not isinstance(node, Text):
        report.error(node, key, "one value is expected here, not a list or a mapping")
        return None
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in node.value):
        report.error(node, key, "control characters are not allowed")
        return None
    if len(node.value) > _LONGEST_TEXT:
        report.error(node, key, f"longer than {_LONGEST_TEXT:,} characters")
        return None
    return node.value.strip()


def flag(report: Report, key: str, node: Node) -> bool | None:
    found = text(report, key, node)
    if found is None or found.lower() in {"true", "false"}:
        return None if found is None else found.lower() == "true"
    yes = found.lower() in {"yes", "on", "1", "y"}
    no = found.lower() in {"no", "off", "0", "n"}
    hint = "write `true`" if yes else "write `false`" if no else "write `true` or `false`"
    report.error(node, key, f"`{shown(found)}` is neither true nor false", hint)
    return None


def counted(
    report: Report, key: str, node: Node, *, most: int = MOST, least: int = 0
) -> Range | None:
    """`N` or `N-M`."""
    found = text(report, key, node)
    if found is None:
        return None
    match = _RANGE.fullmatch(found)
    unit = f"a whole number from {least} to {most:,}, or a range such as `2-4`"
    if match is None:
        hint = "write it without the % sign" if found.rstrip("%") != found else None
        report.error(node, key, f"`{shown(found)}` is not {unit}", hint)
        return None
    low, high = int(match[1]), int(match[2] or match[1])
    if low > high:
        report.error(node, key, f"the range `{found}` runs backwards", f"write `{high}-{low}`")
        return None
    if low < least or high > most:
        report.error(node, key, f"`{found}` is outside: {unit} is expected")
        return None
    return Range(low, high)


percentage = partial(counted, most=100)


def sessions_in_all(report: Report, key: str, node: Node) -> Range | None:
    """`-1` goes on for ever, which is what None stands for."""
    if isinstance(node, Text) and node.value.strip() == "-1":
        return None
    return counted(report, key, node, least=1)


def seconds(report: Report, key: str, node: Node) -> Span | None:
    found = text(report, key, node)
    if found is None:
        return None
    match = _SPAN.fullmatch(found)
    if match is None:
        report.error(
            node, key, f"`{shown(found)}` is not a number of seconds, or a range such as `20-60`"
        )
        return None
    low, high = float(match[1]), float(match[2] or match[1])
    if low > high:
        report.error(node, key, f"the range `{found}` runs backwards", f"write `{high:g}-{low:g}`")
        return None
    return Span(low, high)


def whole(report: Report, key: str, node: Node, *, most: int = 10_000_000) -> int | None:
    found = text(report, key, node)
    if found is None:
        return None
    if not _WHOLE.fullmatch(found) or int(found) > most:
        report.error(node, key, f"`{shown(found)}` is not a whole number from 0 to {most:,}")
        return None
    return int(found)


def whole_or_off(report: Report, key: str, node: Node) -> int | None:
    """-1 switches the rule off."""
    if isinstance(node, Text) and node.value.strip() == "-1":
        return None
    return whole(report, key, node)


def decimal(report: Report, key: str, node: Node) -> float | None:
    found = text(report, key, node)
    if found is None:
        return None
    if not _DECIMAL.fullmatch(found):
        report.error(node, key, f"`{shown(found)}` is not a number such as `1.5`")
        return None
    return float(found)


def texts(report: Report, key: str, node: Node) -> list[tuple[Node, str]]:
    """The items of a list; a single value is a list of one. Empty items are reported."""
    if isinstance(node, Text) and node.is_empty:
        return []
    items = node.items if isinstance(node, Items) else (node,)
    found: list[tuple[Node, str]] = []
    for item in items:
        value = text(report, key, item)
        if value == "":
            hint = "quote a value that starts with `#` or `@`"
            report.error(item, key, "an empty item in the list", hint)
        elif value is not None:
            found.append((item, value))
    return found


def _sources(
    report: Report, key: str, node: Node, *, pattern: re.Pattern[str] | None, what: str
) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for item, value in texts(report, key, node):
        bare = value.lstrip("@#").strip()
        if pattern is not None and not pattern.fullmatch(bare):
            hint = "write a list: `[one, two]`" if "," in value or " " in value else None
            report.error(item, key, f"`{shown(value)}` is not {what}", hint)
        elif bare.casefold() in kept:
            report.warn(item, key, f"`{shown(value)}` is in the list already")
        else:
            kept[bare.casefold()] = bare
    return tuple(kept.values())


handles = partial(_sources, pattern=_HANDLE, what="a handle (letters, digits, `_`, `.`, `-`)")
tags = partial(_sources, pattern=_HANDLE, what="a tag (letters, digits, `_`)")
words = partial(_sources, pattern=None, what="a word")


def phrases(report: Report, key: str, node: Node) -> tuple[str, ...]:
    return tuple(value for _, value in texts(report, key, node))


def files(report: Report, key: str, node: Node) -> tuple[FileSource, ...]:
    found = []
    for item, value in texts(report, key, node):
        match = _FILE_SOURCE.fullmatch(value)
        name = match["name"].strip() if match else value
        if not _FILE_NAME.fullmatch(name) or ".." in name:
            message = f"`{shown(name)}` is not a plain file name"
            hint = "the file lies in the account's folder or in lists/ of the data directory; give its name alone"
            report.error(item, key, message, hint)
            continue
        count = _DEFAULT_FILE_COUNT
        if match and match["count"]:
            inner = Text(item.start, item.end, item.line, item.column, match["count"], "'")
            drawn = counted(report, key, inner, least=1)
            if drawn is None:
                continue
            count = drawn
        found.append(FileSource(name, count))
    return tuple(found)


def windows(report: Report, key: str, node: Node) -> tuple[Window, ...]:
    """Empty for the whole day: `00.00-23.59`, or a wrap that ends a minute before it starts."""
    found: list[Window] = []
    is_whole_day = False
    for item, value in texts(report, key, node):
        match = _WINDOW.fullmatch(value)
        hours = [int(part) for part in match.groups()] if match else []
        if not match or max(hours[0], hours[2]) > 23 or max(hours[1], hours[3]) > 59:
            report.error(
                item, key, f"`{shown(value)}` is not a window such as `09.00-17.30` (HH.MM-HH.MM)"
            )
            continue
        opens, closes = time(hours[0], hours[1]), time(hours[2], hours[3])
        length = (closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute) % 1440
        if length == 0:
            report.error(
                item,
                key,
                f"`{value}` opens and closes at the same minute",
                "the whole day is `00.00-23.59`",
            )
        elif length == 1439:
            is_whole_day = True
        else:
            found.append(Window(opens, closes))
    return () if is_whole_day else tuple(found)


@cache
def known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def timezone(report: Report, key: str, node: Node) -> str | None:
    found = text(report, key, node)
    if found is None or found in known_timezones():
        return found
    close = nearest(found, known_timezones())
    hint = f"did you mean `{close}`?" if close else "write a name such as `Europe/Berlin`"
    report.error(node, key, f"`{shown(found)}` is not a time zone", hint)
    return None


def comment_lines(report: Report, key: str, node: Node) -> CommentLines | None:
    """A list of texts, or one block of text as it stands in comments_list.txt."""
    found: list[str] = []
    if isinstance(node, Text) and not node.is_empty:
        items: list[tuple[Node, str]] = [(node, line) for line in node.value.splitlines()]
    else:
        items = texts(report, key, node)
    for item, line in items:
        fault = fault_of(line)
        if fault is not None:
            report.error(item, key, f"`{shown(line)}`: {fault}")
        if len(line) > _LONGEST_TEXT:
            report.error(item, key, f"a comment longer than {_LONGEST_TEXT:,} characters")
        if any(ord(sign) < 32 for sign in line):
            report.error(item, key, "control characters are not allowed in a comment")
        found.append(line)
    return sections(found)
