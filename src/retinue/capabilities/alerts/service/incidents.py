from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.alerts import repository
from retinue.capabilities.alerts.errors import AlertNotFound, AlertOver
from retinue.capabilities.alerts.models import (
    RANK,
    Alert,
    AlertDelivery,
    AlertState,
    DeliveryState,
    News,
    Severity,
)
from retinue.capabilities.alerts.schemas import AlertFilter, Incident
from retinue.capabilities.alerts.service.delivering import DELIVER
from retinue.capabilities.audit import service as audit
from retinue.foundation.events import service as events
from retinue.foundation.jobs import service as jobs
from retinue.foundation.redaction import redact, redact_data

COUNTED_AT_MOST = 10_000
REOPENED_WITHIN = timedelta(minutes=10)
"""What comes back so soon was not over: the same alert goes on, and nobody is told a second time."""

KEPT = timedelta(days=90)


def raise_alert(db: Session, incident: Incident, *, now: datetime) -> Alert:
    """
    Have people know. While the incident lasts there is one alert of its key: it counts how often
    it was seen, takes the newest facts, and is told again only when it becomes more severe.
    """
    # Looked at without a lock first: to lock what is not there would hold up whoever makes it.
    found = repository.open_of(db, incident.key)
    if found is not None:
        found = repository.open_of(db, incident.key, for_update=True)
    while found is None:
        before = repository.newest_of(db, incident.key)
        if before is not None and _came_back(before, now=now):
            reopened = {
                "open_key": incident.key,
                "resolved_at": None,
                **_seen(before, incident, now),
            }
            if repository.change(db, before.id, reopened, was_open=False):
                return _news(db, before.id, now=now)
            found = repository.open_of(db, incident.key, for_update=True)
            continue
        alert = _made(incident, now=now)
        if repository.add(db, alert):
            _deliver(db, alert, News.opened, above=None, now=now)
            return _news(db, alert.id, now=now)
        found = repository.open_of(db, incident.key, for_update=True)
    return _go_on(db, found, incident, now=now)


def _came_back(before: Alert, *, now: datetime) -> bool:
    return before.resolved_at is not None and now - before.resolved_at < REOPENED_WITHIN


def _go_on(db: Session, found: Alert, incident: Incident, *, now: datetime) -> Alert:
    was = found.severity
    repository.change(db, found.id, _seen(found, incident, now))
    fresh = get(db, found.id)
    if RANK[fresh.severity] > RANK[was]:
        _deliver(db, fresh, News.opened, above=was, now=now)
        return _news(db, fresh.id, now=now)
    return fresh


def _seen(found: Alert, incident: Incident, now: datetime) -> dict[str, Any]:
    return {
        "times": found.times + 1,
        "last_seen_at": now,
        "severity": max(found.severity, incident.severity, key=RANK.__getitem__),
        "message": redact(incident.message),
        "details": redact_data(incident.details),
    }


def _made(incident: Incident, *, now: datetime) -> Alert:
    subject_kind, subject_id = incident.subject
    return Alert(
        key=incident.key,
        open_key=incident.key,
        kind=incident.kind,
        severity=incident.severity,
        subject_kind=subject_kind,
        subject_id=subject_id,
        message=redact(incident.message),
        details=redact_data(incident.details),
        opened_at=now,
        last_seen_at=now,
        times=1,
    )


def resolve(db: Session, key: str, *, now: datetime) -> bool:
    """The incident is over; whoever was told of it is told that. False where none of the key lasts."""
    found = repository.open_of(db, key)
    ended = {"open_key": None, "resolved_at": now}
    if found is None or not repository.change(db, found.id, ended):
        return False
    alert = _news(db, found.id, now=now)
    told = repository.channel_ids_told(db, alert.id, News.opened)
    told -= repository.channel_ids_told(db, alert.id, News.resolved)
    _tell_channels(db, alert, News.resolved, sorted(told), now=now)
    return True


def open_keys(db: Session, keys: Collection[str]) -> set[str]:
    """Those of the keys whose incident lasts: one look before many that would find nothing to resolve."""
    return repository.open_keys(db, keys) if keys else set()


def acknowledge(db: Session, alert_id: int, *, actor: str, now: datetime) -> Alert:
    """
    Somebody has seen it. A second time changes nothing.

    Raises:
        AlertNotFound: there is none of this id.
        AlertOver: it is resolved.
    """
    alert = get(db, alert_id)
    if alert.state is AlertState.resolved:
        raise AlertOver(f"Alert {alert_id} is resolved; there is nothing left to acknowledge.")
    if alert.acknowledged_at is not None:
        return alert
    by = {"acknowledged_at": now, "acknowledged_by": actor[:190]}
    if not repository.change(db, alert_id, by):
        raise AlertOver(f"Alert {alert_id} is resolved; there is nothing left to acknowledge.")
    told = _news(db, alert_id, now=now)
    audit.record(
        db,
        actor=actor,
        action="alert.acknowledged",
        subject=("alert", str(alert_id)),
        now=now,
        after={"key": told.key, "kind": told.kind.value, "times": told.times},
    )
    return told


def get(db: Session, alert_id: int) -> Alert:
    """
    Raises:
        AlertNotFound: there is none of this id.
    """
    alert = repository.find(db, alert_id)
    if alert is None:
        raise AlertNotFound(f"id: there is no alert {alert_id}; `GET /api/alerts` lists them.")
    return alert


def page(
    db: Session, wanted: AlertFilter, *, before_id: int | None = None, limit: int = 50
) -> Sequence[Alert]:
    """Alerts that fit, the newest first."""
    return repository.page(db, wanted, before_id=before_id, limit=limit)


def count(db: Session, wanted: AlertFilter) -> int | None:
    """How many fit; none above 10,000."""
    found = repository.count(db, wanted, at_most=COUNTED_AT_MOST + 1)
    return found if found <= COUNTED_AT_MOST else None


def deliveries_of(db: Session, alert_id: int) -> Sequence[AlertDelivery]:
    return repository.deliveries_of(db, alert_id)


def prune(db: Session, *, now: datetime, limit: int = 500) -> int:
    """Forget what was over three months ago, at most `limit`; say how many."""
    return repository.delete_resolved(db, before=now - KEPT, limit=limit)


def _deliver(
    db: Session, alert: Alert, news: News, *, above: Severity | None, now: datetime
) -> None:
    """`above` is the severity up to which channels have been told already."""
    told = -1 if above is None else RANK[above]
    wanted = [one for one, rank in RANK.items() if told < rank <= RANK[alert.severity]]
    channels = repository.channel_ids_for(db, wanted)
    known = repository.channel_ids_told(db, alert.id, news) if channels else set()
    _tell_channels(db, alert, news, [one for one in channels if one not in known], now=now)


def _tell_channels(
    db: Session, alert: Alert, news: News, channel_ids: Sequence[int], *, now: datetime
) -> None:
    if not channel_ids:
        return
    rows = [
        {
            "alert_id": alert.id,
            "channel_id": channel_id,
            "news": news,
            "state": DeliveryState.waiting,
            "attempts": 0,
            "due_at": now,
            "created_at": now,
        }
        for channel_id in channel_ids
    ]
    repository.add_deliveries(db, rows)
    jobs.defer(db, DELIVER, {}, now=now, key=DELIVER)


def _news(db: Session, alert_id: int, *, now: datetime) -> Alert:
    alert = get(db, alert_id)
    told = {
        "id": alert.id,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "subject_kind": alert.subject_kind,
        "subject_id": alert.subject_id,
        "message": alert.message,
        "times": alert.times,
    }
    events.publish(db, "alert_update", told, now=now)
    return alert
