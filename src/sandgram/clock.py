"""The world's clock: in step with the wall, faster, or moved by hand."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Wall = Callable[[], datetime]


def wall_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ClockState:
    """World time was `world` when the wall said `wall`; since then it runs at `factor`."""

    wall: datetime
    world: datetime
    factor: float


class WorldClock:
    def __init__(self, state: ClockState | None = None, *, wall: Wall = wall_now) -> None:
        self._wall = wall
        self._lock = threading.Lock()
        start = wall()
        self._state = state or ClockState(wall=start, world=start, factor=1.0)

    @property
    def state(self) -> ClockState:
        return self._state

    def now(self) -> datetime:
        return self.at(self._wall())

    def at(self, wall: datetime) -> datetime:
        """World time at a moment of the wall's, if the clock runs on as it does now."""
        state = self._state
        return state.world + (wall - state.wall) * state.factor

    def wall(self) -> datetime:
        return self._wall()

    def set_factor(self, factor: float) -> None:
        """Run at `factor` from now on. 0 holds the clock still, 1 is the wall's pace."""
        with self._lock:
            self._state = ClockState(wall=self._wall(), world=self.now(), factor=factor)

    def set_state(self, state: ClockState) -> None:
        with self._lock:
            self._state = state

    def step(self, seconds: float) -> None:
        with self._lock:
            moved = self.now() + timedelta(seconds=seconds)
            self._state = ClockState(wall=self._wall(), world=moved, factor=self._state.factor)

    def set_to(self, moment: datetime) -> None:
        with self._lock:
            self._state = ClockState(
                wall=self._wall(), world=moment.astimezone(UTC), factor=self._state.factor
            )


def to_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """
    Raises:
        ValueError: not an ISO time. A time without a zone is taken as UTC.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
