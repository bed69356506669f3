from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import WAITING, InboxItem, ItemKind
from retinue.capabilities.inbox.schemas import Attendant, ResolveRequest
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.safety.schemas.troubles import TROUBLES, TroubleChoice
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import TaskCreate, TaskFilter
from retinue.capabilities.warmup import service as warmup
from retinue.capabilities.warmup.schemas import Asked, Decision
from retinue.foundation.errors import Refusal
from retinue.foundation.randomness import Random
from retinue.workflows.assisting import service as assisting

logger = logging.getLogger(__name__)

ACTOR = "retinue"

_LONGEST_REASON = 500
_ADDED = "added"
_OPENED = frozenset({ItemKind.challenge, ItemKind.second_factor, ItemKind.locked})
_TRIES = (TaskType.validate_account, TaskType.recover_account)
_UNENDED = (TaskStatus.pending, TaskStatus.running)


def resolve(
    db: Session,
    item_id: int,
    wanted: ResolveRequest,
    *,
    by: Attendant,
    rng: Random,
    now: datetime,
) -> InboxItem:
    """
    Close an item with one of its choices and do what the choice says.

    Raises:
        ItemNotFound: there is none of this id, or it is of none of these accounts.
        ItemHeld: somebody else has claimed it.
        ItemClosed: it waits for nobody any more.
        Invalid: the choice is not on offer.
        EvidenceMissing: it says that something was done, and nothing shows it.
        AttemptSettled: the attempt that it is about has been settled meanwhile.
        ChangeDecided: the change of a proxy that it is about has been decided about, or has lost its point.
        AccountHeld, PhaseNotReady: the phase that it is about has moved on, or a bot is at work with it.
    """
    item = inbox.get(db, item_id, account_ids=by.account_ids)
    if _is_about_account(item):
        # Before the audit log, as every change of an account does: else two could wait for each other.
        accounts.hold(db, int(item.subject_id))
    if item.subject_kind == warmup.SUBJECT:
        warmup.hold(db, warmup.subject_of(item.subject_id)[0])
    if item.subject_kind == warmup.MISSING and wanted.resolution == _ADDED:
        warmup.look_again(db, *warmup.subject_of(item.subject_id))
    done = inbox.resolve(db, item, wanted.resolution, note=wanted.note, by=by, now=now)
    _take_effect(db, done, actor=by.name, rng=rng, now=now)
    return done


def expire(db: Session, item_id: int, *, rng: Random, now: datetime) -> InboxItem | None:
    """
    Close an item that has lost its point, and do what it says of that case; none where it waits no more.

    What cannot be done any more is left: the item is closed all the same.
    """
    item = inbox.get(db, item_id)
    if item.state not in WAITING or item.due_at is None or item.due_at > now:
        return None
    if _is_about_account(item):
        accounts.hold(db, int(item.subject_id))
    done = inbox.expired(db, item, now=now)
    if done is None:
        return None
    try:
        with db.begin_nested():
            if done.kind is ItemKind.assisted_task:
                assisting.conclude(db, done, actor=ACTOR, now=now)
            elif done.resolution is not None:
                _take_effect(db, done, actor=ACTOR, rng=rng, now=now)
    except Refusal as refusal:
        logger.info("item %d has expired, and its choice came too late: %s", item_id, refusal)
    return done


def _take_effect(db: Session, done: InboxItem, *, actor: str, rng: Random, now: datetime) -> None:
    if done.kind is ItemKind.assisted_task:
        assisting.conclude(db, done, actor=actor, now=now)
    elif done.kind is ItemKind.unknown_outcome:
        _settle(db, done, actor=actor, now=now)
    elif _is_about_account(done):
        _decide_about_account(db, done, actor=actor, now=now)
    elif done.subject_kind == proxies.CHANGE:
        _decide_about_proxy(db, done, actor=actor, now=now)
    elif done.subject_kind == warmup.SUBJECT:
        account_id, phase = warmup.subject_of(done.subject_id)
        asked = Asked(account_id, phase, actor, _reason(done))
        warmup.decide(db, asked, Decision(done.resolution or ""), rng=rng, now=now)
    if done.account_id is None:
        return
    tasks.wake_of_person(db, done.account_id)
    if done.kind in _OPENED and done.resolution == TroubleChoice.try_again:
        _validate_again(db, done.account_id, actor=actor, now=now)


def _validate_again(db: Session, account_id: int, *, actor: str, now: datetime) -> None:
    """Whoever says that it opens again is taken at their word by whatever is in the queue; else it is tried."""
    if TaskType.validate_account not in tasks.catalogue.runnable():
        return
    wanted = TaskFilter(statuses=_UNENDED, types=_TRIES, account_id=account_id)
    if not tasks.page(db, wanted, limit=1):
        task = TaskCreate(type=TaskType.validate_account, account_id=account_id)
        tasks.create(db, task, actor=actor, now=now)


def _is_about_account(item: InboxItem) -> bool:
    return item.kind in TROUBLES and item.subject_kind == "account"


def _settle(db: Session, item: InboxItem, *, actor: str, now: datetime) -> None:
    evidence = {"operator": item.note or "decided in the inbox", "by": actor, "inbox_item": item.id}
    outcome = Outcome(
        AttemptState(item.resolution or ""), settled_by=SettledBy.operator, evidence=evidence
    )
    ledger.resolve(db, item.subject_id, outcome, actor=actor, now=now)


def _decide_about_account(db: Session, item: InboxItem, *, actor: str, now: datetime) -> None:
    """Try it again, with its health forgotten; or keep it still until somebody resumes it."""
    reason = _reason(item)
    if item.resolution == TroubleChoice.try_again:
        change = AccountChange(health="unknown", reason=reason)
        account = accounts.get(db, int(item.subject_id))
        if account.health is Health.unknown:
            return
    else:
        change = AccountChange(paused=True, reason=reason)
    accounts.change(db, int(item.subject_id), change, actor=actor, now=now)


def _decide_about_proxy(db: Session, item: InboxItem, *, actor: str, now: datetime) -> None:
    is_approved = item.resolution == proxies.APPROVE
    change_id = int(item.subject_id)
    proxies.decide(
        db, change_id, is_approved=is_approved, actor=actor, now=now, reason=_reason(item)
    )


def _reason(item: InboxItem) -> str:
    return (item.note or f"inbox item {item.id}: {item.title}")[:_LONGEST_REASON]
