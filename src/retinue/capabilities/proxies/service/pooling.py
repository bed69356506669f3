"""Pools: ports of one operator that may stand in for each other, and what is done when one is down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.models import Policy, Proxy, ProxyPool, ProxyState
from retinue.capabilities.proxies.schemas import ProxyPoolRead
from retinue.foundation.errors import Invalid


def pools(db: Session, bound: Mapping[int, int]) -> list[ProxyPoolRead]:
    """Every pool that a proxy names; `bound` counts the accounts by proxy."""
    policies = repository.policies(db)
    found = []
    for name in repository.pool_names(db):
        members = repository.of_pool(db, name)
        states = [rules.state_of(proxy) for proxy in members]
        policy = policies.get(name)
        found.append(
            ProxyPoolRead(
                pool=name,
                policy=policy.policy if policy else Policy.approval,
                proxies=len(members),
                up=states.count(ProxyState.up),
                down=states.count(ProxyState.down),
                accounts=sum(bound.get(proxy.id, 0) for proxy in members),
                room=_room(members, bound),
            )
        )
    return found


def set_policy(db: Session, pool: str, policy: Policy, *, actor: str, now: datetime) -> None:
    """
    What happens to accounts of its proxies that are down.

    Raises:
        Invalid: no proxy names this pool.
    """
    if not repository.of_pool(db, pool):
        raise Invalid.field("pool", "no proxy is in it; `PATCH /api/proxies/{id}` puts one there")
    row = repository.policy_of(db, pool)
    before = row.policy if row else Policy.approval
    if row is None:
        db.add(ProxyPool(name=pool, policy=policy, changed_by=actor, changed_at=now))
    else:
        row.policy, row.changed_by, row.changed_at = policy, actor, now
    db.flush()
    audit.record(
        db,
        actor=actor,
        action="proxies.policy_set",
        subject=("proxy_pool", pool),
        now=now,
        before={"policy": before.value},
        after={"policy": policy.value},
    )


def members_of(db: Session, pool: str | None) -> Sequence[Proxy]:
    return [] if pool is None else repository.of_pool(db, pool)


def ids_in_pools(db: Session) -> Sequence[int]:
    return repository.ids_in_pools(db)


def policy_of(db: Session, pool: str) -> Policy:
    row = repository.policy_of(db, pool)
    return row.policy if row else Policy.approval


def _room(members: Sequence[Proxy], bound: Mapping[int, int]) -> int | None:
    room = 0
    for proxy in members:
        if proxy.down_since is not None:
            continue
        if proxy.max_accounts is None:
            return None
        room += max(0, proxy.max_accounts - bound.get(proxy.id, 0))
    return room
