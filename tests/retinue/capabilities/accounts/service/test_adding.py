"""A login is taken once, and a retired account comes back with its history."""

from __future__ import annotations

import pytest

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import AccountExists
from retinue.capabilities.accounts.models import Lifecycle
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount
from tests.retinue.capabilities.accounts.service.asking import audited, change


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
