"""
When somebody has moved the wall clock, and by how much.

A machine that slept has not jumped: its clock is right, and time has passed. A jump is
what the wall clock has gone more, or less, than the time since the machine began.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from retinue.foundation import whole_file
from retinue.foundation.clock import Clock, real

LEAST = timedelta(seconds=5)
"""Less than that is how a time server corrects a clock, a step a day."""

_FILE = "clock_jumps.jsonl"
_KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Jump:
    at: datetime
    """What the clock showed after it."""
    by: timedelta


class Jumps:
    """
    The jumps that one process has seen, and those that were written down before it began.

    Not for several threads: each has its own, and sees the same.
    """

    def __init__(self, clock: Clock, known: Iterable[Jump] = ()) -> None:
        self._clock = clock
        self._known = sorted(known, key=lambda jump: jump.at)
        self._offset = self._measure()

    def look(self) -> Jump | None:
        """The jump since the last look, if there was one."""
        offset = self._measure()
        by = offset - self._offset
        if abs(by) <= real(LEAST):
            # What is corrected slowly is no jump, however much it comes to in a month.
            self._offset = offset
            return None
        self._offset = offset
        jump = Jump(self._clock.now(), by)
        self._known.append(jump)
        return jump

    def start_of(self, span: timedelta, *, end: datetime) -> datetime:
        """
        What the clock showed when a `span` that ends now began. Only jumps forward make it
        longer: after one back, what was counted in the future counts on until it is past.
        """
        start = end - span
        for jump in reversed(self._known):
            if start < jump.at <= end and jump.by > timedelta(0):
                start -= jump.by
        return start

    def end_of(self, span: timedelta, *, start: datetime) -> datetime:
        """What the clock will show when a `span` has passed since `start`."""
        end = start + span
        for jump in self._known:
            if start < jump.at <= end + jump.by and jump.by > timedelta(0):
                end += jump.by
        return end

    def _measure(self) -> timedelta:
        moment = self._clock.now() - datetime.fromtimestamp(0, self._clock.now().tzinfo)
        return moment - timedelta(seconds=self._clock.since_boot())


def write_down(folder: Path, jump: Jump) -> None:
    """For the processes of this host that begin later. What is too old to matter is let go."""
    kept = [one for one in read(folder) if abs(jump.at - one.at) < _KEPT]
    facts = [{"at": one.at.isoformat(), "seconds": one.by.total_seconds()} for one in [*kept, jump]]
    whole_file.write(folder / _FILE, [f"{json.dumps(fact)}\n".encode() for fact in facts])


def read(folder: Path) -> list[Jump]:
    """None where nothing was written down, or where it cannot be read."""
    try:
        lines = (folder / _FILE).read_text(encoding="utf-8").splitlines()
        facts = [json.loads(line) for line in lines]
        return [
            Jump(datetime.fromisoformat(one["at"]), timedelta(seconds=one["seconds"]))
            for one in facts
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []
