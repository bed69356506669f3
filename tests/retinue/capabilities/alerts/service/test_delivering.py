"""A delivery is taken by one, tried again, and given up in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import DeliveryState
from retinue.capabilities.alerts.schemas import ChannelChange
from tests.factories.alarming import DOWN, HERE, SECRET, channel
from tests.factories.serving import SEALER


class TestDeliveries:
    def test_a_parcel_is_taken_by_one_until_its_lease_ends(
        self, db: Session, noon: datetime
    ) -> None:
        channel(db, "one", noon)
        alerts.raise_alert(db, DOWN, now=noon)
        (parcel,) = alerts.claim_deliveries(db, SEALER, now=noon)
        assert (parcel.url, parcel.title) == (SECRET, "Warning: source down")
        assert SECRET not in repr(parcel)
        assert alerts.claim_deliveries(db, SEALER, now=noon + timedelta(seconds=89)) == []

        (taken_over,) = alerts.claim_deliveries(db, SEALER, now=noon + timedelta(seconds=90))
        assert not alerts.settle_delivery(db, parcel, error=None, now=noon)
        assert alerts.settle_delivery(db, taken_over, error=None, now=noon)

    def test_a_failed_one_is_tried_again_and_given_up_in_the_end(
        self, db: Session, noon: datetime
    ) -> None:
        one = channel(db, "one", noon)
        alert = alerts.raise_alert(db, DOWN, now=noon)
        now, waits = noon, []
        while parcels := alerts.claim_deliveries(db, SEALER, now=now):
            alerts.settle_delivery(db, parcels[0], error="It is away.", now=now)
            (row,) = alerts.deliveries_of(db, alert.id)
            db.refresh(row)
            waits.append((row.due_at - now).total_seconds())
            now = max(row.due_at, now)
            if row.state is DeliveryState.failed:
                break
        assert waits[:5] == [10, 60, 300, 1800, 7200]
        db.refresh(one)
        assert (row.state, row.attempts, one.last_error) == (
            DeliveryState.failed,
            6,
            "It is away.",
        )

    def test_a_channel_that_is_switched_off_gets_nothing(self, db: Session, noon: datetime) -> None:
        one = channel(db, "one", noon)
        alerts.raise_alert(db, DOWN, now=noon)
        off = ChannelChange(enabled=False)
        alerts.change_channel(db, SEALER, one.id, off, by=HERE, now=noon)
        assert alerts.claim_deliveries(db, SEALER, now=noon) == []
        assert not alerts.has_due(db, now=noon)
