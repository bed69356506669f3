"""Changing what accounts are. Every act of an operator is audited in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import (
    AccountBusy,
    LifecycleRefused,
    RevisionMismatch,
)
from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.accounts.rules import availability, names
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.accounts.service.obedience import obeyed_at_once
from retinue.capabilities.accounts.service.telling import locked, touch_all
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import Act
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.personas import service as personas
from retinue.capabilities.proxies import service as proxies
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases

_SHOWN = (
    "lifecycle", "health", "pause_reason", "email", "kind", "labels",
    "timezone", "persona_id", "proxy_id", "user_agent",
)  # fmt: skip


def change(
    db: Session,
    account_id: int,
    wanted: AccountChange,
    *,
    actor: str,
    now: datetime,
    if_revision: int | None = None,
) -> Account:
    """
    Apply what was sent, all of it or nothing. A change that changes nothing leaves the revision.

    Raises:
        AccountNotFound: there is none of this id.
        RevisionMismatch: `if_revision` is not the current one.
        LifecycleRefused: it cannot go there from where it is.
        AccountBusy: it is being retired while something works with it.
        ProxyNotFound, ProxyFull: it cannot go out there.
        Invalid: a value cannot be used, or a reason is missing.
    """
    account = locked(db, account_id)
    if if_revision is not None and account.revision != if_revision:
        message = f"The account has changed since it was read (revision {account.revision}); read it again."
        raise RevisionMismatch(message, revision=account.revision)
    act = apply(db, account, wanted, actor=actor, now=now)
    if act is not None:
        write_down(db, [act], actor=actor, now=now)
    return account


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed of an account that is held, before it is written down."""

    account: Account
    verb: str
    reason: str | None
    before: dict[str, Any]
    after: dict[str, Any]


def apply(
    db: Session, account: Account, wanted: AccountChange, *, actor: str, now: datetime
) -> Change | None:
    """None where everything is as it is wanted already. Raises as `change`."""
    before = _facts(account)
    _apply_state(db, account, wanted, now=now)
    _apply_fields(db, account, wanted, actor=actor, now=now)
    after = _facts(account)
    changed = {key for key in after if after[key] != before[key]}
    if not changed:
        return None
    return Change(
        account,
        verb=_verb(changed, account),
        reason=wanted.reason,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )


def write_down(db: Session, changes: Sequence[Change], *, actor: str, now: datetime) -> None:
    """The revisions, the news and the audit log of changes that belong to one transaction."""
    labels = {one.account.id: one.account.labels for one in changes if "labels" in one.after}
    if labels:
        repository.set_labels(db, labels)
    touch_all(db, [one.account for one in changes], now=now)
    stopped = [one.account.id for one in changes if _is_stop(one)]
    if stopped:
        obeyed_at_once(db, account_id=stopped[0] if len(stopped) == 1 else None)
    decided = [str(one.account.id) for one in changes if _is_decision(one)]
    if decided:
        inbox.close_about(db, "account", decided, resolution="decided_elsewhere", by=actor, now=now)
    audit.record_all(
        db,
        [
            Act(
                f"accounts.{one.verb}",
                ("account", str(one.account.id)),
                reason=one.reason,
                before=one.before,
                after=one.after,
            )
            for one in changes
        ],
        actor=actor,
        now=now,
    )


def _is_stop(change: Change) -> bool:
    return bool(change.after.get("paused")) or "lifecycle" in change.after


def _is_decision(change: Change) -> bool:
    """Whether it answers what the inbox may be asking about the account's troubles."""
    return "health" in change.after or change.account.lifecycle is Lifecycle.retired


def move(
    db: Session, account: Account, lifecycle: Lifecycle, *, reason: str, actor: str, now: datetime
) -> Account:
    """
    An operator's decision about the lifecycle; to where the account is already, nothing happens.

    Raises:
        LifecycleRefused: it cannot go there from where it is.
        AccountBusy: it is being retired while something works with it.
    """
    wanted = AccountChange(lifecycle=lifecycle, reason=reason)
    return change(db, account.id, wanted, actor=actor, now=now)


def retire(
    db: Session, account: Account, *, actor: str, now: datetime, reason: str = "retired"
) -> Account:
    """
    Out of the lists and out of work; the ledger keeps its rows. Twice is once.

    Raises:
        AccountBusy: something works with it; end that first.
    """
    return move(db, account, Lifecycle.retired, reason=reason, actor=actor, now=now)


