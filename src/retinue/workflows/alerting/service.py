from __future__ import annotations

import logging

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.errors import ChannelRefused
from retinue.capabilities.alerts.models import Severity
from retinue.capabilities.alerts.schemas import Parcel
from retinue.drivers.messengers.apprise_out import AppriseMessenger
from retinue.drivers.messengers.protocol import Message, Messenger, Tone
from retinue.foundation.runtime import Runtime
from retinue.workflows.alerting.schemas import ChannelTested

logger = logging.getLogger(__name__)

_TONES = {
    Severity.info: Tone.info,
    Severity.warning: Tone.warning,
    Severity.critical: Tone.failure,
}
_ROUNDS = 50


def messenger_of(runtime: Runtime) -> Messenger:
    return AppriseMessenger(may_leave=runtime.configuration.live_networks)


def deliver(runtime: Runtime, messenger: Messenger) -> int:
    """Send what is due, a chunk at a time; say how many were taken by their services."""
    arrived = 0
    for _ in range(_ROUNDS):
        with runtime.database.reading() as db:
            if not alerts.has_due(db, now=runtime.clock.now()):
                break
        with runtime.database.writing() as db:
            parcels = alerts.claim_deliveries(db, runtime.sealer, now=runtime.clock.now())
        errors = _sent(runtime, messenger, parcels)
        with runtime.database.writing() as db:
            for parcel, error in zip(parcels, errors, strict=True):
                alerts.settle_delivery(db, parcel, error=error, now=runtime.clock.now())
        arrived += errors.count(None)
    return arrived


def _sent(runtime: Runtime, messenger: Messenger, parcels: list[Parcel]) -> list[str | None]:
    refused = {p.delivery_id: why for p in parcels if (why := _refusal(runtime, p.url)) is not None}
    allowed = [parcel for parcel in parcels if parcel.delivery_id not in refused]
    messages = [Message(p.url, p.title, p.body, _TONES[p.severity]) for p in allowed]
    answers = messenger.send(messages)
    told = refused | {p.delivery_id: a for p, a in zip(allowed, answers, strict=True)}
    for parcel in parcels:
        if told[parcel.delivery_id] is not None:
            logger.info("an alert did not reach channel %s", parcel.channel_id)
    return [told[parcel.delivery_id] for parcel in parcels]


def _refusal(runtime: Runtime, url: str) -> str | None:
    """A channel outlives the setting under which it was made, so its URL is looked at again."""
    try:
        alerts.check_reachable(url, may_leave=runtime.configuration.live_networks)
    except ChannelRefused as refusal:
        return refusal.message
    return None


def test_channel(
    runtime: Runtime, channel_id: int, *, messenger: Messenger, actor: str
) -> ChannelTested:
    """
    Send a trial message there now, and keep what that has shown.

    Raises:
        ChannelNotFound: there is none of this id.
        ChannelRefused: live networks are switched off, and it leads out of this machine.
    """
    with runtime.database.reading() as db:
        url = alerts.url_of(runtime.sealer, alerts.get_channel(db, channel_id))
    alerts.check_reachable(url, may_leave=runtime.configuration.live_networks)
    message = Message(url, "Trial", "Retinue sends its alerts here.", Tone.info)
    error = messenger.send([message])[0]
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        alerts.note_trial(db, channel_id, error=error, actor=actor, now=now)
    return ChannelTested(ok=error is None, message=error or "The service has taken it.")
