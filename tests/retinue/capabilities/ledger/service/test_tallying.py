from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from retinue.capabilities.ledger import jobs
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import EventStatus, InteractionEvent
from retinue.capabilities.ledger.repository import tallies
from retinue.capabilities.ledger.repository.tables import events, tally_gaps, tally_states
from retinue.capabilities.ledger.repository.tables import tallies as tally_rows
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving
from tests.factories.engaging import make_account

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACTIONS = ("like", "follow")
STATUSES = (EventStatus.success, EventStatus.failed, EventStatus.skipped)
Event = tuple[int, datetime, int | None, str, EventStatus]


def write(database: Database, rows: Collection[Event]) -> None:
    """Events under ids of the test's own choice, as if they had been committed in this order."""
    with database.writing_core() as connection:
        connection.execute(
            insert(events),
            [
                {
                    "id": event_id, "ts": ts, "account_id": account_id, "action": action, "status": status,
                    "platform": "sandgram", "target_username": "otter", "reason": None, "metadata": None,
                }
                for event_id, ts, account_id, action, status in rows
            ],
        )  # fmt: skip


def asked(
    database: Database, since: datetime, until: datetime, accounts: Collection[int] | None = None
) -> Counter[tuple[datetime, str, EventStatus]]:
    found: Counter[tuple[datetime, str, EventStatus]] = Counter()
    with database.reading() as db:
        for one in ledger.counts_between(db, accounts=accounts, since=since, until=until):
            found[one.hour, one.action, one.status] += one.number
    return +found


def plain(
    rows: Collection[Event],
    since: datetime,
    until: datetime,
    accounts: Collection[int] | None = None,
) -> Counter[tuple[datetime, str, EventStatus]]:
    return Counter(
        (ts.replace(minute=0, second=0, microsecond=0), action, status)
        for _, ts, account_id, action, status in rows
        if since <= ts < until and (accounts is None or account_id in accounts)
    )


def step(database: Database, now: datetime = NOON, chunk: int = 3) -> int:
    with database.writing() as db:
        return ledger.tally(db, now=now, chunk=chunk)


def is_counted(database: Database) -> bool:
    """Whether the tallies hold all events, and nothing is left for the tail."""
    with database.reading() as db:
        number = select(func.sum(tally_rows.c.number)).where(tally_rows.c.account_id == tallies.ALL)
        whole = db.execute(select(func.count()).select_from(InteractionEvent)).scalar_one()
        return bool((db.execute(number).scalar_one() or 0) == whole)


def empty(database: Database) -> None:
    """Between two examples. Events can only be removed by way of their trigger."""
    with database.writing_core() as connection:
        for table in (tally_rows, tally_gaps, tally_states):
            connection.execute(delete(table))


@pytest.fixture
def ids(database: Database) -> list[int]:
    with database.writing() as db:
        return [make_account(db, name, now=NOON).id for name in ("ava", "ben")]


def an_event(event_id: int, *, hours: float = 0, account: int | None = None) -> Event:
    return (event_id, NOON - timedelta(hours=hours), account, "like", EventStatus.success)


DAY_AGO, SOON = NOON - timedelta(hours=24), NOON + timedelta(hours=1)


