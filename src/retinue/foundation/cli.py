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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retinue.foundation.runtime import Runtime


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
