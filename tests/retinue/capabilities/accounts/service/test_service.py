from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import (
    AccountBusy,
    AccountExists,
    AccountNotFound,
    AmbiguousLogin,
    LifecycleRefused,
    RevisionMismatch,
)
from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.accounts.schemas import (
    AccountChange,
    AccountFilter,
    SortBy,
    SortOrder,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from tests.retinue.capabilities.accounts.conftest import MakeAccount


def change(
    runtime: Runtime, account_id: int, *, if_revision: int | None = None, **sent: Any
) -> Any:
    with runtime.database.writing() as db:
        return service.change(
            db,
            account_id,
            AccountChange(**sent),
            actor="operator:anna",
            now=runtime.clock.now(),
            if_revision=if_revision,
        )


def audited(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as db:
        return list(db.scalars(text("SELECT action FROM audit_entries ORDER BY id")))


class TestFind:
    def test_login_in_any_case_with_or_without_at_and_number_all_lead_to_it(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account("Luna.Sol", account_no="W1")
        with runtime.database.reading() as db:
            found = [service.find(db, name).id for name in ("luna.sol", "@LUNA.SOL", "W1", " W1 ")]
        assert found == [made.id] * 4

    def test_a_login_of_two_networks_asks_for_the_number(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        make_account("luna", account_no="W1")
        other = make_account("luna", account_no="W2", network="x")
        with runtime.database.reading() as db:
            with pytest.raises(AmbiguousLogin, match=r"W1 \(sandgram\), W2 \(x\)"):
                service.find(db, "luna")
            assert service.find(db, "W2").id == other.id

    def test_a_retired_account_is_not_found_unless_asked_for(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        change(runtime, made.id, lifecycle="retired", reason="over")
        with runtime.database.reading() as db:
            with pytest.raises(AccountNotFound):
                service.find(db, "luna")
            assert service.find(db, "luna", include_retired=True).id == made.id

    @pytest.mark.parametrize("name", ["", "@", "..", "a\x00b", "x" * 10_000, "nobody"])
    def test_a_name_that_nobody_has_is_not_found(self, runtime: Runtime, name: str) -> None:
        with runtime.database.reading() as db, pytest.raises(AccountNotFound, match=r"^account:"):
            service.find(db, name)


class TestAdd:
    @pytest.mark.parametrize(
        "name", ["..", "a..b", "a/b", "a\x00b", "x" * 10_000, "", "-a", "é", ".a"]
    )
    def test_a_name_that_cannot_be_used_is_named_and_nothing_stays(
        self, runtime: Runtime, make_account: MakeAccount, name: str
    ) -> None:
        for field in ("login", "account_no"):
            with pytest.raises(Invalid, match=f"^{field}: "):
                make_account(**{"login": "luna", "account_no": "W1", field: name})
        with runtime.database.reading() as db:
            assert service.list_all(db) == []

    def test_a_login_is_taken_once_whatever_its_case(self, make_account: MakeAccount) -> None:
        make_account("luna", account_no="W1")
        with pytest.raises(AccountExists, match=r"^login: .* W1"):
            make_account("@LUNA", account_no="W2")
        with pytest.raises(AccountExists, match=r"^account_no: "):
            make_account("sol", account_no="W1")

    def test_a_retired_account_comes_back_with_its_history(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account()
        change(runtime, made.id, lifecycle="retired", reason="over")
        again = make_account("LUNA")
        assert (again.id, again.lifecycle, again.authorised_by) == (
            made.id,
            Lifecycle.imported,
            "operator:anna",
        )
        assert audited(runtime) == ["accounts.added", "accounts.retired", "accounts.moved"]


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


class TestCredentials:
    def test_they_open_as_they_were_and_show_nothing(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account(credentials={"password": "hush-hush", "backup_codes": ("1", "2")})
        with runtime.database.reading() as db:
            found = service.open_credentials(db, runtime.sealer, made)
        assert (found.password, found.backup_codes, found.cookies) == (
            "hush-hush",
            ("1", "2"),
            None,
        )
        assert "hush" not in repr(found)

    def test_a_new_value_keeps_the_one_before(
        self, runtime: Runtime, make_account: MakeAccount, noon: datetime
    ) -> None:
        made = make_account(credentials={"password": "old", "ct0": "same"})
        with runtime.database.writing() as db:
            changed = service.store_credentials(
                db, runtime.sealer, made, {"password": "new", "ct0": "same"}, now=noon
            )
        with runtime.database.reading() as db:
            blob = db.scalar(text("SELECT password_previous FROM account_credentials"))
            untouched = db.scalar(text("SELECT ct0_previous FROM account_credentials"))
        assert (changed, untouched) == (["password"], None)
        opened = runtime.sealer.open(
            bytes(blob), table="account_credentials", row=made.uid, column="password"
        )
        assert opened == "old"

    def test_a_value_in_another_accounts_row_does_not_open(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        one = make_account("one", credentials={"password": "secret-1"})
        two = make_account("two", credentials={"password": "secret-2"})
        with runtime.database.writing() as db:
            blob = db.scalar(
                text("SELECT password FROM account_credentials WHERE account_id = :id"),
                {"id": one.id},
            )
            db.execute(
                text("UPDATE account_credentials SET password = :blob WHERE account_id = :id"),
                {"blob": blob, "id": two.id},
            )
        with runtime.database.reading() as db, pytest.raises(SealBroken):
            service.open_credentials(db, runtime.sealer, two)


class TestPage:
    @pytest.mark.parametrize("sort_by", list(SortBy))
    @pytest.mark.parametrize("order", list(SortOrder))
    def test_pages_add_up_to_the_list_in_every_order(
        self, runtime: Runtime, make_account: MakeAccount, sort_by: SortBy, order: SortOrder
    ) -> None:
        for number in (3, 1, 4, 2, 5):
            made = make_account(f"Luna{number}", account_no=f"W{6 - number}")
            with runtime.database.writing() as db:
                if number % 2:
                    when = runtime.clock.now() - timedelta(hours=number // 2)
                    service.get(db, made.id).last_validated_at = when
        seen, after = [], None
        with runtime.database.reading() as db:
            while True:
                page = service.page(
                    db, AccountFilter(), sort_by=sort_by, order=order, after=after, limit=2
                )
                seen += [account.login for account in page.accounts]
                after = page.next
                if after is None:
                    break
        assert (len(seen), len(set(seen)), page.total) == (5, 5, 5)
        if sort_by is SortBy.login:
            assert seen == sorted(seen, reverse=order is SortOrder.desc)

    def test_filters_narrow_and_wildcards_are_only_characters(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        make_account("luna_1", email="Sea@Example.com", persona="Luna")
        make_account("sol", kind="worker")
        with runtime.database.reading() as db:

            def found(**asked: Any) -> list[str]:
                return [a.login for a in service.page(db, AccountFilter(**asked)).accounts]

            assert (
                found(search="A_1") == found(search="sea@EX") == found(persona="LUNA") == ["luna_1"]
            )
            assert found(search="%") == found(search="s_l") == []
            assert found(kind="worker") == found(search="@sol") == ["sol"]
            assert found(only_ids=frozenset()) == []
            assert found(healths=(Health.ok,)) == []
