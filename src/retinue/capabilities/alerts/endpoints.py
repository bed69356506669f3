from __future__ import annotations

from typing import Annotated

from fastapi import Query, status

from retinue.capabilities.alerts import service
from retinue.capabilities.alerts.errors import (
    AlertNotFound,
    AlertOver,
    ChannelExists,
    ChannelNotFound,
    ChannelRefused,
)
from retinue.capabilities.alerts.schemas import (
    AlertDetail,
    AlertFilter,
    AlertQuery,
    AlertRead,
    ChannelChange,
    ChannelCreate,
    ChannelRead,
    DeliveryRead,
    Editor,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/alerts", tags=["Alerts"])


@router.get("", dependencies=[requires(Scope.alerts_read)], responses=documented(Invalid))
def list_alerts(db: ReadDb, asked: Annotated[AlertQuery, Query()]) -> Page[AlertRead]:
    """What is wrong, or has been, the newest first. `total` is null above 10,000."""
    wanted = AlertFilter(tuple(asked.state), asked.kind, asked.severity)
    key = decode_cursor(asked.cursor, int)
    rows = service.page(db, wanted, before_id=key[0] if key else None, limit=asked.limit + 1)
    items = [AlertRead.model_validate(row) for row in rows[: asked.limit]]
    has_more = len(rows) > asked.limit
    return Page(
        items=items,
        next_cursor=encode_cursor(items[-1].id) if has_more else None,
        total=service.count(db, wanted),
    )


@router.get("/channels", dependencies=[requires(Scope.alerts_read)])
def list_channels(db: ReadDb) -> list[ChannelRead]:
    """Where alerts go, without the URLs."""
    return [ChannelRead.model_validate(row) for row in service.all_channels(db)]


@router.post(
    "/channels",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.settings_write)],
    responses=documented(ChannelExists, ChannelRefused),
)
def add_channel(wanted: ChannelCreate, db: Db, rt: Rt, caller: Caller) -> ChannelRead:
    """
    Send alerts to an Apprise URL, which is kept sealed and never shown.

    While live networks are switched off only this machine is taken: `json`, `xml` or `form` (or their
    `s` forms) on 127.0.0.1, [::1] or localhost.
    """
    added = service.add_channel(
        db,
        rt.sealer,
        wanted,
        by=Editor(caller.actor, rt.configuration.live_networks),
        now=rt.clock.now(),
    )
    return ChannelRead.model_validate(added)


@router.patch(
    "/channels/{channel_id}",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(ChannelNotFound, ChannelExists, ChannelRefused),
)
def change_channel(
    channel_id: RowId, wanted: ChannelChange, db: Db, rt: Rt, caller: Caller
) -> ChannelRead:
    """Another name, URL or threshold, or switched on or off. What is left out stays as it is."""
    changed = service.change_channel(
        db,
        rt.sealer,
        channel_id,
        wanted,
        by=Editor(caller.actor, rt.configuration.live_networks),
        now=rt.clock.now(),
    )
    return ChannelRead.model_validate(changed)


@router.delete(
    "/channels/{channel_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.settings_write)],
    responses=documented(ChannelNotFound),
)
def remove_channel(channel_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Send nothing there any more, not even what waits."""
    service.remove_channel(db, channel_id, actor=caller.actor, now=rt.clock.now())


@router.get(
    "/{alert_id}",
    dependencies=[requires(Scope.alerts_read)],
    responses=documented(AlertNotFound),
)
def read_alert(alert_id: RowId, db: ReadDb) -> AlertDetail:
    """One alert, and what was sent of it to whom."""
    read = AlertRead.model_validate(service.get(db, alert_id))
    sent = [DeliveryRead.model_validate(row) for row in service.deliveries_of(db, alert_id)]
    return AlertDetail(**read.model_dump(), deliveries=sent)


@router.post(
    "/{alert_id}/acknowledge",
    dependencies=[requires(Scope.alerts_write)],
    responses=documented(AlertNotFound, AlertOver),
)
def acknowledge_alert(alert_id: RowId, db: Db, rt: Rt, caller: Caller) -> AlertRead:
    """Say that somebody has seen it. It stays until the incident is over; a second time changes nothing."""
    alert = service.acknowledge(db, alert_id, actor=caller.actor, now=rt.clock.now())
    return AlertRead.model_validate(alert)
