"""
Changes of the way out: proposed, approved by a person or by the pool's policy, and
carried out by whoever can see the accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.errors import ChangeDecided, ChangeNotFound
from retinue.capabilities.proxies.models import (
    ChangeState,
    PlannedChange,
    Proxy,
)
from retinue.capabilities.proxies.schemas import ChangePropose
from retinue.capabilities.proxies.service.circuits import name_of
from retinue.capabilities.proxies.service.keeping import get
from retinue.foundation.errors import Invalid

CHANGE = "proxy_change"
"""What an inbox item about a planned change is about."""
APPROVE, REFUSE = "approve", "refuse"
_LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """A change as it is proposed. `is_approved` by the pool's policy needs nobody's word."""

    wanted: ChangePropose
    is_fail_over: bool = False
    is_approved: bool = False


def target_of(
    db: Session, proxy: Proxy, bound: Mapping[int, int], *, to_proxy_id: int | None = None
) -> Proxy | None:
    """Where an account of this proxy may go now: the one that is named, or the best of the pool. Never out directly."""
    if to_proxy_id is not None:
        candidates: Sequence[Proxy] = [get(db, to_proxy_id)]
    elif proxy.pool is None:
        return None
    else:
        candidates = repository.of_pool(db, proxy.pool)
    return rules.best_of(candidates, bound, besides=proxy.id)


def propose(
    db: Session, proxy_id: int, plan: Plan, *, actor: str, now: datetime, waiting: int
) -> PlannedChange | None:
    """
    Ask a person whether accounts of this proxy may go out another way. None where a fail-over of it
    is open already.

    Raises:
        ProxyNotFound: there is none of one of these ids.
        Invalid: there is no other way to go.
    """
    proxy, wanted = get(db, proxy_id), plan.wanted
    _check_target(db, proxy, wanted)
    change = PlannedChange(
        state=ChangeState.approved if plan.is_approved else ChangeState.proposed,
        open_key=f"fail-over:{proxy.id}" if plan.is_fail_over else None,
        from_proxy_id=proxy.id,
        to_proxy_id=wanted.to_proxy_id,
        account_ids=sorted(set(wanted.account_ids)) if wanted.account_ids else None,
        is_fail_over=plan.is_fail_over,
        reason=wanted.reason,
        waiting=waiting,
        moved=0,
        proposed_by=actor,
        proposed_at=now,
        decided_by=actor if plan.is_approved else None,
        decided_at=now if plan.is_approved else None,
    )
    if not repository.add_change(db, change):
        return None
    if not plan.is_approved:
        inbox.ask(db, _question(db, change, proxy), now=now)
    _record(db, change, "proposed", actor=actor, now=now, reason=wanted.reason)
    if plan.is_approved:
        _record(db, change, "approved", actor=actor, now=now, reason="the policy of the pool")
    return change


def get_change(db: Session, change_id: int) -> PlannedChange:
    """
    Raises:
        ChangeNotFound: there is none of this id.
    """
    change = repository.change_of(db, change_id)
    if change is None:
        raise ChangeNotFound(
            f"id: there is no planned change {change_id}; `GET /api/proxies/changes` lists them."
        )
    return change


def changes(
    db: Session,
    *,
    states: Collection[ChangeState] = (),
    proxy_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[PlannedChange]:
    """The newest first."""
    return repository.changes(db, states=states, proxy_id=proxy_id, before=before, limit=limit)


def open_changes_of(db: Session, proxy_id: int) -> Sequence[PlannedChange]:
    """Those that lead away from it, or to it."""
    return repository.open_changes_of(db, proxy_id)


def decide(
    db: Session,
    change_id: int,
    *,
    is_approved: bool,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> PlannedChange:
    """
    Approve or refuse what was proposed. Who has approved it already is answered the same.

    Raises:
        ChangeNotFound: there is none of this id.
        ChangeDecided: it was decided otherwise, or has lost its point.
    """
    get_change(db, change_id)
    change = repository.change_of(db, change_id, is_held=True) or get_change(db, change_id)
    wanted = ChangeState.approved if is_approved else ChangeState.refused
    if change.state is wanted:
        return change
    if change.state is not ChangeState.proposed:
        raise ChangeDecided(
            f"The change {change.id} is {change.state} already.", state=change.state
        )
    change.state, change.decided_by, change.decided_at = wanted, actor, now
    if not is_approved:
        change.ended_at, change.open_key = now, None
    db.flush()
    _close_question(db, change, resolution=APPROVE if is_approved else REFUSE, by=actor, now=now)
    _record(
        db, change, "approved" if is_approved else "refused", actor=actor, now=now, reason=reason
    )
    return change


def note_progress(
    db: Session, change: PlannedChange, *, moved: int, waiting: int, note: str | None
) -> None:
    """How far an approved change is."""
    change.moved += moved
    change.waiting = waiting
    change.note = note[:_LONGEST_NOTE] if note else None
    db.flush()


def close_change(
    db: Session, change: PlannedChange, state: ChangeState, *, actor: str, now: datetime
) -> None:
    """It is carried out, or has lost its point."""
    change.state, change.ended_at, change.open_key = state, now, None
    db.flush()
    _close_question(db, change, resolution="withdrawn", by=actor, now=now)
    _record(db, change, state.value, actor=actor, now=now)


def _check_target(db: Session, proxy: Proxy, wanted: ChangePropose) -> None:
    if wanted.to_proxy_id == proxy.id:
        raise Invalid.field("to_proxy_id", "is the proxy itself; name another one")
    if wanted.to_proxy_id is not None:
        get(db, wanted.to_proxy_id)
    elif proxy.pool is None or len(repository.of_pool(db, proxy.pool)) < 2:
        raise Invalid.field(
            "to_proxy_id",
            "name a proxy: this one is in no pool with another (`PATCH /api/proxies/{id}` with `pool`)",
        )


def _question(db: Session, change: PlannedChange, proxy: Proxy) -> Question:
    where = (
        f"proxy {change.to_proxy_id} ({name_of(get(db, change.to_proxy_id))})"
        if change.to_proxy_id is not None
        else f"others of the pool {proxy.pool}"
    )
    number = "1 account" if change.waiting == 1 else f"{change.waiting} accounts"
    return Question(
        kind=ItemKind.review,
        key=f"proxy-change:{change.id}",
        subject=(CHANGE, str(change.id)),
        title=f"Move {number} of proxy {proxy.id} to {where}?"[:255],
        instructions=(
            f"{change.reason}\n\nProxy {proxy.id} is {name_of(proxy)}; {number} go out through it. Approved,"
            f" each is bound to {where} while nothing works with it. A new address may make the network ask"
            " who is there. Until then they wait; nothing goes out directly."
        ),
        choices=(Choice(APPROVE, "Move them"), Choice(REFUSE, "Leave them where they are")),
        details={"from_proxy_id": proxy.id, "to_proxy_id": change.to_proxy_id},
    )


def _close_question(
    db: Session, change: PlannedChange, *, resolution: str, by: str, now: datetime
) -> None:
    inbox.close_about(db, CHANGE, [str(change.id)], resolution=resolution, by=by, now=now)


def _record(
    db: Session,
    change: PlannedChange,
    verb: str,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    facts: dict[str, Any] = {
        "from_proxy_id": change.from_proxy_id,
        "to_proxy_id": change.to_proxy_id,
        "accounts": change.account_ids,
        "moved": change.moved,
    }
    audit.record(
        db,
        actor=actor,
        action=f"proxies.change_{verb}",
        subject=(CHANGE, str(change.id)),
        now=now,
        reason=reason,
        after=facts,
    )
