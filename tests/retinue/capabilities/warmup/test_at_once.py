"""Many bots at the same moment: the server keeps order, ownership and time, not they."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.content.models import ContentItem
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.models import (
    BotSession,
    ContentAssignment,
    Phase,
    PhaseStatus,
    WarmupPhase,
)
from retinue.capabilities.warmup.schemas import Bot, CompleteRequest, Completion, ErrorReport
from retinue.foundation.errors import Refusal
from tests.factories import phasing
from tests.retinue.capabilities.warmup.conftest import House

RACERS = 8


def race(calls: list[Callable[[], Any]]) -> list[Any]:
    """All at once, as far as the machine lets them; a refusal is its code."""

    def made(call: Callable[[], Any]) -> Any:
        for _ in range(20):
            try:
                return call()
            except Refusal as refusal:
                if refusal.code != "database_busy":
                    return refusal.code
        return "database_busy"

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(made, calls))


def crew(house: House, number: int) -> list[Bot]:
    with house.runtime.database.writing() as db:
        return [phasing.make_bot(db, f"racer-{n}", now=house.now).bot for n in range(number)]


class TestContent:
    def test_calls_of_one_bot_get_one_assignment(self, house: House) -> None:
        house.reach(house.one, Phase.pfp)
        database, now = house.runtime.database, house.now

        def ask() -> int:
            with database.writing() as db:
                given = service.assign_content(db, house.bot, house.one, Phase.pfp, now=now)
                return given.assignment_id

        assert len(set(race([ask] * 24))) == 1
        with database.reading() as db:
            assert db.scalar(select(func.count()).select_from(ContentAssignment)) == 1
            held = select(func.sum(ContentItem.held_count))
            assert db.scalar(held) == 1

    def test_bots_with_an_account_each_never_get_the_same_single_use_item(
        self, house: House
    ) -> None:
        bots, now = crew(house, 12), house.now
        database = house.runtime.database
        with database.writing() as db:
            phasing.fill_pools(db, persona="Zoe", number=8, now=now)
            accounts = [
                phasing.ready_account(db, f"zoe{n}", persona="Zoe", now=now) for n in range(12)
            ]
        for bot, account in zip(bots, accounts, strict=True):
            with database.writing() as db:
                service.start_warmup(db, bot, account, now=now)

        def ask(bot: Bot, account: int) -> Callable[[], Any]:
            def call() -> Any:
                with database.writing() as db:
                    given = service.assign_content(db, bot, account, Phase.pfp, now=now)
                    assert given.image is not None
                    return given.image.id

            return call

        given = race([ask(bot, account) for bot, account in zip(bots, accounts, strict=True)])
        items = [one for one in given if isinstance(one, int)]
        assert len(items) == len(set(items)) == 8
        assert set(given) - set(items) <= {"no_content_left", "content_contended"}


class TestStart:
    def test_of_many_bots_one_has_the_account(self, house: House) -> None:
        database, now = house.runtime.database, house.now

        def begin(bot: Bot) -> Callable[[], Any]:
            def call() -> str:
                with database.writing() as db:
                    service.start_warmup(db, bot, house.one, now=now)
                return "begun"

            return call

        told = Counter(race([begin(bot) for bot in crew(house, RACERS)]))
        assert told == {"begun": 1, "account_held": RACERS - 1}
        with database.reading() as db:
            phases = select(func.count()).where(WarmupPhase.account_id == house.one)
            assert db.scalar(phases) == 5


class TestOrder:
    def test_two_hundred_racing_calls_never_exceed_it(self, house: House) -> None:
        """Every call of every phase at once, by bots that share a token, again and again."""
        house.reach(house.one, Phase.pfp)
        database, rng = house.runtime.database, random.Random(7)
        for rounds in range(1, 5):
            now = house.now
            calls = [
                self.one_call(house, rng.choice(list(Phase)), rng.randrange(4), rng.randrange(99))
                for _ in range(50)
            ]
            race(calls)
            with database.reading() as db:
                found = service.status(db, house.bot, house.one, now=now)
                shown = [one.status for one in found.phases]
                turn = next(n for n, one in enumerate(shown) if one is not PhaseStatus.completed)
                assert set(shown[:turn]) <= {PhaseStatus.completed}
                assert set(shown[turn + 1 :]) <= {PhaseStatus.pending}
                # No more than one in each round: the time of the next is at least a day away.
                assert turn <= rounds
                completed = select(AuditEntry.after).where(
                    AuditEntry.action == "warmup.phase_completed"
                )
                ended = [one["phase"] for one in db.scalars(completed) if one]
                assert len(ended) == len(set(ended)) == turn
            house.clock.advance(timedelta(hours=48))

    @staticmethod
    def one_call(house: House, phase: Phase, verb: int, seed: int) -> Callable[[], Any]:
        now, database, bot, account = house.now, house.runtime.database, house.bot, house.one

        def call() -> str:
            with database.writing() as db:
                if verb == 0:
                    service.assign_content(db, bot, account, phase, now=now)
                elif verb == 1:
                    service.start_phase(db, bot, account, phase, now=now)
                elif verb == 2:
                    told = ErrorReport(phase=phase, error="no line")
                    if seed < 10:
                        service.report_error(db, bot, account, told, now=now)
                else:
                    done = Completion(account, phase, CompleteRequest())
                    service.complete_phase(db, bot, done, rng=random.Random(seed), now=now)
            return "done"

        return call


class TestSessions:
    def test_a_bot_has_one_at_a_time_however_it_calls(self, house: House) -> None:
        database, now = house.runtime.database, house.now
        with database.writing() as db:
            accounts = [phasing.ready_account(db, f"ava{n}", now=now) for n in range(8)]

        def begin(account: int) -> Callable[[], Any]:
            def call() -> str:
                with database.writing() as db:
                    service.start_warmup(db, house.bot, account, now=now)
                return "begun"

            return call

        assert set(race([begin(account) for account in accounts])) == {"begun"}
        with database.reading() as db:
            (session,) = db.scalars(select(BotSession)).all()
            assert session.calls == 8
