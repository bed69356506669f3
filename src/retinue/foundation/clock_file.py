"""
The anchor of a clock that runs fast: one file in the data directory, read by every process of the
installation when it begins, and written by its server before anything else does.

Times are kept as Sandgram keeps its own, so that the network can be started with the same file.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from retinue.foundation import whole_file
from retinue.foundation.clock import Anchor, Clock, PacedClock, SystemClock

FILE_NAME = "clock.json"
LAST_YEAR = 3000


class ClockRunOut(Exception):
    """The clock has run so far ahead that its dates mean nothing any more; the message says what to do."""


class ClockFileUnusable(Exception):
    """The file is there and cannot be read. Without it time would go back, so nothing begins."""


def clock_of(data_dir: Path) -> Clock:
    """
    The clock of the installation: the machine's, unless a server has let it run fast once.

    Raises:
        ClockFileUnusable: there is an anchor that cannot be read.
    """
    anchor = read(data_dir)
    return SystemClock() if anchor is None else PacedClock(anchor)


def settle(data_dir: Path, *, factor: float) -> Path | None:
    """
    Let the clock run at `factor` from now on; the file, where there is need of one.

    Time never goes back: what a fast clock is ahead it stays ahead, at any later pace too. For the
    server only, under its lock: others that run read the file once.

    Raises:
        ClockFileUnusable, ClockRunOut: the anchor that is there.
    """
    path = data_dir / FILE_NAME
    before = read(data_dir)
    if before is None and factor == 1:
        return None
    wall = SystemClock().now()
    shown = wall if before is None else before.at(wall)
    if shown.year > LAST_YEAR:
        message = (
            f"The clock of {data_dir} has run to the year {shown.year}, while nobody looked perhaps. "
            "Begin with a new data directory: RETINUE_DATA_DIR=./another make run."
        )
        raise ClockRunOut(message)
    if before is None or before.factor != factor:
        _write(path, Anchor(wall, shown, factor))
    return path


def read(data_dir: Path) -> Anchor | None:
    path = data_dir / FILE_NAME
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(
            wall=datetime.fromisoformat(facts["wall"]).astimezone(UTC),
            shown=datetime.fromisoformat(facts["world"]).astimezone(UTC),
            factor=float(facts["factor"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        message = f"{path} cannot be read ({error}). Put it back from a copy, or begin with a new data directory."
        raise ClockFileUnusable(message) from error


def _write(path: Path, anchor: Anchor) -> None:
    facts = {
        "wall": anchor.wall.isoformat(),
        "world": anchor.shown.isoformat(),
        "factor": anchor.factor,
    }
    whole_file.write(path, [f"{json.dumps(facts)}\n".encode()])
