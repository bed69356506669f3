"""
One call about one account: its lease first, then all that is decided upon, and at the end what was done.

The lease's row is locked first, then the bot's session, then the phases, and the audit log last;
everybody goes in this order, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import Act
from retinue.capabilities.settings import service as settings
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.errors import (
    AccountHeld,
    OnHold,
    WarmupNotStarted,
    WarmupRefused,
)
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import (
    Bot,
    Hold,
    Next,
    NextAction,
    NextRead,
    Step,
    Subject,
    Terms,
    Verb,
)
from retinue.capabilities.warmup.service import presence
from retinue.foundation.errors import Refusal
from retinue.foundation.events import service as events
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import LeaseHeld

_STEP_FIELDS = frozenset(one.name for one in fields(Step))


@dataclass(slots=True)
class Scene:
    """An account as this call has found it, and what the call has done to it so far."""

    subject: Subject
    steps: list[Step]
    terms: Terms
    now: datetime
    lease_until: datetime | None = None
    session_id: int | None = None
    acts: list[Act] = field(default_factory=list)
    touched: Phase | None = None

    @property
    def hold(self) -> Hold | None:
        return rules.hold_of(self.subject, self.now)

    @property
    def next(self) -> Next:
        subject = self.subject
        return rules.next_for(
            subject.id, subject.lifecycle, self.steps, hold=self.hold, now=self.now
        )

    def refused(self, refusal: Refusal) -> Refusal:
        """The refusal with what may be done instead."""
        return with_next(refusal, self.next)

    def asked_for(self, phase: Phase, verb: Verb) -> Step:
        """
        Raises:
            WarmupNotStarted: there are no phases.
            PhaseNotAvailable: its turn or its time has not come.
            PhaseNotReady: it stands where the verb does not lead from.
        """
        if not self.steps:
            name = self.subject.account_no
            message = f"The warm-up of {name} has not begun: start it first (`start-warmup`)."
            raise self.refused(WarmupNotStarted(message))
        try:
            return rules.asked_for(self.steps, phase, verb, now=self.now)
        except Refusal as refusal:
            raise self.refused(refusal) from None

    def check_may_begin(self) -> None:
        """
        For what begins something new.

        Raises:
            OnHold: an incident or a pause keeps the account still.
            WarmupRefused: the account is not being warmed up any more.
        """
        if self.subject.lifecycle is not Lifecycle.warming_up:
            name, lifecycle = self.subject.account_no, self.subject.lifecycle
            way = " Start its warm-up again to go on." if lifecycle is Lifecycle.ready else ""
            raise self.refused(WarmupRefused(f"{name} is {lifecycle}, not warming up.{way}"))
        self.check_not_held()

    def check_not_held(self) -> None:
        hold = self.hold
        if hold is not None:
            raise self.refused(OnHold(hold.reason, hold=hold.code, until=hold.until))

    def move(self, db: Session, step: Step, values: Mapping[str, Any]) -> Step:
        """Write the phase's new state down, here and in the database."""
        repository.change(db, step.id, values, now=self.now)
        moved = replace(step, **{key: values[key] for key in values if key in _STEP_FIELDS})
        self.steps[rules.ORDER.index(step.phase)] = moved
        self.touched = step.phase
        return moved

    def record(self, verb: str, step: Step | None = None, **facts: Any) -> None:
        """For the audit log; written at the end of the call."""
        about = {} if step is None else {"phase": step.phase.value}
        reason = facts.pop("reason", None)
        before = facts.pop("before", None)
        kept = {key: value for key, value in facts.items() if value is not None}
        act = Act(
            f"warmup.{verb}",
            ("account", str(self.subject.id)),
            reason=reason,
            before=before,
            after={**about, **kept} or None,
        )
        self.acts.append(act)

    def come_due(self, step: Step) -> None:
        """What has become available by the clock is written down by whoever moves it first."""
        if step.status is not PhaseStatus.available:
            at = step.available_at.isoformat() if step.available_at else None
            self.record("phase_available", step, before={"status": step.status.value}, since=at)


