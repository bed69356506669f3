"""The list of items, and who sees which of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.errors import ItemNotFound
from retinue.capabilities.inbox.models import ItemState
from retinue.capabilities.inbox.schemas import ItemFilter
from tests.retinue.capabilities.inbox.conftest import ANNA, BLOCKED


class TestPage:
    def test_the_newest_first_with_filters(self, db: Session, noon: datetime) -> None:
        ids = [
            inbox.ask(db, replace(BLOCKED, key=f"k{number}", account_id=number), now=noon).id
            for number in range(4)
        ]
        inbox.claim(db, inbox.get(db, ids[1]), by=ANNA, now=noon)

        first = inbox.page(db, ItemFilter(), limit=2)
        then = inbox.page(db, ItemFilter(), before_id=first[-1].id, limit=2)

        assert [item.id for item in (*first, *then)] == ids[::-1]
        claimed = inbox.page(db, ItemFilter(states=(ItemState.claimed,)))
        assert [item.id for item in claimed] == [ids[1]]
        assert inbox.count(db, ItemFilter(account_id=3)) == 1

    def test_a_restricted_caller_sees_the_items_of_its_accounts_only(
        self, db: Session, noon: datetime
    ) -> None:
        own = inbox.ask(db, BLOCKED, now=noon)
        nobodys = inbox.ask(db, replace(BLOCKED, key="all", account_id=None), now=noon)
        mine = frozenset({7})

        assert [item.id for item in inbox.page(db, ItemFilter(account_ids=mine))] == [own.id]
        assert inbox.get(db, own.id, account_ids=mine).id == own.id
        for hidden, allowed in ((nobodys.id, mine), (own.id, frozenset({8}))):
            with pytest.raises(ItemNotFound):
                inbox.get(db, hidden, account_ids=allowed)
