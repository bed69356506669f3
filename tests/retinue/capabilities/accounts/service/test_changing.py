"""What is sent changes an account, is audited once, and is refused by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import AccountBusy, LifecycleRefused, RevisionMismatch
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount
from tests.retinue.capabilities.accounts.service.asking import audited, change


class TestChange:
    def test_what_is_sent_changes_and_is_audited_once(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        changed = change(
            runtime, made.id, lifecycle="active", reason="ran for years", labels=["a", " b", "a"],
            timezone="Europe/Berlin", persona="Luna", kind="worker",
        )  # fmt: skip
        assert (changed.lifecycle, changed.labels, changed.revision) == ("active", ["a", "b"], 2)
        assert audited(runtime) == ["accounts.added", "personas.added", "accounts.activated"]

    def test_the_same_again_changes_nothing(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        for _ in range(2):
            found = change(runtime, made.id, labels=["a"])
        assert (found.revision, audited(runtime)) == (2, ["accounts.added", "accounts.changed"])

    def test_an_old_revision_is_refused(self, runtime: Runtime, make_account: MakeAccount) -> None:
        made = make_account()
        change(runtime, made.id, labels=["a"], if_revision=1)
        with pytest.raises(RevisionMismatch, match="revision 2"):
            change(runtime, made.id, labels=["b"], if_revision=1)

    def test_a_move_that_is_not_foreseen_says_where_it_may_go(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        with pytest.raises(LifecycleRefused, match="can become active, ready, retired"):
            change(runtime, made.id, lifecycle="warming_up", reason="no")

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"lifecycle": "active"}, "reason"),
            ({"paused": True}, "reason"),
            ({"paused": True, "reason": "  "}, "reason"),
            ({"timezone": "Mars/Olympus"}, "timezone"),
            ({"labels": ["x" * 51]}, "labels"),
            ({"labels": ["a\x00"]}, "labels"),
            ({"email": "nobody"}, "email"),
            ({"user_agent": "a\r\nX: 1"}, "user_agent"),
            ({"persona": "a\u202eb"}, "persona"),
        ],
    )
    def test_a_bad_value_is_named_and_nothing_changes(
        self, runtime: Runtime, make_account: MakeAccount, sent: dict[str, Any], field: str
    ) -> None:
        made = make_account()
        with pytest.raises(Invalid, match=f"^{field}: "):
            change(runtime, made.id, **{"kind": "worker", **sent})
        with runtime.database.reading() as db:
            found = service.get(db, made.id)
            assert (found.revision, found.kind) == (1, "normal")

    def test_an_account_at_work_is_not_retired(
        self, runtime: Runtime, make_account: MakeAccount, noon: datetime
    ) -> None:
        made = make_account()
        with runtime.database.writing() as db:
            leases.acquire(
                db, service.lease_key(made.id), holder="s1", ttl=timedelta(seconds=30), now=noon
            )
        with pytest.raises(AccountBusy, match="stop its session first"):
            change(runtime, made.id, lifecycle="retired", reason="over")

    def test_a_pause_keeps_its_first_moment_and_ends(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        paused = change(runtime, made.id, paused=True, reason="photos")
        assert (paused.paused_at, paused.pause_reason) == (runtime.clock.now(), "photos")
        assert change(runtime, made.id, paused=False).paused_at is None
        assert audited(runtime)[1:] == ["accounts.paused", "accounts.resumed"]
