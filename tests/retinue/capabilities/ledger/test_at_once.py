"""Many at once, on each database, in transactions of their own."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt, AttemptState, Target, Window
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, Outcome, Reserved
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.database import Database, DatabaseBusy
from tests.factories.engaging import Engaged, engage, settings_of
from tests.retinue.capabilities.ledger.conftest import FLEET, SETTINGS

STARTERS = 20


def crew_of(database: Database, number: int, now: datetime) -> list[Engaged]:
    with database.writing() as db:
        return [engage(db, f"account_{index}", now=now) for index in range(number)]


def all_at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def reserving(
    database: Database, account: Engaged, settings: RuntimeSettings, now: datetime
) -> Callable[[], Any]:
    def reserve() -> Any:
        for _ in range(20):
            try:
                with database.writing() as db:
                    return ledger.reserve(db, account.wants(), settings=settings, now=now)
            except DatabaseBusy:
                continue
        raise AssertionError("always busy")

    return reserve


class TestReserve:
    def test_of_twenty_accounts_one_gets_the_person(
        self, database: Database, noon: datetime
    ) -> None:
        crew = crew_of(database, STARTERS, noon)
        answers = all_at_once([reserving(database, one, FLEET, noon) for one in crew])
        assert len([one for one in answers if isinstance(one, Reserved)]) == 1
        declined = [one for one in answers if isinstance(one, Declined)]
        assert {one.kind for one in declined} == {DeclineKind.dedupe_hit}
        with database.reading() as db:
            assert db.execute(select(func.count()).select_from(Attempt)).scalar_one() == 1
            assert db.execute(select(func.count()).select_from(Window)).scalar_one() == 2
            assert db.execute(select(func.count()).select_from(Target)).scalar_one() == 1

    def test_of_twenty_tries_of_one_account_one_wins(
        self, database: Database, noon: datetime
    ) -> None:
        (ava,) = crew_of(database, 1, noon)
        answers = all_at_once([reserving(database, ava, SETTINGS, noon)] * STARTERS)
        assert len([one for one in answers if isinstance(one, Reserved)]) == 1

    def test_an_hourly_limit_holds_at_once_too(self, database: Database, noon: datetime) -> None:
        (ava,) = crew_of(database, 1, noon)
        limit = {"per_hour": 3, "per_day": 9, "seconds_apart": 0.0}
        settings = settings_of(limits={"like": limit, "other": limit})

        def reserve(handle: str) -> Callable[[], Any]:
            def work() -> Any:
                with database.writing() as db:
                    return ledger.reserve(db, ava.wants(handle), settings=settings, now=noon)

            return work

        answers = all_at_once([reserve(f"p{number}") for number in range(STARTERS)])
        assert len([one for one in answers if isinstance(one, Reserved)]) == 3

    def test_without_the_windows_the_same_harness_finds_duplicates(
        self, database: Database, noon: datetime
    ) -> None:
        """The control: a scope that lets everybody in must show it."""
        crew = crew_of(database, STARTERS, noon)
        answers = all_at_once([reserving(database, one, SETTINGS, noon) for one in crew])
        assert len([one for one in answers if isinstance(one, Reserved)]) == STARTERS


class TestInvariant:
    @pytest.mark.parametrize("seed", range(3))
    def test_windows_always_say_what_the_attempts_hold(
        self, database: Database, noon: datetime, seed: int
    ) -> None:
        crew = crew_of(database, 4, noon)
        rng = random.Random(seed)
        open_ids: list[str] = []
        for _ in range(60):
            with database.writing() as db:
                if open_ids and rng.random() < 0.5:
                    settle_one(db, open_ids.pop(rng.randrange(len(open_ids))), rng, noon)
                    continue
                account, handle = rng.choice(crew), rng.choice(["otter", "seal"])
                days = rng.choice([1, 30, 90])
                scope = rng.choice(["account", "fleet"])
                settings = settings_of(reengagement_days=days, dedup_scope=scope)
                answer = ledger.reserve(db, account.wants(handle), settings=settings, now=noon)
                if isinstance(answer, Reserved):
                    open_ids.append(answer.attempt_id)
        with database.reading() as db:
            assert windows_kept(db) == windows_due(db)


def settle_one(db: Any, attempt_id: str, rng: random.Random, now: datetime) -> None:
    state = rng.choice([AttemptState.confirmed, AttemptState.refused, AttemptState.unknown])
    failure = None if state is AttemptState.confirmed else FailureClass.target_private
    outcome = Outcome(state, failure=failure, phase=CallPhase.answered)
    ledger.settle(db, attempt_id, outcome, settings=SETTINGS, rng=rng, now=now)


def windows_kept(db: Any) -> dict[tuple[str, int], datetime]:
    rows = db.execute(select(Window.scope_key, Window.target_id, Window.expires_at))
    return {(row[0], row[1]): row[2] for row in rows}


def windows_due(db: Any) -> dict[tuple[str, int], datetime]:
    due: dict[tuple[str, int], datetime] = {}
    rows = db.execute(select(Attempt).where(Attempt.held_until.is_not(None))).scalars()
    for attempt in rows:
        assert attempt.held_until is not None
        for scope in (f"account:{attempt.account_id}", "fleet"):
            key = (scope, attempt.target_id)
            due[key] = max(due.get(key, attempt.held_until), attempt.held_until)
    return due
