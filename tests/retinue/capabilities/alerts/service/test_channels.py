"""Where alerts are sent: sealed, named once, and on this machine unless networks are live."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.errors import ChannelExists, ChannelRefused
from retinue.capabilities.alerts.schemas import ChannelChange, ChannelCreate
from retinue.capabilities.audit.models import AuditEntry
from retinue.foundation.sealing import SealBroken
from tests.factories.alarming import DOWN, HERE, SECRET, channel
from tests.factories.serving import SEALER


class TestChannels:
    def test_the_url_is_sealed_in_its_place_and_in_no_entry(
        self, db: Session, noon: datetime
    ) -> None:
        one, other = channel(db, "one", noon), channel(db, "other", noon)
        assert b"key-of-the-service" not in one.url_sealed
        assert alerts.url_of(SEALER, one) == SECRET
        one.url_sealed = other.url_sealed
        with pytest.raises(SealBroken):
            alerts.url_of(SEALER, one)
        entries = db.scalars(select(AuditEntry)).all()
        assert "key-of-the-service" not in str([(e.before, e.after) for e in entries])

    @pytest.mark.parametrize(
        "url",
        [
            "slack://TokenA/TokenB/TokenC",
            "slack://127.0.0.1/TokenB/TokenC",
            "json://example.com/x",
            "json://127.0.0.1.example.com/x",
            "json://me@127.0.0.1@example.com/x",
            "json://127.0.0.1/x?redirect=yes",
            "form://127.0.0.1/x?attach=http://example.com/a",
            "file:///etc/passwd",
            "not a url",
            "//nowhere",
        ],
    )
    def test_what_leads_out_is_refused_and_not_repeated(
        self, db: Session, noon: datetime, url: str
    ) -> None:
        wanted = ChannelCreate(name="out", url=SecretStr(url))
        with pytest.raises(ChannelRefused) as refused:
            alerts.add_channel(db, SEALER, wanted, by=HERE, now=noon)
        assert url not in refused.value.message
        assert refused.value.problems[0].loc == ("url",)

    @pytest.mark.parametrize(
        "url", ["json://127.0.0.1:8080/x", "jsons://localhost/", "form://k:p@[::1]:9/x?method=PUT"]
    )
    def test_this_machine_is_taken(self, url: str) -> None:
        assert alerts.check_reachable(url, may_leave=False) == url.partition(":")[0]

    def test_with_live_networks_every_service_is(self) -> None:
        assert alerts.check_reachable("slack://a/b/c", may_leave=True) == "slack"

    def test_a_name_is_there_once(self, db: Session, noon: datetime) -> None:
        channel(db, "one", noon)
        other = channel(db, "other", noon)
        with pytest.raises(ChannelExists):
            channel(db, "one", noon)
        with pytest.raises(ChannelExists), db.begin_nested():
            wanted = ChannelChange(name="one")
            alerts.change_channel(db, SEALER, other.id, wanted, by=HERE, now=noon)

    def test_what_waits_for_a_removed_one_is_not_sent(self, db: Session, noon: datetime) -> None:
        gone = channel(db, "one", noon)
        alerts.raise_alert(db, DOWN, now=noon)
        alerts.remove_channel(db, gone.id, actor="x", now=noon)
        assert alerts.claim_deliveries(db, SEALER, now=noon) == []
        assert alerts.all_channels(db) == []
