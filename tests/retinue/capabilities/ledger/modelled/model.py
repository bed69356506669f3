"""
What the ledger promises, in a page of plain Python: lists instead of tables, nothing remembered twice.

A person is out of reach because of an act that is in the list, never because of a row
somewhere else. Whatever the tables keep besides the acts has to agree with this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from retinue.capabilities.settings.schemas import RuntimeSettings
from tests.factories.engaging import settings_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN = {"intent", "unknown"}
COUNTED = {"intent", "confirmed", "unknown"}
NEXT = {
    ("intent", "confirmed"): "confirmed",
    ("intent", "refused"): "refused",
    ("intent", "unknown"): "unknown",
    ("unknown", "confirmed"): "confirmed",
    ("unknown", "refused"): "absent",
    ("unknown", "absent"): "absent",
}


@dataclass(eq=False)
class Known:
    """A person as the books have them."""

    network_id: str | None
    handle: str | None
    gone_at: datetime | None = None


@dataclass(eq=False)
class Worker:
    """An account. `fence` is that of whoever works with it; none where nobody does."""

    id: int
    persona: int | None
    fence: int | None
    is_paused: bool = False

    def scopes(self) -> tuple[str, ...]:
        own = (f"account:{self.id}", "fleet")
        return own if self.persona is None else (*own, f"persona:{self.persona}")

    def scope_in_force(self, scope: str) -> str:
        if scope == "fleet":
            return "fleet"
        has_persona = scope == "persona" and self.persona is not None
        return f"persona:{self.persona}" if has_persona else f"account:{self.id}"


@dataclass(eq=False)
class Act:
    id: str
    account: int
    scopes: tuple[str, ...]
    person: Known
    handle: str
    action: str
    object_id: str
    fence: int
    started: datetime
    held_until: datetime | None
    window: timedelta
    has_happened: bool
    """What the network knows, and the ledger may not."""
    state: str = "intent"
    unknown_since: datetime | None = None
    by_probe: bool = False

    def holds(self, now: datetime) -> bool:
        return self.held_until is not None and self.held_until > now


class Told(NamedTuple):
    """One event."""

    status: str
    account: int
    handle: str
    action: str
    attempt: str | None


class Word(NamedTuple):
    """The last word on an account, a person and an action."""

    status: str
    at: datetime
    expires: datetime


@dataclass
class Model:
    workers: list[Worker]
    settings: RuntimeSettings = field(default_factory=settings_of)
    people: list[Known] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    words: dict[tuple[int, Known, str], Word] = field(default_factory=dict)
    listed: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    """Scope and handle of whoever is not to be contacted, and until when."""
    meant: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of those the network's id, once it is known: they stay listed under their next handle."""
    paused: set[str] = field(default_factory=set)
    shown_since: dict[int, datetime] = field(default_factory=dict)
    """By account, 0 for all."""

    # People

    def called(self, handle: str) -> Known | None:
        return next((one for one in self.people if one.handle == handle), None)

    def meet(self, network_id: str | None, handle: str) -> Known | None:
        """Whom the ledger takes this for, with the books brought up to date; none for a stranger."""
        named = self.called(handle)
        if network_id is None:
            return named
        by_id = next((one for one in self.people if one.network_id == network_id), None)
        if by_id is named:
            return by_id
        if named is not None and named.network_id is None:
            if by_id is None:
                named.network_id = network_id
                return named
            self._merge(named, by_id)
        elif named is not None:
            self.learn(named.handle, named.network_id)
            named.handle = None
        if by_id is not None:
            self.learn(by_id.handle, by_id.network_id)
            by_id.handle = handle
        return by_id

    def learn(self, handle: str | None, network_id: str | None) -> None:
        """The first who is met with a handle that is on a list is the one who was meant."""
        for key in self.listed:
            if key[1] == handle and network_id is not None:
                self.meant.setdefault(key, network_id)

    def unlist(self, key: tuple[str, str]) -> None:
        del self.listed[key]
        self.meant.pop(key, None)

    def add(self, network_id: str | None, handle: str) -> Known:
        self.people.append(Known(network_id, handle))
        return self.people[-1]

    def _merge(self, bare: Known, person: Known) -> None:
        self.people.remove(bare)
        for act in self.acts:
            if act.person is bare:
                act.person = person
        for (account, whom, action), word in list(self.words.items()):
            if whom is bare:
                del self.words[account, bare, action]
                key = (account, person, action)
                known = self.words.get(key, word)
                self.words[key] = max(word, known, key=lambda one: one.at)

    # May it be done?

    def no(
        self,
        worker: Worker,
        person: Known | None,
        handle: str,
        action: str,
        now: datetime,
        *,
        network_id: str | None = None,
    ) -> str | None:
        """Why the account may not act on the person now; none where it may."""
        if "fleet" in self.paused or f"action:{action}" in self.paused or worker.is_paused:
            return "paused"
        return (
            self.gone(person, action, now)
            or self.left_alone(worker, handle, person.network_id if person else network_id, now)
            or self.used_up(worker, action, now)
            or self.engaged(worker, person, action, now)
        )

    def gone(self, person: Known | None, action: str, now: datetime) -> str | None:
        if person is None or person.gone_at is None:
            return None
        return "target_unavailable" if person.gone_at + self.window(action) > now else None

    def left_alone(
        self, worker: Worker, handle: str, network_id: str | None, now: datetime
    ) -> str | None:
        for key, until in self.listed.items():
            is_meant = key[1] == handle or (key in self.meant and self.meant[key] == network_id)
            if is_meant and key[0] in worker.scopes() and (until is None or until > now):
                return "do_not_contact"
        return None

    def used_up(self, worker: Worker, action: str, now: datetime) -> str | None:
        limit = self.settings.limit_for(action)
        hour, day = (self.used(worker.id, action, now - back) for back in (HOUR, DAY))
        return "limit" if hour >= limit.per_hour or day >= limit.per_day else None

    def used(self, account: int, action: str, since: datetime) -> int:
        return sum(
            act.account == account
            and act.action == action
            and act.state in COUNTED
            and act.started > since
            for act in self.acts
        )

    def engaged(
        self, worker: Worker, person: Known | None, action: str, now: datetime
    ) -> str | None:
        scope = worker.scope_in_force(self.settings.dedup_scope)
        is_held = any(
            act.person is person and act.action == action and scope in act.scopes and act.holds(now)
            for act in self.acts
        )
        return "dedupe_hit" if is_held else None

    def window(self, action: str) -> timedelta:
        return timedelta(days=self.settings.window_days(action))

    # What came of it

    def settle(self, act: Act, outcome: str, now: datetime, *, status: str | None = None) -> bool:
        state = NEXT.get((act.state, outcome))
        if state is None:
            return False
        self._move(act, state, now, status=status)
        return True

    def resolve_absent(self, act: Act, now: datetime, *, by_probe: bool) -> None:
        """By a probe, a second time in one window: then it stays taken."""
        stays = by_probe and any(
            other.person is act.person
            and (other.account, other.action) == (act.account, act.action)
            and other.state == "absent"
            and other.by_probe
            and other.started > act.started - act.window
            for other in self.acts
        )
        act.by_probe = by_probe
        self._move(act, "absent", now, stays_taken=stays)

    def _move(
        self,
        act: Act,
        state: str,
        now: datetime,
        *,
        status: str | None = None,
        stays_taken: bool = False,
    ) -> None:
        shown = {"confirmed": "success", "unknown": "unknown"}
        status = status or shown.get(state, "failed")
        act.state = state
        held = act.held_until if status in {"success", "unknown"} else now
        if state == "unknown":
            act.unknown_since = now
        if state in {"refused", "absent"} and not stays_taken:
            act.held_until = None
        self.told.append(Told(status, act.account, act.handle, act.action, act.id))
        self.words[act.account, act.person, act.action] = Word(status, now, held or now)

    def give_up(self, acts: list[Act], now: datetime) -> None:
        for act in acts:
            self._move(act, "unknown", now)

    def clear(self, worker: Worker | None, now: datetime) -> None:
        self.shown_since[worker.id if worker else 0] = now
        for act in self.acts:
            is_meant = worker is None or act.account == worker.id
            # What has run out holds nobody, and stays as it was.
            if is_meant and act.state == "confirmed" and act.holds(now):
                act.held_until = None

    def sweep(self, now: datetime) -> None:
        self.words = {key: word for key, word in self.words.items() if word.expires > now}
        lost = [
            act
            for act in self.acts
            if act.state == "intent"
            and act.started < now - timedelta(minutes=5)
            and all(
                worker.fence != act.fence for worker in self.workers if worker.id == act.account
            )
        ]
        self.give_up(lost, now)
