"""Looks of an account that has no session: under its lease, through its proxy, within its limits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import Denial
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Failure, Reaction
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError
from retinue.drivers.network.protocol import Line
from retinue.foundation.clock import real
from retinue.foundation.errors import Refusal
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import Lease, LeaseHeld
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.schemas import OpenNetwork, Seen
from retinue.workflows.probing import service

logger = logging.getLogger(__name__)

_WHO = "probe"
_LEASE = timedelta(minutes=6)
_LONGEST_LOOK = timedelta(minutes=3, seconds=30)
"""Three pages of comments at the longest a call may take, and a commit."""
_PUT_OFF = timedelta(minutes=10)
_ORDERED = frozenset({"fleet_paused", "action_paused", "persona_paused"})
"""Many are kept still at once, by order: whoever does that overnight wants no inbox full of questions."""
_AFTER_LOG_IN = timedelta(minutes=15)
"""A password that is sent again and again looks like an attack."""


class _Stop(Exception):
    """The account is to be left alone; `until` says how long."""

    def __init__(self, why: str, until: datetime) -> None:
        super().__init__(why)
        self.why = why
        self.until = until


def probe_account(
    runtime: Runtime, open_network: OpenNetwork, account_id: int, *, limit: int
) -> int:
    """
    Make up to `limit` due looks of one account; say how many were made.

    Nothing is done where a session or somebody else works with the account: a session looks
    by itself, and takes the account over from here when it begins. Where the account may not
    work, or cannot get at its network, its looks are put off.
    """
    now = runtime.clock.now()
    try:
        with runtime.database.writing() as db:
            account = accounts.get(db, account_id)
            denial = _denial(db, account, now=now)
            if denial is not None:
                until = max(denial.until or now, now + _PUT_OFF)
                ledger.put_off_probes(
                    db,
                    account_id,
                    until=until,
                    why=denial.message,
                    now=now,
                    is_ordered=denial.code in _ORDERED,
                )
                return 0
            lease = leases.acquire(
                db,
                accounts.lease_key(account_id),
                holder=f"{sessions.LOOK_HOLDER}{new_id()}",
                ttl=_LEASE,
                now=now,
            )
            _leave_to_session(db, account)
    except LeaseHeld:
        return 0
    try:
        return _look_around(runtime, open_network, account, lease, limit=limit)
    except _Stop as stop:
        with runtime.database.writing() as db:
            ledger.put_off_probes(
                db, account_id, until=stop.until, why=stop.why, now=runtime.clock.now()
            )
        return 0
    finally:
        with runtime.database.writing() as db:
            leases.release(db, lease)


def _denial(db: Session, account: Account, *, now: datetime) -> Denial | None:
    return accounts.may_engage(
        account,
        engage_before_warm_up=settings.current(db).engage_before_warm_up,
        is_persona_paused=accounts.is_persona_paused(db, account),
    ) or safety.refusal_for(db, account.id, None, now=now)


def _leave_to_session(db: Session, account: Account) -> None:
    """
    A session whose lease has run out, in a machine that was asleep say, is a session still.

    Raises:
        LeaseHeld: it has one; the lease is given back with the transaction.
    """
    if sessions.has_open(db, account.id):
        raise LeaseHeld(f"{account.login} has a session")


def _look_around(
    runtime: Runtime, open_network: OpenNetwork, account: Account, lease: Lease, *, limit: int
) -> int:
    look = _AloneLook(runtime, account)
    with closing(_open(runtime, open_network, account)) as line:
        if not _is_ours(runtime, lease):
            # A session has taken the account over: two log-ins at a time look like two people.
            return 0
        try:
            look(line.log_in)
        except LogInWithheld as withheld:
            raise _Stop(withheld.message, withheld.until) from withheld
        except Unseen as unseen:
            raise _Stop(unseen.message, runtime.clock.now() + _AFTER_LOG_IN) from unseen
        made = 0
        while (
            made < limit
            and runtime.clock.now() + real(_LONGEST_LOOK) < lease.expires_at
            and _is_ours(runtime, lease)
        ):
            if not service.probe_next(
                runtime.database, runtime.clock, account.id, line=line, look=look
            ):
                break
            made += 1
    return made


def _is_ours(runtime: Runtime, lease: Lease) -> bool:
    with runtime.database.reading() as db:
        return leases.is_current(db, lease.key, fence=lease.fence, now=runtime.clock.now())


def _open(runtime: Runtime, open_network: OpenNetwork, account: Account) -> Line:
    """Through the account's proxy where it has one; what keeps that from working keeps us from looking."""
    try:
        network = open_network(account.network)
        doors = engagement.Doors(
            runtime.database, runtime.sealer, runtime.clock, engagement.of_nobody(_WHO)
        )
        with runtime.database.reading() as db:
            keeper = doors.keeper(account.id)
            credentials = engagement.credentials_of(db, runtime.sealer, account, keeper=keeper)
            egress = engagement.egress_of(db, runtime.sealer, account)
        return network.open(credentials, egress=egress, user_agent=account.user_agent)
    except (Refusal, SealBroken, DriverError) as error:
        why = error.message if isinstance(error, Refusal | DriverError) else "a seal is broken"
        raise _Stop(why, runtime.clock.now() + _PUT_OFF) from error


class _AloneLook:
    """Each failure counts for the account as it does in a session; whatever asks it to rest ends the looks."""

    def __init__(self, runtime: Runtime, account: Account) -> None:
        self._runtime = runtime
        self._account = account

    def __call__(self, call: Callable[[], Seen]) -> Seen:
        try:
            return call()
        except DriverError as error:
            verdict = safety.verdict_on(error.failure, phase=error.phase)
            if verdict.reaction is not Reaction.skip_target:
                self._record(error)
            if verdict.reaction in {Reaction.skip_target, Reaction.note}:
                raise Unseen(error.failure.value, message=error.message) from error
            raise _Stop(error.message, self._runtime.clock.now() + _PUT_OFF) from error

    def _record(self, error: DriverError) -> None:
        failure = Failure(
            failure=error.failure,
            phase=error.phase,
            message=error.message,
            retry_after=error.retry_after,
            is_of_proxy=error.is_of_proxy,
        )
        with self._runtime.database.writing() as db:
            safety.record_failure(
                db,
                accounts.get(db, self._account.id),
                failure,
                settings=settings.current(db),
                rng=self._runtime.rng,
                now=self._runtime.clock.now(),
            )
