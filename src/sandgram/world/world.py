"""The world as one object: the seed's people and posts, the clock and the store."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandgram.clock import ClockState, WorldClock, from_text, to_text
from sandgram.store import logins, mails
from sandgram.store.database import Database
from sandgram.world import accounts, errors
from sandgram.world.accounts import Credentials
from sandgram.world.graph import Graph
from sandgram.world.numbers import Numbers
from sandgram.world.people import ACCOUNTS_FROM, EPOCH, MINIMUM_PEOPLE, People, Person
from sandgram.world.posts import Posts
from sandgram.world.visits import Visits


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a logged-in account, and from where."""

    number: int
    login: str
    index: int
    person_id: str
    source: str
    request_id: str | None
    token: str

    def __repr__(self) -> str:
        return f"Caller(login={self.login!r}, source={self.source!r})"


class WorldMismatch(Exception):
    """The data directory belongs to a world of another seed or size."""


class World:
    def __init__(
        self, *, seed: int, size: int, directory: Path, clock: WorldClock | None = None
    ) -> None:
        if size < MINIMUM_PEOPLE:
            raise ValueError(f"people: at least {MINIMUM_PEOPLE}, not {size}")
        self.seed = seed
        self.size = size
        self.db = Database(directory)
        self._check_origin()
        self.clock = clock or WorldClock(self._stored_clock())
        self.people = People(seed, size)
        self.graph = Graph(seed, size)
        self.visits = Visits(seed, self.graph)
        self.posts = Posts(seed, self.graph)
        self.numbers = Numbers(seed, self.graph, self.visits, self.posts)
        self.postman: Callable[[str], timedelta | None] = lambda _login: timedelta()
        """How late a mail to a login is; None when it gets lost."""
        self._lock = threading.Lock()
        self._load()

    def now(self) -> datetime:
        return self.clock.now()

    def now_text(self) -> str:
        return to_text(self.clock.now())

    def patience(self, life: timedelta) -> timedelta:
        """How long something lives that a person, or a program at a person's pace, must use."""
        return life * max(1.0, self.clock.state.factor)

    # Accounts

    def credentials(self, number: int) -> Credentials:
        """What opens the account today: the seed's, with a changed password if there is one."""
        row = logins.account(self.db, number)
        made = accounts.credentials(self.seed, number, login=row["login"] if row else None)
        if row and row["password"]:
            made = replace(made, password=row["password"])
        return made

    def number_of_login(self, login: str) -> int | None:
        login = login.strip().lstrip("@").lower()
        number = accounts.number_of(self.seed, login)
        if number is None and (row := logins.account_by_login(self.db, login)):
            number = int(row["number"])
        return number

    def status(self, number: int) -> str:
        return self._statuses.get(number, "ok")

    def set_status(self, number: int, *, status: str) -> None:
        login = self.credentials(number).login
        logins.update_account(self.db, number, login=login, values={"status": status})
        self._statuses[number] = status

    def add_account(self, *, login: str) -> Credentials:
        with self._lock:
            if self.number_of_login(login) is not None or self.index_by_handle(login) is not None:
                raise errors.Refusal(409, "login_taken", f"login: {login} exists already")
            number = logins.add_account(self.db, login=login, first_number=accounts.ADDED_FROM)
        return self.credentials(number)

    # People, accounts among them

    def person(self, index: int) -> Person:
        """The person as they are now, with a new handle or an edited profile."""
        is_account = index >= ACCOUNTS_FROM
        found = self._account_person(index) if is_account else self.people.get(index)
        handle = self._renames.get(found.id)
        return replace(found, handle=handle) if handle else found

    def index_of(self, person_id: str) -> int:
        index = self.people.index_of(person_id)
        if index is None:
            raise errors.user_not_found()
        return index

    def index_by_handle(self, handle: str) -> int | None:
        handle = handle.strip().lstrip("@").lower()
        if person_id := self._renamed_to.get(handle):
            return self.people.index_of(person_id)
        index = self.people.index_by_handle(handle)
        if index is None:
            number = self.number_of_login(handle)
            index = None if number is None else ACCOUNTS_FROM + number
        # A handle that was given up leads nowhere.
        if index is not None and self.people.id_of(index) in self._renames:
            return None
        return index

    def former_handles(self, person_id: str) -> int:
        """How many handles a person had before the present one, as far as the world remembers."""
        return 1 if person_id in self._renames else 0

    def rename(self, person_id: str, *, handle: str) -> Person:
        handle = handle.strip().lstrip("@").lower()
        index = self.index_of(person_id)
        taken = self.index_by_handle(handle)
        if taken is not None and taken != index:
            raise errors.Refusal(409, "handle_taken", f"handle: {handle} belongs to somebody")
        with self._lock:
            logins.rename(self.db, person_id=person_id, handle=handle)
            self._load_renames()
        return self.person(index)

    # The clock and the whole

    def set_clock(
        self, *, factor: float | None, step: float | None, moment: datetime | None
    ) -> ClockState:
        if moment is not None:
            self.clock.set_to(moment)
        if step is not None:
            self.clock.step(step)
        if factor is not None:
            self.clock.set_factor(factor)
        return self._kept_clock()

    def keep_step(self, file: Path) -> ClockState:
        """
        Take over the clock that another program has written down.

        Raises:
            OSError, ValueError: it cannot be read.
        """
        self.clock.set_state(_clock_state(file.read_text(encoding="utf-8")))
        return self._kept_clock()

    def _kept_clock(self) -> ClockState:
        state = self.clock.state
        facts = {
            "wall": to_text(state.wall),
            "world": to_text(state.world),
            "factor": state.factor,
        }
        self.db.set_meta("clock", json.dumps(facts))
        return state

    def reset(self) -> None:
        """Forget what accounts did and set the clock to the wall's time."""
        with self._lock:
            self.db.forget_everything()
            mails.renew_validity(self.db)
            self._load()
        self.clock.set_to(self.clock.wall())
        self.set_clock(factor=1.0, step=None, moment=None)

    def close(self) -> None:
        self.db.close()

    def _account_person(self, index: int) -> Person:
        number = index - ACCOUNTS_FROM
        row = logins.account(self.db, number) or {}
        if number >= accounts.ADDED_FROM and not row:
            raise errors.user_not_found()
        login = row.get("login") or accounts.login_of(self.seed, number)
        return Person(
            index=index,
            id=self.people.id_of(index),
            handle=login,
            name=row.get("name") or login.replace("_", " ").title(),
            bio=row.get("bio") or "",
            link=row.get("link") or "",
            is_private=False,
            is_business=False,
            is_suspended=row.get("status") == "suspended",
            joined_at=EPOCH.astimezone(UTC),
            location=row.get("location") or "",
        )

    def _check_origin(self) -> None:
        mine = f"{self.seed}/{self.size}"
        stored = self.db.meta("origin")
        if stored is None:
            self.db.set_meta("origin", mine)
        elif stored != mine:
            seed, size = stored.split("/")
            self.db.close()
            raise WorldMismatch(
                f"the data directory holds the world of --seed {seed} --people {size}, "
                f"not of --seed {self.seed} --people {self.size}: "
                "start it with those, or choose another --data-dir"
            )

    def _stored_clock(self) -> ClockState | None:
        text = self.db.meta("clock")
        return None if text is None else _clock_state(text)

    def _load(self) -> None:
        found = self.db.rows("SELECT number, status FROM accounts WHERE status <> 'ok'")
        self._statuses = {int(row[0]): str(row[1]) for row in found}
        self._load_renames()

    def _load_renames(self) -> None:
        self._renames = logins.renames(self.db)
        self._renamed_to = {handle: person_id for person_id, handle in self._renames.items()}


def _clock_state(text: str) -> ClockState:
    try:
        facts = json.loads(text)
        return ClockState(
            wall=from_text(facts["wall"]),
            world=from_text(facts["world"]),
            factor=float(facts["factor"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a clock: {error}") from error
