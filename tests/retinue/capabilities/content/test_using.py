"""What was given comes back unused, or is counted once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.content import service as content
from retinue.capabilities.content.errors import NothingLeft, UseOver
from retinue.capabilities.content.models import ContentItem, ContentUse
from retinue.foundation.errors import Invalid
from tests.factories.pooling import add_picture, wanted
from tests.retinue.capabilities.content.conftest import accounts


class TestRelease:
    def test_what_was_given_back_can_be_given_again_to_anybody(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        one, other = accounts(db, 2, now)
        item = add_picture(db, ava, "a", now=now)
        use = content.assign(db, wanted(ava, one), now=now).use_id
        content.release(db, use, now=now)
        content.release(db, use, now=now)
        assert content.assign(db, wanted(ava, one), now=now).id == item
        with pytest.raises(NothingLeft):
            content.assign(db, wanted(ava, other), now=now)

    def test_what_was_used_stays_used(self, db: Session, ava: int, now: datetime) -> None:
        (one,) = accounts(db, 1, now)
        add_picture(db, ava, "a", now=now)
        use = content.assign(db, wanted(ava, one), now=now).use_id
        content.used(db, use, success=True, now=now)
        with pytest.raises(UseOver):
            content.release(db, use, now=now)


class TestUsed:
    def test_uses_and_successes_are_counted_once(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        (one,) = accounts(db, 1, now)
        item = add_picture(db, ava, "a", max_usage=2, now=now)
        use = content.assign(db, wanted(ava, one), now=now).use_id
        for _ in range(2):
            content.used(db, use, success=True, success_score=Decimal("87.5"), now=now)
        row = db.get_one(ContentItem, item)
        assert (row.held_count, row.use_count, row.success_count) == (0, 1, 1)
        assert db.get_one(ContentUse, use).success_score == Decimal("87.5")

    def test_what_was_given_back_cannot_be_counted(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        (one,) = accounts(db, 1, now)
        add_picture(db, ava, "a", now=now)
        use = content.assign(db, wanted(ava, one), now=now).use_id
        content.release(db, use, now=now)
        with pytest.raises(UseOver):
            content.used(db, use, success=True, now=now)

    def test_a_score_beyond_a_hundred_is_refused(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        with pytest.raises(Invalid):
            content.used(db, 1, success=True, success_score=Decimal(101), now=now)
