"""People: who they are, and how ids and handles lead back to them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sandgram.seeding import Scramble, choose, draw, share
from sandgram.world import landmarks
from sandgram.world import vocabulary as words

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MINIMUM_PEOPLE = 20
ACCOUNTS_FROM = 1 << 31
"""Indexes from here on are own accounts; below are the people of the world."""

FIXED_HANDLES = (
    "harbour_lights",
    "tidepool_diary",
    "copper_kettle",
    "northbound_rail",
    "paper_lantern_club",
    "moss_and_rye",
    "slow_tram",
    "studio_marigold",
    "quiet_orchard",
    "faded_neon",
)
"""The most followed people, under the same handle in every world."""

ALWAYS_PRIVATE = FIXED_HANDLES.index("quiet_orchard")
ALWAYS_SUSPENDED = FIXED_HANDLES.index("faded_neon")

_ID_BASE = 10_000_000_000
_LOOK, _BIO, _LINK, _FLAGS, _JOINED, _HANDLE, _PLACE = range(101, 108)
_TRAILING_NUMBER = re.compile(r"(\d{1,9})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Person:
    index: int
    id: str
    handle: str
    name: str
    bio: str
    link: str
    is_private: bool
    is_business: bool
    is_suspended: bool
    joined_at: datetime
    location: str = ""


class People:
    """The people of one seed. `size` of them exist; ids and handles do not depend on it."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed = seed
        self.size = size
        self._ids = Scramble(seed, salt=11, bits=32)
        self.get = lru_cache(maxsize=50_000)(self._make)

    def id_of(self, index: int) -> str:
        return str(_ID_BASE + self._ids.forward(index))

    def index_of(self, person_id: str) -> int | None:
        """The index behind an id, accounts included; None if no such person exists."""
        if not (person_id.isascii() and person_id.isdigit() and len(person_id) < 20):
            return None
        number = int(person_id) - _ID_BASE
        if not 0 <= number < self._ids.limit:
            return None
        index = self._ids.backward(number)
        return index if index < self.size or index >= landmarks.INDEX else None

    def index_by_handle(self, handle: str) -> int | None:
        if handle in FIXED_HANDLES:
            return FIXED_HANDLES.index(handle)
        if handle == landmarks.HANDLE:
            return landmarks.INDEX
        found = _TRAILING_NUMBER.search(handle)
        if found is None:
            return None
        index = int(found.group(1))
        if not len(FIXED_HANDLES) <= index < self.size:
            return None
        return index if self.get(index).handle == handle else None

    def _make(self, index: int) -> Person:
        if index == landmarks.INDEX:
            return self._landmark()
        seed = self.seed
        first = choose(words.FIRST_NAMES, seed, _LOOK, index, 1)
        last = choose(words.LAST_NAMES, seed, _LOOK, index, 2)
        flags = share(seed, _FLAGS, index, 1)
        fixed = index < len(FIXED_HANDLES)
        handle = FIXED_HANDLES[index] if fixed else self._handle(index)
        linked = fixed or share(seed, _LINK, index) < 0.25
        return Person(
            index=index,
            id=self.id_of(index),
            handle=handle,
            name=handle.replace("_", " ").title() if fixed else f"{first} {last}",
            bio=choose(words.BIOS, seed, _BIO, index),
            link=f"https://{handle.replace('_', '-')}.example/" if linked else "",
            is_private=index == ALWAYS_PRIVATE if fixed else flags < 0.12,
            is_business=fixed or share(seed, _FLAGS, index, 2) < 0.15,
            is_suspended=index == ALWAYS_SUSPENDED if fixed else flags > 0.996,
            joined_at=EPOCH - timedelta(minutes=draw(seed, _JOINED, index) % 3_000_000),
            location=choose(words.LOCATIONS, seed, _PLACE, index, 1)
            if fixed or share(seed, _PLACE, index) < 0.5
            else "",
        )

    def _landmark(self) -> Person:
        return Person(
            index=landmarks.INDEX,
            id=self.id_of(landmarks.INDEX),
            handle=landmarks.HANDLE,
            name=landmarks.NAME,
            bio=landmarks.BIO,
            link=landmarks.LINK,
            is_private=False,
            is_business=True,
            is_suspended=False,
            joined_at=landmarks.JOINED_AT,
        )

    def _handle(self, index: int) -> str:
        # The index ends every handle, so that a handle leads back without a table.
        seed = self.seed
        one = choose(words.HANDLE_WORDS, seed, _HANDLE, index, 1)
        two = choose(words.HANDLE_WORDS, seed, _HANDLE, index, 2)
        style = draw(seed, _HANDLE, index, 3) % 4
        patterns = (f"{one}.{two}{index}", f"{one}_{two}_{index}", f"{one}{two}{index}",
                    f"the_{two}{index}")  # fmt: skip
        return patterns[style]