def enter(
    db: Session, bot: Bot, account_id: int, *, phase: Phase | None = None, now: datetime
) -> Scene:
    """
    A bot comes to an account: the lease is its own now, or goes on being so.

    Raises:
        AccountNotFound: there is no such account, or it is none of the bot's.
        AccountHeld: somebody else works with it, `until` then.
    """
    if not bot.may_touch(account_id):
        raise AccountNotFound.named(str(account_id))
    in_force = settings.current(db).warmup
    lease = timedelta(seconds=in_force.lease_seconds)
    try:
        until = leases.hold(
            db, accounts.lease_key(account_id), holder=bot.holder, ttl=lease, now=now
        )
    except LeaseHeld as held:
        raise _held(account_id, held) from held
    subject = found(db, account_id)
    session_id = presence.check_in(
        db, bot, lease=lease, now=now, account_id=account_id, phase=phase
    )
    return Scene(
        subject=subject,
        steps=repository.steps(db, account_id, for_update=True),
        terms=rules.terms_for(in_force, subject.persona_warmup),
        now=now,
        lease_until=until,
        session_id=session_id,
    )


def hold_phases(db: Session, account_id: int, *, now: datetime) -> Scene:
    """
    For whoever is no bot: the phases are held until the commit, and no lease is taken.

    Raises:
        AccountNotFound: there is no such account.
    """
    subject = found(db, account_id)
    return Scene(
        subject=subject,
        steps=repository.steps(db, account_id, for_update=True),
        terms=rules.terms_for(settings.current(db).warmup, subject.persona_warmup),
        now=now,
    )


def found(db: Session, account_id: int) -> Subject:
    """
    Raises:
        AccountNotFound: there is none of this id, or it is the installation's own.
    """
    subject = repository.subject(db, account_id)
    if subject is None or subject.is_test:
        raise AccountNotFound.named(str(account_id))
    return subject


def leave(db: Session, scene: Scene, bot: Bot) -> None:
    """Tell what was done, and give the account back where there is nothing to go on with at once."""
    is_at_hand = rules.is_at_hand(scene.steps, scene.now)
    if not is_at_hand or scene.subject.lifecycle is not Lifecycle.warming_up:
        leases.let_go(db, accounts.lease_key(scene.subject.id), holder=bot.holder)
        scene.lease_until = None
    write_down(db, scene, actor=bot.actor, request_id=bot.request_id, address=bot.address)


def write_down(
    db: Session,
    scene: Scene,
    *,
    actor: str,
    request_id: str | None = None,
    address: str | None = None,
) -> None:
    """The news and the audit log of what this call has done; nothing where it has done nothing."""
    if not scene.acts:
        return
    tell(db, scene)
    audit.record_all(
        db, scene.acts, actor=actor, now=scene.now, request_id=request_id, address=address
    )


def tell(db: Session, scene: Scene) -> None:
    subject, now = scene.subject, scene.now
    step = rules.current(scene.steps)
    phase = scene.touched or (None if step is None else step.phase)
    status = None if phase is None else rules.status_at(scene.steps[rules.ORDER.index(phase)], now)
    due = rules.next_available_at(scene.steps, now)
    told = {
        "account_id": subject.id,
        "account_no": subject.account_no,
        "lifecycle": subject.lifecycle.value,
        "phase": None if phase is None else phase.value,
        "status": None if status is None else status.value,
        "progress_percent": rules.progress(scene.steps),
        "next_available_at": None if due is None else due.isoformat().replace("+00:00", "Z"),
    }
    events.publish(db, "warmup_update", told, now=now)


def with_next(refusal: Refusal, following: Next) -> Refusal:
    refusal.facts["next"] = NextRead.model_validate(following).model_dump(mode="json")
    return refusal


def _held(account_id: int, held: LeaseHeld) -> Refusal:
    holder, until = str(held.facts.get("holder") or ""), held.facts.get("until")
    who = "Another bot" if holder.startswith("bot:") else "A session or a task"
    when = "for a moment" if until is None else f"until {until:%Y-%m-%d %H:%M:%S} UTC"
    refusal = AccountHeld(
        f"{who} works with this account {when}; take another one, or come back then.", until=until
    )
    look = rules.status_path(account_id)
    return with_next(refusal, Next(NextAction.wait, "GET", look, at=until))
