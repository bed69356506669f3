from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.rules import forecasting
from retinue.capabilities.content.schemas import ContentFilter, ReportBy, ReportFilter
from tests.factories.engaging import make_account
from tests.factories.pooling import add_picture, add_text, make_persona, wanted

# A Wednesday.
NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


@pytest.fixture
def ava(db: Session) -> int:
    return make_persona(db, now=NOW)


def accounts(db: Session, persona: int, number: int, lifecycle: Lifecycle) -> list[Account]:
    made = []
    for n in range(number):
        account = make_account(db, f"{lifecycle}{n}", now=NOW, persona_id=persona)
        account.lifecycle = lifecycle
        made.append(account)
    db.flush()
    return made


class TestAvailability:
    def test_it_says_what_is_left_who_waits_and_when_it_is_empty(
        self, db: Session, ava: int
    ) -> None:
        waiting = accounts(db, ava, 3, Lifecycle.ready)
        served = accounts(db, ava, 2, Lifecycle.warming_up)
        accounts(db, ava, 2, Lifecycle.active)
        for n in range(5):
            add_picture(db, ava, f"{n}", category="story", now=NOW)
        for days, account in ((2, served[0]), (1, served[1])):
            asked = wanted(ava, account.id, category="story")
            use = content.assign(db, asked, now=NOW - timedelta(days=days)).use_id
            content.used(db, use, success=True, now=NOW)
        add_text(db, ava, "Hi", max_usage=None, now=NOW)

        caption, story = content.availability(db, now=NOW)
        assert (story.total, story.left, story.uses_left, story.resting) == (5, 3, 3, 0)
        assert (story.accounts_waiting, story.is_enough) == (len(waiting), True)
        assert (story.uses_per_day, story.runs_out_at) == (1.0, NOW + timedelta(days=3))
        assert story.summary == "3 story pictures left for Ava, runs out on Saturday"
        assert (caption.uses_left, caption.runs_out_at, caption.accounts_waiting) == (None, None, 5)
        assert caption.summary == "post captions for Ava without end"

    def test_what_is_archived_or_rests_is_told_apart(self, db: Session, ava: int) -> None:
        (account,) = accounts(db, ava, 1, Lifecycle.ready)
        for n in range(3):
            add_picture(db, ava, f"{n}", max_usage=5, now=NOW)
        content.assign(db, wanted(ava, account.id), now=NOW)
        item = content.items_page(db, ContentFilter(), limit=1)[0]
        content.archive(db, item, actor="a test", now=NOW)
        (pool,) = content.availability(db, now=NOW, persona_id=ava)
        assert (pool.total, pool.left, pool.resting, pool.uses_left) == (2, 2, 1, 9)
        assert content.availability(db, now=NOW, persona_id=ava + 1) == []

    @pytest.mark.parametrize(
        ("left", "ends", "told"),
        [
            (0, NOW, "no story pictures left for Ava"),
            (1, NOW, "1 story picture left for Ava, runs out today"),
            (9, NOW + timedelta(days=2), "9 story pictures left for Ava, runs out on Friday"),
            (9, NOW + timedelta(days=20), "9 story pictures left for Ava, runs out on 2026-01-27"),
            (9, None, "9 story pictures left for Ava"),
        ],
    )
    def test_in_a_sentence(self, left: int, ends: datetime | None, told: str) -> None:
        said = forecasting.summary("story picture", left, persona="Ava", ends=ends, now=NOW)
        assert said == told


class TestReport:
    def test_uses_and_successes_by_persona_category_and_item(self, db: Session, ava: int) -> None:
        for n in range(4):
            add_picture(db, ava, f"{n}", quality=90 - n, now=NOW)
        text = add_text(db, ava, "Hi", now=NOW)
        ids = [account.id for account in accounts(db, ava, 4, Lifecycle.ready)]
        uses = [content.assign(db, wanted(ava, one), now=NOW).use_id for one in ids]
        content.used(db, uses[0], success=True, success_score=Decimal(80), now=NOW)
        content.used(db, uses[1], success=False, success_score=Decimal(20), now=NOW)
        content.release(db, uses[2], now=NOW)
        content.assign(db, wanted(ava, ids[0], kind=ContentKind.caption), now=NOW)

        (whole,) = content.report(db, ReportFilter(ReportBy.persona))
        assert (whole.given, whole.used, whole.given_back, whole.promised) == (5, 2, 1, 2)
        assert (whole.success_rate, whole.success_score, whole.accounts) == (0.5, 50.0, 4)

        by_category = content.report(db, ReportFilter(ReportBy.category))
        assert sorted((row.kind, row.given) for row in by_category) == [
            ("caption", 1),
            ("image", 4),
        ]

        by_item = ReportFilter(ReportBy.item)
        seen, after = [], None
        while rows := content.report(db, by_item, after=after, limit=2):
            seen += rows
            after = content.report_key(rows[-1])
        assert len(seen) == 5
        assert (seen[-1].kind, seen[-1].content_id) == (ContentKind.caption, text)

        assert not content.report(db, ReportFilter(ReportBy.persona, until=NOW))
        assert not content.report(db, ReportFilter(ReportBy.persona, persona_id=ava + 1))
        assert content.report(db, ReportFilter(ReportBy.persona, since=NOW, kind=ContentKind.image))