class TestTally:
    def test_it_counts_by_hour_and_goes_on_where_it_ended(
        self, database: Database, ids: list[int]
    ) -> None:
        rows = [an_event(n, hours=n / 2, account=ids[n % 2]) for n in range(1, 11)]
        write(database, rows)
        assert [step(database, chunk=4) for _ in range(4)] == [4, 4, 2, 0]
        assert is_counted(database)
        assert asked(database, DAY_AGO, SOON) == plain(rows, DAY_AGO, SOON)
        assert asked(database, DAY_AGO, SOON, [ids[0]]) == plain(rows, DAY_AGO, SOON, [ids[0]])

    def test_an_id_that_was_missing_is_counted_when_it_turns_up(self, database: Database) -> None:
        early = [an_event(n) for n in (1, 2, 6, 9)]
        write(database, early)
        assert step(database, chunk=10) == 4
        late = [an_event(4, hours=3), an_event(8), an_event(3)]
        write(database, late)
        assert asked(database, DAY_AGO, SOON) == plain([*early, *late], DAY_AGO, SOON)
        assert step(database, chunk=10) == 3
        assert is_counted(database)
        last = [an_event(5), an_event(7)]
        write(database, last)
        assert asked(database, DAY_AGO, SOON) == plain([*early, *late, *last], DAY_AGO, SOON)
        assert step(database, chunk=1) == 1
        assert step(database, chunk=1) == 1
        with database.reading() as db:
            assert db.execute(select(tally_gaps)).all() == []

    def test_what_was_rolled_back_is_waited_for_a_day(self, database: Database) -> None:
        write(database, [an_event(1), an_event(5)])
        step(database)
        step(database, now=NOON + timedelta(hours=23))
        with database.reading() as db:
            (gap,) = db.execute(select(tally_gaps)).all()
        assert (gap.first_id, gap.last_id) == (2, 4)
        step(database, now=NOON + timedelta(hours=25))
        with database.reading() as db:
            assert db.execute(select(tally_gaps)).all() == []

    def test_an_interrupted_step_has_counted_nothing(self, database: Database) -> None:
        rows = [an_event(n) for n in range(1, 6)]
        write(database, rows)
        with pytest.raises(ZeroDivisionError), database.writing() as db:
            ledger.tally(db, now=NOON)
            raise ZeroDivisionError
        assert asked(database, DAY_AGO, SOON) == plain(rows, DAY_AGO, SOON)
        step(database, chunk=10)
        assert asked(database, DAY_AGO, SOON) == plain(rows, DAY_AGO, SOON)

    def test_the_job_counts_all_there_is(
        self, database: Database, clock: ManualClock, data_dir: Path
    ) -> None:
        write(database, [an_event(n) for n in range(1, 2501)])
        jobs.tally(serving.make_runtime(database, clock, data_dir), {})
        assert is_counted(database)

    @pytest.mark.databases("postgresql", "mariadb")
    def test_commits_out_of_order_lose_nothing(self, database: Database) -> None:
        """The id is given when the row is written, the row is seen when its transaction commits."""
        slow, fast = database.writer.connect(), database.writer.connect()
        row = {
            "ts": NOON, "account_id": None, "action": "like", "status": EventStatus.success,
            "platform": "sandgram", "target_username": "otter",
        }  # fmt: skip
        with slow, fast:
            slow.execute(insert(events), row)
            fast.execute(insert(events), row)
            fast.commit()
            assert step(database) == 1
            assert asked(database, DAY_AGO, SOON).total() == 1
            slow.commit()
        assert asked(database, DAY_AGO, SOON).total() == 2
        assert step(database) == 1
        assert is_counted(database)
        assert asked(database, DAY_AGO, SOON).total() == 2


class TestCountsBetween:
    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (NOON - timedelta(minutes=90), NOON + timedelta(minutes=10)),
            (NOON - timedelta(minutes=50), NOON - timedelta(minutes=10)),
            (NOON - timedelta(hours=2), NOON),
            (NOON, NOON),
        ],
    )
    def test_parts_of_hours_are_exact(
        self, database: Database, since: datetime, until: datetime
    ) -> None:
        rows = [an_event(n, hours=n / 7) for n in range(1, 30)]
        write(database, rows)
        assert asked(database, since, until) == plain(rows, since, until)
        step(database, chunk=20)
        assert asked(database, since, until) == plain(rows, since, until)

    @given(data=st.data(), seed=st.integers(0, 2**32))
    @settings(
        max_examples=25,
        deadline=None,
        # Each engine runs it, and each example goes on where the one before ended.
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    def test_tallies_and_tail_equal_a_plain_count_whatever_the_order(
        self, database: Database, ids: list[int], data: st.DataObject, seed: int
    ) -> None:
        """Each example goes on behind the ids of the one before: events cannot be removed."""
        empty(database)
        with database.reading() as db:
            base = db.execute(select(func.max(events.c.id))).scalar_one() or 0
            rows: list[Event] = [
                (row.id, row.ts, row.account_id, row.action, row.status)
                for row in db.execute(select(events))
            ]
        rng = random.Random(seed)
        number = data.draw(st.integers(1, 30), label="events")
        order = data.draw(st.permutations(range(1, number + 1)), label="commits")
        rolled_back = data.draw(st.sets(st.sampled_from(order), max_size=5), label="rolled back")
        committed = [n for n in order if n not in rolled_back]
        now = NOON
        while committed:
            size = data.draw(st.integers(1, 6), label="committed before the next step")
            batch, committed = committed[:size], committed[size:]
            fresh: list[Event] = [
                (
                    base + n,
                    NOON - timedelta(minutes=rng.randrange(-120, 600)),
                    rng.choice([None, *ids]),
                    rng.choice(ACTIONS),
                    rng.choice(STATUSES),
                )
                for n in batch
            ]
            write(database, fresh)
            rows += fresh
            for _ in range(data.draw(st.integers(0, 3), label="steps")):
                step(database, now=now, chunk=data.draw(st.integers(1, 8), label="chunk"))
                now += timedelta(minutes=1)
            since = NOON - timedelta(minutes=rng.randrange(600))
            until = since + timedelta(minutes=rng.randrange(600))
            accounts = rng.choice([None, [ids[0]], ids])
            assert asked(database, since, until, accounts) == plain(rows, since, until, accounts)
        while step(database, now=now, chunk=50):
            pass
        assert is_counted(database)
