from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.alerts.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertState,
    DeliveryState,
    News,
    Severity,
)
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.foundation.database.rows import changed

_FRESH = {"populate_existing": True}

_IS = {
    AlertState.open: and_(Alert.resolved_at.is_(None), Alert.acknowledged_at.is_(None)),
    AlertState.acknowledged: and_(Alert.resolved_at.is_(None), Alert.acknowledged_at.is_not(None)),
    AlertState.resolved: Alert.resolved_at.is_not(None),
}


def add(db: Session, row: Alert | AlertChannel) -> bool:
    """False when an open alert of its key, or a channel of its name, is there already."""
    try:
        with db.begin_nested():
            db.add(row)
            db.flush()
    except IntegrityError:
        return False
    return True


def find(db: Session, alert_id: int) -> Alert | None:
    return db.get(Alert, alert_id, populate_existing=True)


def open_of(db: Session, key: str, *, for_update: bool = False) -> Alert | None:
    found = select(Alert).where(Alert.open_key == key)
    if for_update:
        found = found.with_for_update()
    return db.scalars(found.execution_options(**_FRESH)).one_or_none()


def open_keys(db: Session, keys: Collection[str]) -> set[str]:
    found = select(Alert.open_key).where(Alert.open_key.in_(keys))
    return {key for key in db.scalars(found) if key is not None}


def newest_of(db: Session, key: str) -> Alert | None:
    found = select(Alert).where(Alert.key == key).order_by(Alert.id.desc()).limit(1)
    return db.scalars(found.execution_options(**_FRESH)).one_or_none()


def change(db: Session, alert_id: int, values: dict[str, Any], *, was_open: bool = True) -> bool:
    """False when somebody else has ended it, or begun it again, meanwhile."""
    stands = Alert.open_key.is_not(None) if was_open else Alert.open_key.is_(None)
    return changed(db, update(Alert).where(Alert.id == alert_id, stands).values(**values)) == 1


def page(db: Session, wanted: AlertFilter, *, before_id: int | None, limit: int) -> Sequence[Alert]:
    """The newest first."""
    query = _filtered(select(Alert), wanted)
    if before_id is not None:
        query = query.where(Alert.id < before_id)
    return db.scalars(query.order_by(Alert.id.desc()).limit(limit)).all()


def count(db: Session, wanted: AlertFilter, *, at_most: int) -> int:
    """How many fit; counting ends at `at_most`."""
    some = _filtered(select(Alert.id), wanted).limit(at_most)
    return db.scalar(select(func.count()).select_from(some.subquery())) or 0


def _filtered(query: Select[Any], wanted: AlertFilter) -> Select[Any]:
    if wanted.states:
        query = query.where(or_(*(_IS[state] for state in wanted.states)))
    if wanted.kind is not None:
        query = query.where(Alert.kind == wanted.kind)
    if wanted.severity is not None:
        query = query.where(Alert.severity == wanted.severity)
    return query


def delete_resolved(db: Session, *, before: datetime, limit: int) -> int:
    old = select(Alert.id).where(Alert.resolved_at < before).order_by(Alert.resolved_at)
    ids = db.scalars(old.limit(limit)).all()
    if ids:
        db.execute(delete(AlertDelivery).where(AlertDelivery.alert_id.in_(ids)))
        db.execute(delete(Alert).where(Alert.id.in_(ids)))
    return len(ids)


def channels(db: Session) -> Sequence[AlertChannel]:
    return db.scalars(select(AlertChannel).order_by(AlertChannel.id)).all()


def find_channel(db: Session, channel_id: int) -> AlertChannel | None:
    return db.get(AlertChannel, channel_id, populate_existing=True)


def channel_ids_for(db: Session, severities: Collection[Severity]) -> Sequence[int]:
    """Of those in use that want to hear of it; `severities` are the thresholds that let it pass."""
    found = select(AlertChannel.id).where(
        AlertChannel.enabled.is_(True), AlertChannel.min_severity.in_(severities)
    )
    return db.scalars(found.order_by(AlertChannel.id)).all()


def channel_ids_told(db: Session, alert_id: int, news: News) -> set[int]:
    found = select(AlertDelivery.channel_id).where(
        AlertDelivery.alert_id == alert_id, AlertDelivery.news == news
    )
    return set(db.scalars(found))


def drop_channel(db: Session, channel_id: int) -> None:
    db.execute(delete(AlertDelivery).where(AlertDelivery.channel_id == channel_id))
    db.execute(delete(AlertChannel).where(AlertChannel.id == channel_id))


def note_on_channel(db: Session, channel_id: int, values: dict[str, Any]) -> None:
    changed(db, update(AlertChannel).where(AlertChannel.id == channel_id).values(**values))


def add_deliveries(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    db.execute(insert(AlertDelivery), list(rows))


def deliveries_of(db: Session, alert_id: int) -> Sequence[AlertDelivery]:
    found = select(AlertDelivery).where(AlertDelivery.alert_id == alert_id)
    return db.scalars(found.order_by(AlertDelivery.id)).all()


def has_due(db: Session, *, now: datetime) -> bool:
    return db.scalar(select(AlertDelivery.id).where(*_due(now)).limit(1)) is not None


def due(
    db: Session, *, now: datetime, limit: int
) -> list[tuple[AlertDelivery, Alert, AlertChannel]]:
    query = (
        select(AlertDelivery, Alert, AlertChannel)
        .where(*_due(now))
        .join(Alert, Alert.id == AlertDelivery.alert_id)
        .join(AlertChannel, AlertChannel.id == AlertDelivery.channel_id)
    )
    ordered = query.order_by(AlertDelivery.due_at, AlertDelivery.id).limit(limit)
    return [(one[0], one[1], one[2]) for one in db.execute(ordered.execution_options(**_FRESH))]


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return AlertDelivery.state == DeliveryState.waiting, AlertDelivery.due_at <= now


def settle(db: Session, delivery_id: int, *, attempts: int, values: dict[str, Any]) -> bool:
    """Change a delivery that has had so many attempts; each new holder counts one more."""
    statement = update(AlertDelivery).where(
        AlertDelivery.id == delivery_id,
        AlertDelivery.attempts == attempts,
        AlertDelivery.state == DeliveryState.waiting,
    )
    return changed(db, statement.values(**values)) == 1
