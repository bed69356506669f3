"""What the parts of an engagement hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.schemas import LogInWish
from retinue.capabilities.ledger.service import Answers
from retinue.capabilities.plans.schemas import Plan
from retinue.drivers.network.protocol import Line, Network, Person, Post, Receipt
from retinue.foundation.clock import Clock
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.database import Database
from retinue.foundation.randomness import Random
from retinue.foundation.sealing import Sealer

Seen = TypeVar("Seen")

OpenNetwork = Callable[[str], Network]
"""The adapter of a network by name. Raises `NetworkNotConnected`."""


WishOf = Callable[[Session], LogInWish]
"""In whose name a password is sent; asked only when one is about to be."""


class Action(StrEnum):
    """In the order in which they are done to one person."""

    view = "view"
    like = "like"
    comment = "comment"
    follow = "follow"


class Look(Protocol):
    """
    Reads something of the network, with all that its failures mean for the account.

    Raises:
        Unseen: this one cannot be read; the next one may be.
    """

    def __call__(self, call: Callable[[], Seen]) -> Seen: ...


Interlude = Callable[["Actor", Line, Look], None]
"""What an account has to do between two candidates, on its own line."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a session works with. Opened once, closed by whoever opened it."""

    database: Database
    clock: Clock
    rng: Random
    sealer: Sealer
    data_dir: Path
    open_network: OpenNetwork
    least_free_bytes: int = 0
    """On the data's disk; below it nothing new is begun."""
    interlude: Interlude | None = None
    jumps: Jumps | None = None
    """Of the wall clock here; asked by the thread that works, and by no other."""
    answers: Answers = field(default_factory=Answers)
    """What the session remembers of people. Asked by the thread that works, and by no other."""
    warrant: Warrant | None = None
    """In whose name it acts; the session's, unless given."""
    wish: WishOf | None = None
    """In whose name it logs in; nobody's, unless given, and a session's is whoever has started it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The account at work, and the session or the task it works in. `journal` is the name of the
    file that its promises are also written to; a session's own unless given.
    """

    account_id: int
    uid: str
    network: str
    login: str
    session_id: str | None
    fence: int
    task_id: str | None = None
    journal: str | None = None


class Warrant(Protocol):
    """What allows an account to act at all: a session that nobody has stopped, a task that nobody has cancelled."""

    def ensure(self, db: Session, *, now: datetime) -> None:
        """
        Asked in the transaction that writes a promise: that is committed before the order to stop
        was, or not at all.

        Raises:
            EngagementEnds: nothing more may be done.
        """
        raise NotImplementedError

    def keep_account(self, db: Session, *, now: datetime) -> bool:
        """Renew the account's lease, even one that has run out. False where it is somebody else's."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Script:
    """The plan of this session, as it stood when the session began."""

    actor: Actor
    plan: Plan
    plan_version: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be engaged. `post` is what led to them, where a post did."""

    person: Person
    post: Post | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One effect that is wanted. `call` has it, once; `object_id` is what it lands on besides the person."""

    action: Action
    target: Person
    call: Callable[[], Receipt]
    source: str
    object_id: str | None = None
    text_hash: str | None = None


class ActResult(StrEnum):
    done = "done"
    taken = "taken"
    """The person is not to be had: engaged before, or gone."""
    resting = "resting"
    """The action's limit is used up for now."""
    refused = "refused"
    unknown = "unknown"
