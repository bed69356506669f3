from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from retinue.capabilities.content import service as content
from retinue.capabilities.content.errors import AllBeingAssigned, NothingLeft
from retinue.capabilities.content.models import ContentItem, ContentKind, ContentText, ContentUse
from retinue.capabilities.content.schemas import Wanted
from retinue.foundation.database import Database
from tests.factories.pooling import add_picture, add_text, make_persona, wanted
from tests.retinue.capabilities.content.conftest import accounts


class TestAssign:
    def test_the_best_quality_goes_first(self, db: Session, ava: int, now: datetime) -> None:
        (one,) = accounts(db, 1, now)
        for quality in (10, 90, 50):
            add_picture(db, ava, f"picture {quality}", quality=quality, now=now)
        given = content.assign(db, wanted(ava, one), now=now)
        item = db.get_one(ContentItem, given.id)
        assert item.quality == 90
        assert given.score == Decimal("84.50")
        assert given.parts == {
            "quality": 0.9,
            "freshness": 1.0,
            "success_rate": 0.5,
            "relevance": 1.0,
        }
        assert given.reason == "best of post: quality 90, never used"
        assert (item.held_count, item.use_count, item.shortfall) == (1, 0, None)

    def test_an_account_is_never_given_the_same_twice(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        (one,) = accounts(db, 1, now)
        for n in range(3):
            add_picture(db, ava, f"{n}", max_usage=None, now=now)
        given = [content.assign(db, wanted(ava, one, reuse_days=0), now=now) for _ in range(3)]
        assert len({each.id for each in given}) == 3
        with pytest.raises(NothingLeft) as refused:
            content.assign(db, wanted(ava, one, reuse_days=0), now=now)
        assert refused.value.facts["cut"]["post"]["used_by_this_account"] == 3

    def test_another_account_waits_for_as_long_as_the_reuse_guard_says(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        one, other = accounts(db, 2, now)
        item = add_picture(db, ava, "a", max_usage=None, now=now)
        content.used(
            db, content.assign(db, wanted(ava, one), now=now).use_id, success=True, now=now
        )
        with pytest.raises(NothingLeft, match="1 used by the fleet"):
            content.assign(db, wanted(ava, other), now=now + timedelta(days=29))
        given = content.assign(db, wanted(ava, other), now=now + timedelta(days=30))
        assert given.id == item
        assert given.parts["success_rate"] == round(2 / 3, 4)
        assert given.parts["freshness"] == round(1 - 0.5 ** (30 / 14), 4)

    def test_the_guard_holds_for_the_same_picture_of_another_persona(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        one, other = accounts(db, 2, now)
        mia = make_persona(db, "Mia", now=now)
        add_picture(db, ava, "shared", max_usage=None, now=now)
        add_picture(db, mia, "shared", max_usage=None, now=now)
        use = content.assign(db, wanted(ava, one), now=now).use_id
        with pytest.raises(NothingLeft, match="used by the fleet"):
            content.assign(db, wanted(mia, other), now=now)
        lea = make_persona(db, "Lea", now=now)
        add_picture(db, lea, "shared", now=now)
        with pytest.raises(NothingLeft, match="used by the fleet"):
            content.assign(db, wanted(lea, other), now=now)
        content.release(db, use, now=now)
        content.assign(db, wanted(mia, other), now=now)

    def test_what_is_left_out_is_told_by_filter(self, db: Session, ava: int, now: datetime) -> None:
        one, other = accounts(db, 2, now)
        add_picture(db, ava, "single", quality=90, now=now)
        content.assign(db, wanted(ava, other), now=now)
        add_picture(db, ava, "poor", quality=10, now=now)
        with pytest.raises(NothingLeft) as refused:
            content.assign(db, wanted(ava, one, min_quality=40), now=now)
        cut = refused.value.facts["cut"]
        assert (cut["post"]["used_up"], cut["post"]["low_quality"]) == (1, 1)
        assert cut["any"]["looked_at"] == 0
        assert "post: 1 used up, 1 below the quality; any: empty" in refused.value.message

    def test_any_serves_where_the_category_has_nothing(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        one, other = accounts(db, 2, now)
        add_picture(db, ava, "exact", quality=1, now=now)
        add_picture(db, ava, "general", quality=99, category="any", now=now)
        first = content.assign(db, wanted(ava, one), now=now)
        second = content.assign(db, wanted(ava, other), now=now)
        assert (first.category_used, first.parts["relevance"]) == ("post", 1.0)
        assert (second.category_used, second.parts["relevance"]) == ("any", 0.5)

    def test_shared_tags_make_it_relevant(self, db: Session, ava: int, now: datetime) -> None:
        (one,) = accounts(db, 1, now)
        for n in range(80):
            add_picture(db, ava, f"{n}", quality=60, tags=["city"], now=now)
        right = add_picture(db, ava, "x", quality=40, tags=["Beach", "dog", "sun"], now=now)
        given = content.assign(db, wanted(ava, one, tags=("beach", "dog")), now=now)
        assert given.id == right
        assert given.reason.endswith("2 of 2 tags")

    def test_texts_have_pools_of_their_own(self, db: Session, ava: int, now: datetime) -> None:
        (one,) = accounts(db, 1, now)
        add_text(db, ava, "Hello!", now=now)
        bio = add_text(db, ava, "Hello!", kind=ContentKind.bio, category="bio", now=now)
        given = content.assign(db, wanted(ava, one, kind=ContentKind.bio, category="bio"), now=now)
        assert given.id == bio
        assert db.get_one(ContentText, bio).shortfall is None

    def test_it_chooses_as_somebody_would_who_looks_at_every_item(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        rng = random.Random(3)
        ids = accounts(db, 40, now)
        themes = ["beach", "dog", "city", "sun", "food"]
        for n in range(150):
            add_picture(
                db,
                ava,
                f"{n}",
                quality=rng.randrange(101),
                tags=rng.sample(themes, rng.randrange(4)),
                max_usage=rng.choice([1, 3, None]),
                now=now,
            )
        for turn, account in enumerate(ids):
            moment = now + timedelta(days=2 * turn, seconds=rng.randrange(1000))
            asked = wanted(
                ava,
                account,
                tags=tuple(rng.sample(themes, rng.randrange(4))),
                min_quality=rng.choice([0, 30]),
                reuse_days=10,
            )
            best = best_of_all(db, asked, moment)
            given = content.assign(db, asked, now=moment)
            assert float(given.score) == pytest.approx(best * 100, abs=0.006)
            if rng.random() < 0.2:
                content.release(db, given.use_id, now=moment)
            else:
                content.used(db, given.use_id, success=rng.random() < 0.7, now=moment)

    def test_a_pool_in_which_all_are_asleep_is_woken(
        self, db: Session, ava: int, now: datetime
    ) -> None:
        (one,) = accounts(db, 1, now)
        for n in range(100):
            add_picture(db, ava, f"{n}", max_usage=None, quality=n, now=now)
        long_ago = now - timedelta(days=60)
        db.execute(update(ContentItem).values(resting_since=long_ago, guarded_since=long_ago))
        content.assign(db, wanted(ava, one), now=now)

    def test_of_many_who_ask_at_once_none_gets_what_another_has(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as db:
            ava = make_persona(db, now=now)
            ids = accounts(db, 24, now)
            for n in range(20):
                add_picture(db, ava, f"{n}", quality=n, now=now)

        def ask(account: int) -> int | None:
            while True:
                try:
                    with database.writing() as db:
                        return content.assign(db, wanted(ava, account), now=now).id
                except AllBeingAssigned:
                    continue
                except NothingLeft:
                    return None

        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(ask, ids))
        assert given.count(None) == 4
        assert len(set(given)) == 21
        with database.reading() as db:
            assert {row.held_count for row in db.scalars(select(ContentItem))} == {1}

    def test_personas_that_share_pictures_never_give_one_twice_at_once(
        self, database: Database, now: datetime
    ) -> None:
        with database.writing() as db:
            shared = [make_persona(db, name, now=now) for name in ("Ava", "Mia")]
            ids = accounts(db, 16, now)
            for persona in shared:
                for n in range(8):
                    add_picture(db, persona, f"{n}", quality=n, max_usage=None, now=now)

        def ask(place: int) -> str | None:
            while True:
                try:
                    with database.writing() as db:
                        asked = wanted(shared[place % 2], ids[place])
                        use = content.assign(db, asked, now=now).use_id
                        return db.get_one(ContentUse, use).content_hash
                except AllBeingAssigned:
                    continue
                except NothingLeft:
                    return None

        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(ask, range(16)))
        assert given.count(None) == 8
        assert len(set(given)) == 9


def best_of_all(db: Session, asked: object, now: datetime) -> float:
    """As domain.md has it, over every row."""
    assert isinstance(asked, Wanted)
    rested = now - timedelta(days=asked.reuse_days)
    uses = list(db.scalars(select(ContentUse).where(ContentUse.released_at.is_(None))))
    blocked = {
        use.content_hash
        for use in uses
        if use.account_id == asked.account_id or use.reserved_at > rested
    }
    scores = []
    for item in db.scalars(select(ContentItem)):
        promised = sum(use.item_id == item.id for use in uses)
        if item.sha256 in blocked or item.quality < asked.min_quality:
            continue
        if item.max_usage is not None and promised >= item.max_usage:
            continue
        rate = (item.success_count + 1) / (item.use_count + 2)
        fresh, near = 1.0, 1.0
        if item.last_used_at is not None:
            fresh = 1 - 0.5 ** ((now - item.last_used_at) / timedelta(days=14))
        if asked.tags:
            near = len(set(asked.tags).intersection(item.tags)) / len(asked.tags)
        scores.append(0.3 * item.quality / 100 + 0.25 * fresh + 0.25 * rate + 0.2 * near)
    return max(scores)