def revive(
    db: Session, account: Account, *, actor: str, now: datetime, reason: str = "revived"
) -> Account:
    """A retired account begins again as `imported`, authorised by whoever revives it."""
    if account.lifecycle is Lifecycle.retired:
        move(db, account, Lifecycle.imported, reason=reason, actor=actor, now=now)
        account.authorised_by, account.authorised_at = actor, now
        account.health, account.health_evidence = Health.unknown, None
        db.flush()
    return account


def _apply_state(db: Session, account: Account, wanted: AccountChange, *, now: datetime) -> None:
    if wanted.lifecycle is not None and wanted.lifecycle is not account.lifecycle:
        _need_reason(wanted, "lifecycle")
        check_move(db, account, wanted.lifecycle, now=now)
        _enter(account, wanted.lifecycle, now=now)
    if wanted.health is not None and account.health != wanted.health:
        _need_reason(wanted, "health")
        account.health, account.health_evidence = Health(wanted.health), None
    if wanted.paused is True:
        _need_reason(wanted, "paused")
        account.paused_at, account.pause_reason = account.paused_at or now, wanted.reason
    elif wanted.paused is False:
        account.paused_at = account.pause_reason = None


def _enter(account: Account, lifecycle: Lifecycle, *, now: datetime) -> None:
    """The limits of a young account grow from the moment at which it becomes active."""
    if lifecycle is Lifecycle.active and account.lifecycle is Lifecycle.warming_up:
        account.warmed_up_at = now
    elif lifecycle is Lifecycle.retired:
        account.warmed_up_at = None
    account.active_since = now if lifecycle is Lifecycle.active else None
    account.lifecycle = lifecycle


def _apply_fields(
    db: Session, account: Account, wanted: AccountChange, *, actor: str, now: datetime
) -> None:
    sent = wanted.model_fields_set
    if "email" in sent:
        account.email = names.optional("email", names.email, wanted.email)
    if "user_agent" in sent:
        account.user_agent = names.optional("user_agent", names.user_agent, wanted.user_agent)
    if wanted.kind is not None:
        account.kind = wanted.kind
    if wanted.labels is not None:
        account.labels = names.checked("labels", names.labels, wanted.labels)
    if wanted.timezone is not None:
        account.timezone = names.checked("timezone", names.timezone, wanted.timezone)
    if "persona" in sent:
        name = names.optional("persona", names.persona, wanted.persona)
        account.persona_id = (
            None if name is None else personas.ensure(db, name, actor=actor, now=now).id
        )
    if "proxy" in sent and wanted.proxy != account.proxy_id:
        account.proxy_id = None if wanted.proxy is None else _with_room(db, wanted.proxy)


def _with_room(db: Session, proxy_id: int) -> int:
    proxy = proxies.get(db, proxy_id)
    proxies.check_has_room(proxy, repository.counts_by_proxy(db, [proxy_id]).get(proxy_id, 0))
    return proxy.id


def check_move(db: Session, account: Account, wanted: Lifecycle, *, now: datetime) -> None:
    """
    Raises:
        LifecycleRefused: it cannot go there from where it is.
        AccountBusy: it is to be retired while something works with it.
    """
    if not availability.may_move(account.lifecycle, wanted):
        choices = availability.moves_from(account.lifecycle)
        raise LifecycleRefused(
            f"lifecycle: {account.account_no} is {account.lifecycle} and cannot become {wanted}; "
            f"it can become {', '.join(choices)}.",
            lifecycle=account.lifecycle,
            allowed=choices,
        )
    if wanted is Lifecycle.retired:
        lease = leases.holder_of(db, availability.lease_key(account.id), now=now)
        if lease is not None:
            raise AccountBusy(
                f"{account.account_no} is at work (held by {lease.holder} until {lease.expires_at:%H:%M:%S} UTC); "
                "stop its session first.",
                holder=lease.holder,
                until=lease.expires_at,
            )


def _need_reason(wanted: AccountChange, field: str) -> None:
    if not (wanted.reason or "").strip():
        raise Invalid.field(
            "reason", f"say why {field} changes; the audit log keeps it", kind="missing"
        )


def _facts(account: Account) -> dict[str, Any]:
    facts = {name: getattr(account, name) for name in _SHOWN}
    return {**facts, "labels": list(account.labels), "paused": account.paused_at is not None}


def _verb(changed: set[str], account: Account) -> str:
    if "lifecycle" in changed:
        return {Lifecycle.active: "activated", Lifecycle.retired: "retired"}.get(
            account.lifecycle, "moved"
        )
    if "paused" in changed:
        return "paused" if account.paused_at is not None else "resumed"
    return "changed"
