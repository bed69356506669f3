from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import (
    AttemptState,
    DecisionTrace,
    EventStatus,
    InteractionEvent,
    InteractionLatest,
    Window,
)
from retinue.capabilities.ledger.schemas import (
    ByHand,
    Outcome,
    Reserved,
    Swept,
)
from retinue.capabilities.ledger.service import sweeping
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.conftest import SETTINGS, Ledger

UNKNOWN = Outcome(AttemptState.unknown, failure=FailureClass.transient, phase=CallPhase.sent)


def by_hand(book: Ledger, account: Account | None = None, **more: Any) -> None:
    written = {"username": "Otter", "action": "like", "ts": book.noon, **more}
    ledger.save(book.db, ByHand(**written), account=account, actor="a test", now=written["ts"])


class TestSave:
    def test_it_is_an_event_and_nothing_else(self, book: Ledger, ava: Engaged) -> None:
        by_hand(book, accounts.get(book.db, ava.id), details={"note": "at the fair"})
        event = book.db.execute(select(InteractionEvent)).scalar_one()
        assert (event.target_username, event.account_id, event.details) == (
            "otter",
            ava.id,
            {"note": "at the fair"},
        )
        assert isinstance(book.ask(ava, "otter"), Reserved)

    def test_without_an_account_it_belongs_to_the_installation(self, book: Ledger) -> None:
        by_hand(book, status=EventStatus.failed)
        event = book.db.execute(select(InteractionEvent)).scalar_one()
        assert (event.platform, event.account_id, event.status) == (
            "retinue",
            None,
            EventStatus.failed,
        )

    def test_any_printable_handle_fits(self, book: Ledger) -> None:
        for handle in ("🦦" * 255, "ß" * 255, "x" * 255):
            by_hand(book, username=handle)
        assert book.count(InteractionEvent) == 3


class TestFilters:
    def test_they_are_kept_once_and_in_order(self, book: Ledger) -> None:
        assert ledger.filters(book.db) == []
        ledger.save_filters(book.db, ["like", "follow", "like"], actor="a test", now=book.noon)
        assert ledger.filters(book.db) == ["like", "follow"]
        ledger.save_filters(book.db, [], actor="a test", now=book.noon)
        assert ledger.filters(book.db) == []


class TestFigures:
    def test_limits_show_what_is_used_and_left(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "p0")
        shown = ledger.limits(book.db, ava.id, settings=SETTINGS, now=book.noon)
        like = shown["like"]
        assert (like.used_hour, like.left_hour, like.used_day, like.left_day) == (1, 59, 1, 499)
        assert like.next_at == book.noon + timedelta(seconds=20)
        assert (shown["follow"].used_day, shown["follow"].next_at) == (0, None)

    def test_limits_of_all_accounts_are_sums(
        self, book: Ledger, ava: Engaged, ben: Engaged
    ) -> None:
        for account in (ava, ben):
            book.act(account, "p0")
        like = ledger.limits(book.db, None, settings=SETTINGS, now=book.noon)["like"]
        assert (like.used_hour, like.left_hour) == (2, None)

    def test_days_are_counted_by_action_and_status(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "p0")
        book.ask(ava, "p0")
        book.settle(book.reserve(ava, "p1"), UNKNOWN)
        by_hand(book, ts=book.noon - timedelta(days=1), status=EventStatus.failed)
        by_hand(book, ts=book.noon + timedelta(days=5))
        today, yesterday = ledger.daily(
            book.db, account_id=None, accounts=None, days=2, now=book.noon
        )
        like = today.actions["like"]
        assert (today.date, like.success, like.dedupe_hit, like.unknown, like.total) == (
            "2026-01-31",
            1,
            1,
            1,
            3,
        )
        assert like.success_rate == 1.0
        assert (yesterday.actions["like"].failed, yesterday.actions["like"].success_rate) == (1, 0)

    def test_the_last_24_hours_leave_skips_out(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava, "p0")
        book.ask(ava, "p0")
        book.settle(book.reserve(ava, "p1"), UNKNOWN)
        figures = ledger.last_24_hours(book.db, ava.id, now=book.noon)
        assert (figures.total, figures.successful, figures.unknown) == (2, 1, 1)
        assert (figures.success_rate, figures.average_latency_ms) == (1.0, 120.0)

    def test_no_acts_have_no_rate(self, book: Ledger, ava: Engaged) -> None:
        figures = ledger.last_24_hours(book.db, ava.id, now=book.noon)
        assert (figures.total, figures.success_rate, figures.average_latency_ms) == (0, None, None)


class TestSweep:
    def test_what_has_run_out_goes_in_chunks(self, book: Ledger, ava: Engaged) -> None:
        for number in range(3):
            book.act(ava, f"p{number}")
        late = book.noon + timedelta(days=31)
        first = ledger.sweep(book.db, settings=SETTINGS, now=late, chunk=4)
        assert (first.windows, first.latest, first.traces) == (4, 3, 3)
        second = ledger.sweep(book.db, settings=SETTINGS, now=late, chunk=4)
        assert (second.windows, second.latest, second.traces) == (2, 0, 0)
        assert [book.count(table) for table in (Window, InteractionLatest, DecisionTrace)] == [
            0
        ] * 3
        assert book.count(InteractionEvent) == 3

    def test_what_still_holds_stays(self, book: Ledger, ava: Engaged) -> None:
        book.act(ava)
        swept = ledger.sweep(book.db, settings=SETTINGS, now=book.noon + timedelta(days=29))
        assert (swept.windows, swept.latest, swept.traces, swept.orphans) == (0, 0, 0, 0)


class TestCleanUp:
    def test_it_sweeps_until_nothing_is_left_a_chunk_at_a_time(
        self, database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with database.writing() as db:
            book = Ledger(db, clock.now())
            ava = engage(db, now=clock.now())
            for number in range(7):
                book.act(ava, f"p{number}")
            book.reserve(ava, "abandoned")
        clock.advance(timedelta(days=400))
        monkeypatch.setattr(sweeping, "CHUNK", 3)
        found = ledger.clean_up(database, clock=clock)
        assert (found.windows, found.latest, found.traces, found.orphans) == (16, 8, 8, 1)
        assert ledger.clean_up(database, clock=clock) == Swept(0, 0, 0, 0)
