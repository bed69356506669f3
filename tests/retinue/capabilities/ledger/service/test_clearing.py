from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt, AttemptState, HistoryStart, Window
from retinue.capabilities.ledger.schemas import (
    DeclineKind,
    EventFilter,
    Outcome,
    PlanLimits,
    Reserved,
)
from retinue.capabilities.ledger.service import clearing
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.database import Database, DatabaseBusy
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.conftest import FLEET, Ledger
from tests.retinue.capabilities.ledger.test_at_once import (
    all_at_once,
    windows_due,
    windows_kept,
)

UNKNOWN = Outcome(AttemptState.unknown, failure=FailureClass.transient, phase=CallPhase.sent)
LATER = timedelta(minutes=1)


@contextmanager
def writing(database: Database, noon: datetime) -> Iterator[Ledger]:
    with database.writing() as db:
        yield Ledger(db, noon)


@pytest.fixture
def crew(database: Database, noon: datetime) -> list[Engaged]:
    with database.writing() as db:
        return [engage(db, name, now=noon) for name in ("ava", "ben")]


def account_of(database: Database, engaged: Engaged) -> Account:
    with database.reading() as db:
        return accounts.get(db, engaged.id)


def count(db: Session, record: type) -> int:
    return db.execute(select(func.count()).select_from(record)).scalar_one()


