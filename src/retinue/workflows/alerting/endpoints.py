from __future__ import annotations

from retinue.capabilities.alerts.errors import ChannelNotFound, ChannelRefused
from retinue.foundation.http import Caller, Router, RowId, Rt, Scope, documented, requires
from retinue.workflows.alerting import service
from retinue.workflows.alerting.schemas import ChannelTested

router = Router(prefix="/api/alerts", tags=["Alerts"])


@router.post(
    "/channels/{channel_id}/test",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(ChannelNotFound, ChannelRefused),
)
def test_channel(channel_id: RowId, rt: Rt, caller: Caller) -> ChannelTested:
    """Send a trial message there now. Takes a few seconds; `message` says what came of it."""
    messenger = service.messenger_of(rt)
    return service.test_channel(rt, channel_id, messenger=messenger, actor=caller.actor)
