"""An incident, and channels that hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import (
    AlertChannel,
    AlertDelivery,
    AlertKind,
    DeliveryState,
    News,
    Severity,
)
from retinue.capabilities.alerts.schemas import ChannelCreate, Editor, Incident
from retinue.foundation.events.models import Event
from tests.factories.serving import SEALER

HERE = Editor("operator:anna", may_leave=False)
DOWN = Incident(
    key="source:tikhub",
    kind=AlertKind.source_down,
    severity=Severity.warning,
    subject=("source", "tikhub"),
    message="TikHub does not answer.",
)
SECRET = "json://key-of-the-service@127.0.0.1:9/alerts"


def channel(db: Session, name: str, now: datetime, **more: Any) -> AlertChannel:
    wanted = ChannelCreate(name=name, url=SecretStr(SECRET), **more)
    return alerts.add_channel(db, SEALER, wanted, by=HERE, now=now)


def told(db: Session) -> list[tuple[str, str, int]]:
    rows = db.scalars(select(Event).where(Event.type == "alert_update").order_by(Event.id))
    return [(row.data["state"], row.data["severity"], row.data["times"]) for row in rows]


def deliveries(db: Session) -> list[tuple[int, News, DeliveryState]]:
    rows = db.scalars(select(AlertDelivery).order_by(AlertDelivery.id))
    return [(row.channel_id, row.news, row.state) for row in rows]
