from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.alerts import repository, rules
from retinue.capabilities.alerts.errors import ChannelExists, ChannelNotFound, ChannelRefused
from retinue.capabilities.alerts.models import AlertChannel
from retinue.capabilities.alerts.schemas import ChannelChange, ChannelCreate, Editor
from retinue.capabilities.audit import service as audit
from retinue.foundation import redaction
from retinue.foundation.errors import Problem
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

_TABLE = "alert_channels"
_COLUMN = "url"
LONGEST_ERROR = 300


def all_channels(db: Session) -> Sequence[AlertChannel]:
    return repository.channels(db)


def get_channel(db: Session, channel_id: int) -> AlertChannel:
    """
    Raises:
        ChannelNotFound: there is none of this id.
    """
    channel = repository.find_channel(db, channel_id)
    if channel is None:
        message = f"id: there is no channel {channel_id}; `GET /api/alerts/channels` lists them."
        raise ChannelNotFound(message)
    return channel


def url_of(sealer: Sealer, channel: AlertChannel) -> str:
    """
    Raises:
        SealBroken: it was not sealed for this row.
    """
    return sealer.open(channel.url_sealed, table=_TABLE, row=channel.uid, column=_COLUMN)


def check_reachable(url: str, *, may_leave: bool) -> str:
    """
    The service behind an Apprise URL. None of the words here holds the URL.

    Raises:
        ChannelRefused: it is none, or leads out of this machine while no live network is connected.
    """
    service = rules.service_of(url)
    if service is None:
        raise _refused("is no Apprise URL; write service://..., `json://127.0.0.1:9000/alerts` say")
    if not may_leave and not rules.is_local(url):
        known = ", ".join(sorted(rules.LOCAL_SERVICES))
        raise _refused(
            "leads out of this machine, and live networks are switched off"
            f" (RETINUE_LIVE_NETWORKS); here a channel is one of {known} on 127.0.0.1, [::1] or localhost"
        )
    return service


def add_channel(
    db: Session,
    sealer: Sealer,
    wanted: ChannelCreate,
    *,
    by: Editor,
    now: datetime,
) -> AlertChannel:
    """
    Raises:
        ChannelRefused: its URL cannot be used here.
        ChannelExists: there is one of this name.
    """
    url = wanted.url.get_secret_value()
    redaction.know(url)
    service, uid = check_reachable(url, may_leave=by.may_leave), new_id()
    channel = AlertChannel(
        uid=uid,
        name=wanted.name,
        service=service,
        url_sealed=_sealed(sealer, url, uid),
        min_severity=wanted.min_severity,
        enabled=wanted.enabled,
        created_at=now,
    )
    if not repository.add(db, channel):
        raise _exists(wanted.name)
    _record(db, channel, "added", actor=by.actor, now=now)
    return channel


def change_channel(
    db: Session,
    sealer: Sealer,
    channel_id: int,
    wanted: ChannelChange,
    *,
    by: Editor,
    now: datetime,
) -> AlertChannel:
    """
    Raises:
        ChannelNotFound: there is none of this id.
        ChannelRefused: its URL cannot be used here.
        ChannelExists: there is another one of this name.
    """
    channel = get_channel(db, channel_id)
    before = _facts(channel)
    if wanted.url is not None:
        url = wanted.url.get_secret_value()
        redaction.know(url)
        channel.service = check_reachable(url, may_leave=by.may_leave)
        channel.url_sealed = _sealed(sealer, url, channel.uid)
        channel.last_error = None
    if wanted.min_severity is not None:
        channel.min_severity = wanted.min_severity
    if wanted.enabled is not None:
        channel.enabled = wanted.enabled
    if wanted.name is not None:
        channel.name = wanted.name
    try:
        db.flush()
    except IntegrityError as error:
        raise _exists(wanted.name or "") from error
    has_new_url = {"has_new_url": True} if wanted.url is not None else {}
    _record(db, channel, "changed", actor=by.actor, now=now, before=before, **has_new_url)
    return channel


def remove_channel(db: Session, channel_id: int, *, actor: str, now: datetime) -> None:
    """
    What still waits for it is not sent any more.

    Raises:
        ChannelNotFound: there is none of this id.
    """
    channel = get_channel(db, channel_id)
    before = _facts(channel)
    db.expunge(channel)
    repository.drop_channel(db, channel_id)
    audit.record(
        db,
        actor=actor,
        action="alert_channel.removed",
        subject=("alert_channel", str(channel_id)),
        now=now,
        before=before,
    )


def note_trial(
    db: Session, channel_id: int, *, error: str | None, actor: str, now: datetime
) -> None:
    """Keep what a trial message has shown, and who has sent it."""
    channel = get_channel(db, channel_id)
    if error is None:
        channel.last_sent_at = now
    channel.last_error = None if error is None else error[:LONGEST_ERROR]
    db.flush()
    _record(db, channel, "tested", actor=actor, now=now, ok=error is None)


def _sealed(sealer: Sealer, url: str, uid: str) -> bytes:
    return sealer.seal(url, table=_TABLE, row=uid, column=_COLUMN)


def _refused(message: str) -> ChannelRefused:
    return ChannelRefused(f"url: {message}", problems=[Problem(("url",), message)])


def _exists(name: str) -> ChannelExists:
    return ChannelExists(f"name: there is a channel {name!r} already.")


def _facts(channel: AlertChannel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "service": channel.service,
        "min_severity": channel.min_severity.value,
        "enabled": channel.enabled,
    }


def _record(
    db: Session,
    channel: AlertChannel,
    verb: str,
    *,
    actor: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    audit.record(
        db,
        actor=actor,
        action=f"alert_channel.{verb}",
        subject=("alert_channel", str(channel.id)),
        now=now,
        before=before,
        after={**_facts(channel), **more},
    )
