"""An account is found by its login or number, and all of them page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import AccountNotFound, AmbiguousLogin
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import AccountFilter, SortBy, SortOrder
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount
from tests.retinue.capabilities.accounts.service.asking import change


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