class TestClear:
    def test_the_people_are_free_and_the_events_stay(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        with writing(database, noon) as book:
            book.act(crew[0])
        assert ledger.clear(database, None, actor="operator:anna", now=noon + LATER) == 1
        with writing(database, noon) as book:
            assert count(book.db, Window) == 0
            assert ledger.events(book.db, EventFilter(visible_only=True)) == []
            assert len(ledger.events(book.db, EventFilter())) == 1
            assert isinstance(book.ask(crew[0], now=noon + LATER), Reserved)
            entry = book.db.execute(select(AuditEntry)).scalar_one()
            assert (entry.action, entry.actor) == ("ledger.history_cleared", "operator:anna")

    def test_open_and_unknown_acts_keep_their_people(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        with writing(database, noon) as book:
            book.reserve(crew[0], "open")
            book.settle(book.reserve(crew[0], "unknown"), UNKNOWN)
        assert ledger.clear(database, None, actor="a test", now=noon) == 0
        with writing(database, noon) as book:
            for handle in ("open", "unknown"):
                assert book.ask(crew[0], handle).kind is DeclineKind.dedupe_hit

    def test_a_success_beside_an_open_act_leaves_the_person_taken(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        ava, ben = crew
        with writing(database, noon) as book:
            book.act(ava)
            book.reserve(ben)
        assert ledger.clear(database, None, actor="a test", now=noon) == 1
        with writing(database, noon) as book:
            assert windows_kept(book.db) == windows_due(book.db)
            assert book.ask(ava, settings=FLEET).kind is DeclineKind.dedupe_hit
            assert isinstance(book.ask(ava), Reserved)

    def test_one_account_is_cleared_without_the_others(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        ava, ben = crew
        with writing(database, noon) as book:
            for account in crew:
                book.act(account, "both")
            book.act(ava, "only_ava")
        later = noon + LATER
        ledger.clear(database, account_of(database, ava), actor="a test", now=later)
        with writing(database, noon) as book:
            shown = ledger.events(book.db, EventFilter(visible_only=True))
            assert [row.account_id for row in shown] == [ben.id]
            assert isinstance(book.ask(ava, "both", now=later), Reserved)
            assert book.ask(ben, "both", now=later).kind is DeclineKind.dedupe_hit
            hit = book.ask(ben, "both", now=later, settings=FLEET)
            assert hit.kind is DeclineKind.dedupe_hit
            assert isinstance(book.ask(ben, "only_ava", now=later, settings=FLEET), Reserved)

    def test_limits_count_on(self, database: Database, crew: list[Engaged], noon: datetime) -> None:
        plan = PlanLimits(per_hour=1, seconds_apart=0)
        with writing(database, noon) as book:
            book.act(crew[0], "p0", plan_limits=plan)
        ledger.clear(database, None, actor="a test", now=noon)
        with writing(database, noon) as book:
            assert book.ask(crew[0], "p1", plan_limits=plan).rule == "hourly_limit"

    def test_what_comes_afterwards_is_shown_and_holds(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        for number in range(2):
            moment = noon + timedelta(minutes=number)
            ledger.clear(database, None, actor="a test", now=moment)
            with writing(database, noon) as book:
                book.act(crew[0], f"p{number}", now=moment)
        with writing(database, noon) as book:
            shown = ledger.events(book.db, EventFilter(visible_only=True))
            assert [row.target_username for row in shown] == ["p1"]
            assert book.ask(crew[0], "p1", now=moment).kind is DeclineKind.dedupe_hit


class TestInChunks:
    def test_no_transaction_changes_more_than_a_chunk_of_acts_with_their_windows(
        self,
        database: Database,
        crew: list[Engaged],
        noon: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fill(database, crew, people=60, now=noon)
        monkeypatch.setattr(clearing, "CHUNK", 7)
        monkeypatch.setattr(clearing, "_SCANNED_AT_ONCE", 21)
        with counted(database) as transactions:
            assert ledger.clear(database, None, actor="a test", now=noon + LATER) == 120
        # 7 acts with two windows each; the first and the last transaction change a row or three.
        assert max(transactions) <= 7 * 3
        assert len(transactions) >= 120 // 7 + 2
        with database.reading() as db:
            assert count(db, Window) == 0

    def test_an_account_is_cleared_page_by_page_over_all_its_actions(
        self,
        database: Database,
        crew: list[Engaged],
        noon: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for action in ("like", "comment", "follow"):
            fill(database, crew, people=9, now=noon, action=action)
        monkeypatch.setattr(clearing, "CHUNK", 2)
        monkeypatch.setattr(clearing, "_SCANNED_AT_ONCE", 4)
        ava = account_of(database, crew[0])
        assert ledger.clear(database, ava, actor="a test", now=noon + LATER) == 27
        with database.reading() as db:
            assert windows_kept(db) == windows_due(db)
            assert count(db, Window) == 2 * 27

    def test_what_was_interrupted_is_done_by_the_sweeper(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        fill(database, crew, people=5, now=noon)
        with database.writing() as db:
            clearing.begin(db, None, actor="a test", now=noon + LATER)
            some = db.execute(select(Attempt.id).order_by(Attempt.id).limit(3)).scalars().all()
        with database.writing() as db:
            assert clearing.release(db, some) == 3
            assert clearing.release(db, some) == 0
        assert ledger.resume_clearings(database) == 7
        assert ledger.resume_clearings(database) == 0
        with database.reading() as db:
            assert count(db, Window) == 0
            assert not db.execute(select(HistoryStart.is_freeing)).scalar_one()

    def test_what_was_done_meanwhile_is_not_let_go_by_going_on(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        with database.writing() as db:
            clearing.begin(db, None, actor="a test", now=noon)
        fill(database, crew, people=2, now=noon + LATER)
        assert ledger.resume_clearings(database) == 0


class TestAtOnce:
    @pytest.mark.parametrize("seed", range(2))
    def test_windows_say_what_the_attempts_hold_whatever_goes_on(
        self, database: Database, crew: list[Engaged], noon: datetime, seed: int
    ) -> None:
        fill(database, crew, people=30, now=noon)
        handles = [f"p{number}" for number in range(30)]
        random.Random(seed).shuffle(handles)
        asked = [
            asking(database, account, handle, noon + LATER)
            for account, handle in zip(crew * 8, handles, strict=False)
        ]
        clear = [lambda: ledger.clear(database, None, actor="a test", now=noon + LATER)] * 2
        answers = all_at_once([*asked, *clear])
        with database.reading() as db:
            kept, due = windows_kept(db), windows_due(db)
            assert kept == due
            held = select(func.count()).where(Attempt.held_until.is_not(None))
            reserved = [one for one in answers if isinstance(one, Reserved)]
            assert db.execute(held).scalar_one() == len(reserved)

    def test_an_open_intent_is_never_let_go(
        self, database: Database, crew: list[Engaged], noon: datetime
    ) -> None:
        fill(database, crew[:1], people=20, now=noon)

        def reserve_and_settle(number: int) -> Any:
            with writing(database, noon) as book:
                answer = book.ask(crew[1], f"q{number}", now=noon + LATER)
            assert isinstance(answer, Reserved)
            return answer.attempt_id

        with ThreadPoolExecutor(4) as pool:
            cleared = pool.submit(ledger.clear, database, None, actor="a test", now=noon + LATER)
            open_ids = list(pool.map(reserve_and_settle, range(10)))
            cleared.result()
        with database.reading() as db:
            still = select(Attempt.id).where(Attempt.held_until.is_not(None))
            assert set(db.execute(still).scalars()) == set(open_ids)


def asking(database: Database, account: Engaged, handle: str, now: datetime) -> Callable[[], Any]:
    def ask() -> Any:
        for _ in range(20):
            try:
                with database.writing() as db:
                    return ledger.reserve(db, account.wants(handle), settings=FLEET, now=now)
            except DatabaseBusy:
                continue
        raise AssertionError("always busy")

    return ask


def fill(
    database: Database, crew: list[Engaged], *, people: int, now: datetime, action: str = "like"
) -> None:
    with writing(database, now) as book:
        for account in crew:
            for number in range(people):
                book.act(account, f"p{number}", action)


@contextmanager
def counted(database: Database) -> Iterator[list[int]]:
    """How many rows each transaction has changed."""
    transactions: list[int] = []
    rows = [0]

    def add(
        _connection: Any, cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith(("UPDATE", "DELETE", "INSERT")):
            rows[0] += max(cursor.rowcount, 1)

    def close(_connection: Any) -> None:
        transactions.append(rows[0])
        rows[0] = 0

    event.listen(database.writer, "after_cursor_execute", add)
    event.listen(database.writer, "commit", close)
    yield transactions
    event.remove(database.writer, "after_cursor_execute", add)
    event.remove(database.writer, "commit", close)
