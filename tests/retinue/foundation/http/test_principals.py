from __future__ import annotations

import pytest

from retinue.foundation.errors import Forbidden
from retinue.foundation.http import Principal


def caller(account_ids: frozenset[int] | None) -> Principal:
    return Principal("token", "ci", "operator", frozenset(), account_ids)


class TestCheckIsForAllAccounts:
    def test_whoever_is_restricted_to_some_accounts_is_turned_away(self) -> None:
        with pytest.raises(Forbidden, match="token:ci is restricted"):
            caller(frozenset({1})).check_is_for_all_accounts()

    def test_whoever_is_not_passes(self) -> None:
        caller(None).check_is_for_all_accounts()
