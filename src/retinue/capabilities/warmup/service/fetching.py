"""The file of a picture, for the bot that has it to show."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.settings import service as settings
from retinue.capabilities.warmup.errors import AssignmentNotFound
from retinue.capabilities.warmup.repository import choices
from retinue.capabilities.warmup.repository import phases as repository
from retinue.capabilities.warmup.schemas import Bot, Picture
from retinue.foundation.clock import real
from retinue.foundation.errors import Refusal
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import LeaseHeld

_WRITTEN_ANEW_AFTER = timedelta(minutes=1)


def picture_of(db: Session, bot: Bot, assignment_id: int, *, now: datetime) -> Picture:
    """
    Raises:
        AssignmentNotFound: there is none, it has no picture, it is over, or the bot does not hold its account.
    """
    row = choices.chosen(db, assignment_id)
    unknown: Refusal = AssignmentNotFound(
        f"assignment: there is no {assignment_id} that this bot holds; ask for the phase's content."
    )
    if row is None or row.sha256 is None or row.released_at is not None:
        raise unknown
    held = repository.lease(db, row.account_id, now=now)
    is_holder = held is not None and held[0] == bot.holder
    if not bot.may_touch(row.account_id) or not is_holder:
        raise unknown
    return Picture(row.account_id, row.content_id, row.sha256, row.media_type)


def is_renewal_due(db: Session, bot: Bot, account_id: int, *, now: datetime) -> bool:
    """
    Whether the bot holds the account and its lease has stood for a while: a call that only reads
    writes no more often than once a minute.
    """
    held = repository.lease(db, account_id, now=now)
    if held is None or held[0] != bot.holder:
        return False
    whole = timedelta(seconds=settings.current(db).warmup.lease_seconds)
    return held[1] - now < real(max(whole / 2, whole - _WRITTEN_ANEW_AFTER))


def renew(db: Session, bot: Bot, account_id: int, *, now: datetime) -> None:
    """The bot goes on having the account. One that has gone to somebody else meanwhile is left alone."""
    held = repository.lease(db, account_id, now=now)
    if held is None or held[0] != bot.holder:
        return
    whole = timedelta(seconds=settings.current(db).warmup.lease_seconds)
    try:
        leases.hold(db, accounts.lease_key(account_id), holder=bot.holder, ttl=whole, now=now)
    except LeaseHeld:
        return
