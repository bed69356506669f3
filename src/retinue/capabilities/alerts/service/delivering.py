from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.alerts import repository, rules
from retinue.capabilities.alerts.models import AlertChannel, AlertDelivery, DeliveryState
from retinue.capabilities.alerts.schemas import Parcel
from retinue.capabilities.alerts.service.channels import LONGEST_ERROR, url_of
from retinue.foundation.clock import real
from retinue.foundation.jobs import service as jobs
from retinue.foundation.sealing import Sealer

DELIVER = "alerts.deliver"
"""The job that sends what waits; it is one for all that waits."""

CHUNK = 20
_OFF = "The channel is switched off."


def has_due(db: Session, *, now: datetime) -> bool:
    return repository.has_due(db, now=now)


def claim_deliveries(
    db: Session, sealer: Sealer, *, now: datetime, limit: int = CHUNK
) -> list[Parcel]:
    """
    Take what is due, for a minute and a half: who has not settled it by then may see it sent by others.

    Raises:
        SealBroken: a channel's URL was not sealed for its row.
    """
    return [
        parcel
        for delivery, alert, channel in repository.due(db, now=now, limit=limit)
        if _take(db, delivery, channel, now=now)
        for parcel in [
            Parcel(
                delivery_id=delivery.id,
                channel_id=channel.id,
                attempts=delivery.attempts + 1,
                url=url_of(sealer, channel),
                title=rules.title_of(alert, delivery.news),
                body=rules.body_of(alert, delivery.news),
                severity=alert.severity,
            )
        ]
    ]


def _take(db: Session, delivery: AlertDelivery, channel: AlertChannel, *, now: datetime) -> bool:
    if not channel.enabled:
        off = {"state": DeliveryState.failed, "error": _OFF, "ended_at": now}
        repository.settle(db, delivery.id, attempts=delivery.attempts, values=off)
        return False
    taken = {"attempts": delivery.attempts + 1, "due_at": now + real(rules.LEASE)}
    return repository.settle(db, delivery.id, attempts=delivery.attempts, values=taken)


def settle_delivery(db: Session, parcel: Parcel, *, error: str | None, now: datetime) -> bool:
    """
    Write down what came of it: sent where there is no `error`, tried again later or given up where
    there is. `error` is words of our own. False when another process has taken it over.
    """
    told = None if error is None else error[:LONGEST_ERROR]
    again = rules.retry_at(parcel.attempts, now=now)
    if told is None:
        values: dict[str, Any] = {"state": DeliveryState.sent, "error": None, "ended_at": now}
    elif again is not None:
        values = {"due_at": again, "error": told}
    else:
        values = {"state": DeliveryState.failed, "error": told, "ended_at": now}
    if not repository.settle(db, parcel.delivery_id, attempts=parcel.attempts, values=values):
        return False
    shown = {"last_error": told} if told is not None else {"last_error": None, "last_sent_at": now}
    if told is not None and again is not None:
        jobs.defer(db, DELIVER, {}, now=now, due_at=again, key=DELIVER)
    repository.note_on_channel(db, parcel.channel_id, shown)
    return True
