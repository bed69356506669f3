"""How an account stands, with the evidence for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.models import Health
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount


class TestSetHealth:
    def test_it_is_kept_with_its_evidence_and_told_once(
        self, runtime: Runtime, make_account: MakeAccount, noon: datetime
    ) -> None:
        made = make_account()
        for _ in range(2):
            with runtime.database.writing() as db:
                evidence = {"class": "account_suspended", "text": "gone", "source": "session"}
                service.set_health(db, made.id, Health.suspended, evidence=evidence, now=noon)
        with runtime.database.reading() as db:
            found = service.get(db, made.id)
            events = db.scalar(text("SELECT count(*) FROM events WHERE type = 'account_update'"))
        assert found.health is Health.suspended
        assert found.health_evidence == {"time": noon.isoformat(), **evidence}
        assert events == 2  # added, and the change

    def test_a_broken_line_never_means_locked(
        self, runtime: Runtime, make_account: MakeAccount, noon: datetime
    ) -> None:
        made = make_account()
        with runtime.database.writing() as db:
            found = service.set_health(
                db, made.id, Health.locked, evidence={"class": "transient"}, now=noon
            )
        assert found.health is Health.error
