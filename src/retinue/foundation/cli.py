"""
What every command shares: how it gets at the installation, and how it speaks.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 not found (or the sealing key is unusable), 4 conflict, 5 done in part, 69 not available.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from retinue.foundation.runtime import Runtime

Shape = TypeVar("Shape", bound="BaseModel")


class Exit(IntEnum):
    done = 0
    failed = 1
    usage = 2
    not_found = 3
    conflict = 4
    partial = 5
    unavailable = 69


@dataclass(frozen=True, slots=True)
class CommandContext:
    """`ctx.obj` of every command. `open` gives the installation, migrated and initialised."""

    open: Callable[[], AbstractContextManager[Runtime]]
    data_dir: Path | None = None


def say(text: str) -> None:
    print(text, file=sys.stderr)


def emit_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def typed(shape: type[Shape], **values: Any) -> Shape:
    """
    What was typed, in the shape that the API takes too.

    Raises:
        Invalid: naming the first option that does not fit.
    """
    # Commands that need no shape do not pay for it.
    from pydantic import ValidationError

    from retinue.foundation.errors import Invalid
    from retinue.foundation.wording import problems_of

    try:
        return shape(**values)
    except ValidationError as error:
        first = problems_of(error)[0]
        name = ".".join(str(part) for part in first.loc)
        raise Invalid.field(name, first.msg) from error


def ask_secret(what: str, *, fd: int | None = None, twice: bool = False) -> str:
    """
    A secret that stands on no command line: from the descriptor where one is named, else asked for at the
    terminal, else the first line of stdin.

    Raises:
        Invalid: the descriptor cannot be read, or holds nothing.
    """
    import typer

    from retinue.foundation.errors import Invalid

    if fd is None and sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True))
    try:
        text = sys.stdin.readline() if fd is None else _line_of(fd)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid.field("fd", f"cannot be read: {error}") from error
    if not text.rstrip("\r\n"):
        raise Invalid.field(what.lower(), "nothing came; write it as one line", kind="missing")
    return text.rstrip("\r\n")


def _line_of(fd: int) -> str:
    with open(fd, encoding="utf-8", closefd=False) as file:
        return file.readline()


_EXIT_BY_STATUS = {
    404: Exit.not_found,
    409: Exit.conflict,
    412: Exit.conflict,
    422: Exit.usage,
    503: Exit.unavailable,
}


def exit_code_for(status: int) -> Exit:
    return _EXIT_BY_STATUS.get(status, Exit.failed)


ACTOR = "command line"
"""Who acts when a command is run: the person at this machine."""
