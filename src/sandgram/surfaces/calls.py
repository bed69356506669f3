"""What was asked of a surface and how it was answered: counted by subject, the last ones one by one."""

import threading
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandgram.clock import to_text

SUBJECTS_KEPT = 200_000
CALLS_KEPT = 20_000


@dataclass(slots=True)
class _Tally:
    first_at: datetime
    last_at: datetime
    by_status: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    surface: str
    endpoint: str
    subject: str
    status: str
    """The HTTP status, or the fault that left none: `reset`, `stall_before`."""
    wall: datetime
    world: datetime
    source: str = ""
    """The socket's peer, where the surface tells it."""

    def shown(self) -> dict[str, Any]:
        return {
            "surface": self.surface,
            "endpoint": self.endpoint,
            "subject": self.subject,
            "status": self.status,
            "wall": to_text(self.wall),
            "world": to_text(self.world),
            "source": self.source,
        }


class Calls:
    """Kept in memory, the subjects that were asked for least recently forgotten first."""

    def __init__(self, *, subjects_kept: int = SUBJECTS_KEPT, calls_kept: int = CALLS_KEPT) -> None:
        self._subjects_kept = subjects_kept
        self._lock = threading.Lock()
        self._tallies: OrderedDict[tuple[str, str], _Tally] = OrderedDict()
        self._totals: Counter[tuple[str, str]] = Counter()
        self._recent: deque[Call] = deque(maxlen=calls_kept)

    def record(self, call: Call) -> None:
        key = (call.surface, call.subject)
        with self._lock:
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = _Tally(call.wall, call.wall)
                if len(self._tallies) > self._subjects_kept:
                    self._tallies.popitem(last=False)
            else:
                self._tallies.move_to_end(key)
                tally.last_at = call.wall
            tally.by_status[call.status] = tally.by_status.get(call.status, 0) + 1
            self._totals[call.surface, call.status] += 1
            self._recent.append(call)

    def forget(self) -> None:
        with self._lock:
            self._tallies.clear()
            self._totals.clear()
            self._recent.clear()

    def by_status(self, surface: str | None) -> dict[str, int]:
        found: Counter[str] = Counter()
        with self._lock:
            for (one, status), count in self._totals.items():
                if surface in (None, one):
                    found[status] += count
        return dict(sorted(found.items()))

    def subjects(
        self, *, surface: str | None, subject: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Those asked for last stand first."""
        with self._lock:
            kept = [
                (key, tally.first_at, tally.last_at, dict(tally.by_status))
                for key, tally in reversed(self._tallies.items())
                if surface in (None, key[0]) and subject in (None, key[1])
            ][:limit]
        return [
            {
                "surface": surface_of,
                "subject": name,
                "calls": sum(by_status.values()),
                "by_status": by_status,
                "first_at": to_text(first_at),
                "last_at": to_text(last_at),
            }
            for (surface_of, name), first_at, last_at, by_status in kept
        ]

    def recent(
        self, *, surface: str | None, subject: str | None, since: datetime | None, limit: int
    ) -> list[dict[str, Any]]:
        """The newest first, by the wall's clock."""
        with self._lock:
            kept = list(self._recent)
        found = []
        for call in reversed(kept):
            if since is not None and call.wall < since:
                break
            if surface in (None, call.surface) and subject in (None, call.subject):
                found.append(call.shown())
                if len(found) == limit:
                    break
        return found
