from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem, ItemKind
from retinue.capabilities.inbox.schemas import Attendant, ResolveRequest
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.safety.schemas.troubles import TROUBLES, TroubleChoice

_LONGEST_REASON = 500


def resolve(
    db: Session,
    item_id: int,
    wanted: ResolveRequest,
    *,
    by: Attendant,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> InboxItem:
    """
    Close an item with one of its choices and do what the choice says.

    Raises:
        ItemNotFound: there is none of this id, or it is of none of these accounts.
        ItemHeld: somebody else has claimed it.
        ItemClosed: it waits for nobody any more.
        Invalid: the choice is not on offer.
        AttemptSettled: the attempt that it is about has been settled meanwhile.
    """
    item = inbox.get(db, item_id, account_ids=account_ids)
    if _is_about_account(item):
        # Before the audit log, as every change of an account does: else two could wait for each other.
        accounts.hold(db, int(item.subject_id))
    done = inbox.resolve(db, item, wanted.resolution, note=wanted.note, by=by, now=now)
    if done.kind is ItemKind.unknown_outcome:
        _settle(db, done, actor=by.name, now=now)
    elif _is_about_account(done):
        _decide_about_account(db, done, actor=by.name, now=now)
    return done


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
    reason = (item.note or f"inbox item {item.id}: {item.title}")[:_LONGEST_REASON]
    if item.resolution == TroubleChoice.try_again:
        change = AccountChange(health="unknown", reason=reason)
        account = accounts.get(db, int(item.subject_id))
        if account.health is Health.unknown:
            return
    else:
        change = AccountChange(paused=True, reason=reason)
    accounts.change(db, int(item.subject_id), change, actor=actor, now=now)
