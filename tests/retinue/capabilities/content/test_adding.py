"""What is added to a pool: the same once, a likeness told, tags without case."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentItem
from retinue.capabilities.content.schemas import Details
from retinue.foundation.errors import Invalid
from tests.factories.pooling import add_picture, add_text, drawn


class TestAdd:
    def test_the_same_twice_is_one(self, db: Session, ava: int, now: datetime) -> None:
        assert add_picture(db, ava, "a", now=now) == add_picture(db, ava, "a", now=now)
        assert add_text(db, ava, "Hi\r\nyou ", now=now) == add_text(db, ava, "Hi\nyou", now=now)

    def test_what_looks_nearly_the_same_is_told(self, db: Session, ava: int, now: datetime) -> None:
        first = add_picture(db, ava, "a", phash=0x1234_5678_9ABC_DEF0, now=now)
        add_picture(db, ava, "b", phash=0x0F0F_0F0F_0F0F_0F0F, now=now)
        added = content.add_picture(
            db,
            ava,
            drawn("c", phash=0x1234_5678_9ABC_DEF3),
            Details(category="post"),
            actor="a test",
            now=now,
        )
        assert added.near_duplicates == (first,)

    def test_tags_are_compared_without_case(self, db: Session, ava: int, now: datetime) -> None:
        item = add_picture(db, ava, "a", tags=["Dog", "dog", " Big  Dog "], now=now)
        assert db.get_one(ContentItem, item).tags == ["dog", "big dog"]
        with pytest.raises(Invalid):
            add_picture(db, ava, "b", tags=["a\x07"], now=now)
