"""
Changes of the way out, account by account. A fail-over is one that Retinue proposes; where the policy
of the pool says `automatic` it is approved by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.errors import ChangeOpen, ProxyFull
from retinue.capabilities.proxies.models import (
    OPEN_CHANGES,
    ChangeState,
    PlannedChange,
    Policy,
    Proxy,
)
from retinue.capabilities.proxies.schemas import ChangePropose
from retinue.foundation.errors import Invalid, Refusal
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime

ACTOR = "retinue"
_AT_ONCE = 200
"""Accounts that are moved in one run; more follow in the next."""
_PAGE = 200


def propose(runtime: Runtime) -> None:
    """For each proxy that is down for sure, has accounts, and has others in its pool: one change."""
    with runtime.database.reading() as db:
        wanted = [proxy.id for proxy in proxies.down(db) if _is_to_be_replaced(db, proxy)]
    for proxy_id in wanted:
        with runtime.database.writing() as db:
            proxy = proxies.get(db, proxy_id)
            if not _is_to_be_replaced(db, proxy):
                continue
            plan = proxies.Plan(
                ChangePropose(reason=f"proxy {proxy.id} is down: {proxy.check_message}"[:500]),
                is_fail_over=True,
                is_approved=proxies.policy_of(db, proxy.pool or "") is Policy.automatic,
            )
            waiting = len(accounts.ids_by_proxy(db, proxy.id))
            now = runtime.clock.now()
            proxies.propose(db, proxy.id, plan, actor=ACTOR, now=now, waiting=waiting)


def _is_to_be_replaced(db: Session, proxy: Proxy) -> bool:
    if proxy.pool is None or not proxies.is_confirmed(proxy):
        return False
    latest = proxies.changes(db, proxy_id=proxy.id, limit=1)
    if latest and (latest[0].state in OPEN_CHANGES or _was_refused_since(latest[0], proxy)):
        return False
    bound = bound_of(db, proxy)
    return bound.get(proxy.id, 0) > 0 and proxies.target_of(db, proxy, bound) is not None


def _was_refused_since(change: PlannedChange, proxy: Proxy) -> bool:
    """Somebody has said of this very outage that the accounts stay."""
    if change.state is not ChangeState.refused or proxy.down_since is None:
        return False
    return change.proposed_at >= proxy.down_since


def plan(
    db: Session, proxy_id: int, wanted: ChangePropose, *, actor: str, now: datetime
) -> PlannedChange:
    """
    What an operator proposes. It waits for an approval, also where the pool's policy needs none.

    Raises:
        ProxyNotFound: there is none of one of these ids.
        Invalid: there is no other way to go, or none of these accounts goes out through it.
        ChangeOpen: the same is open already.
    """
    bound = set(accounts.ids_by_proxy(db, proxies.get(db, proxy_id).id))
    meant = bound if wanted.account_ids is None else bound & set(wanted.account_ids)
    if not meant:
        raise Invalid.field("account_ids", f"no such account goes out through proxy {proxy_id}")
    wish = proxies.Plan(wanted)
    change = proxies.propose(db, proxy_id, wish, actor=actor, now=now, waiting=len(meant))
    if change is None:
        raise ChangeOpen(f"A change away from proxy {proxy_id} is open already.")
    return change


def remove(db: Session, proxy_id: int, *, actor: str, now: datetime) -> None:
    """
    Remove a proxy; changes that lead away from it, or to it, are withdrawn.

    Raises:
        ProxyNotFound: there is none of this id.
        ProxyInUse: accounts are bound to it.
    """
    for change in proxies.open_changes_of(db, proxy_id):
        proxies.close_change(db, change, ChangeState.withdrawn, actor=actor, now=now)
    proxies.remove(db, proxy_id, actor=actor, now=now)


def withdraw(runtime: Runtime) -> None:
    """A fail-over of a proxy that is up again has lost its point, as far as it is not done."""
    with runtime.database.reading() as db:
        over = [one.id for one in _open_changes(db) if _is_over(db, one)]
    for change_id in over:
        with runtime.database.writing() as db:
            change = proxies.get_change(db, change_id)
            if change.state in OPEN_CHANGES and _is_over(db, change):
                state = ChangeState.carried_out if change.moved else ChangeState.withdrawn
                proxies.close_change(db, change, state, actor=ACTOR, now=runtime.clock.now())


def _is_over(db: Session, change: PlannedChange) -> bool:
    return change.is_fail_over and proxies.get(db, change.from_proxy_id).down_since is None


def _open_changes(
    db: Session, states: Sequence[ChangeState] = OPEN_CHANGES
) -> Sequence[PlannedChange]:
    return proxies.changes(db, states=states, limit=_PAGE)


def carry_out(runtime: Runtime) -> None:
    """Move the accounts of approved changes, each in a transaction of its own, while nothing works with it."""
    with runtime.database.reading() as db:
        approved = [one.id for one in _open_changes(db, (ChangeState.approved,))]
    for change_id in reversed(approved):
        _carry_out(runtime, change_id)


@dataclass
class _Progress:
    moved: int = 0
    busy: int = 0
    has_no_target: bool = False
    is_full: bool = False
    refusal: str | None = None

    @property
    def note(self) -> str | None:
        if self.refusal is not None:
            return self.refusal
        if self.has_no_target:
            return "no other proxy of the pool is up and has room"
        return f"{self.busy} are at work and are moved afterwards" if self.busy else None


def _carry_out(runtime: Runtime, change_id: int) -> None:
    with runtime.database.reading() as db:
        left = _left(db, proxies.get_change(db, change_id))
    progress = _Progress()
    for account_id in left[:_AT_ONCE]:
        _try_to_move(runtime, change_id, account_id, progress)
        if progress.has_no_target or progress.is_full:
            break
    with runtime.database.writing() as db:
        change = proxies.get_change(db, change_id)
        if change.state is not ChangeState.approved:
            return
        left = _left(db, change)
        if (progress.moved, len(left), progress.note) != (0, change.waiting, change.note):
            proxies.note_progress(
                db, change, moved=progress.moved, waiting=len(left), note=progress.note
            )
        if not left:
            state, now = ChangeState.carried_out, runtime.clock.now()
            proxies.close_change(db, change, state, actor=change.decided_by or ACTOR, now=now)


def _try_to_move(runtime: Runtime, change_id: int, account_id: int, progress: _Progress) -> None:
    """One account that cannot be moved keeps neither the others waiting nor the changes after this one."""
    try:
        with runtime.database.writing() as db:
            _move(runtime, db, change_id, account_id, progress)
    except ProxyFull as full:
        progress.is_full, progress.refusal = True, full.message
    except Refusal as refusal:
        progress.refusal = f"account {account_id}: {refusal.message}"


def _move(
    runtime: Runtime, db: Session, change_id: int, account_id: int, progress: _Progress
) -> None:
    account, now = accounts.hold(db, account_id), runtime.clock.now()
    change = proxies.get_change(db, change_id)
    if change.state is not ChangeState.approved or account.proxy_id != change.from_proxy_id:
        return
    if leases.holder_of(db, accounts.lease_key(account.id), now=now) is not None:
        progress.busy += 1
        return
    proxy = proxies.get(db, change.from_proxy_id)
    target = proxies.target_of(db, proxy, bound_of(db, proxy), to_proxy_id=change.to_proxy_id)
    if target is None and change.to_proxy_id is None:
        progress.has_no_target = True
        return
    # A person who has named a proxy has it, whatever the last check of it has shown.
    to_proxy_id = target.id if target is not None else change.to_proxy_id
    wanted = AccountChange(proxy=to_proxy_id, reason=f"change {change.id}: {change.reason}"[:500])
    accounts.change(db, account.id, wanted, actor=change.decided_by or ACTOR, now=now)
    progress.moved += 1


def _left(db: Session, change: PlannedChange) -> list[int]:
    bound = accounts.ids_by_proxy(db, change.from_proxy_id)
    if change.account_ids is None:
        return list(bound)
    return sorted(set(bound) & set(change.account_ids))


def bound_of(db: Session, proxy: Proxy) -> dict[int, int]:
    """Accounts by proxy, of this one and of its pool."""
    ids = {proxy.id, *(one.id for one in proxies.members_of(db, proxy.pool))}
    return accounts.counts_by_proxy(db, ids)
