"""A password is sent only within the day's budget, or because a person wishes it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import NOT_SENT, Account
from retinue.capabilities.accounts.schemas import LogIn, LogInWish
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount

HOUR = timedelta(hours=1)
WORD = "the right word"
ANNA = "operator:anna"
OURS = LogIn("probe", "password", is_by_person=False)
HERS = LogIn(ANNA, "password", is_by_person=True)


def begun(
    runtime: Runtime, account: Account, log_in: LogIn, *, now: datetime, password: str = WORD
) -> int:
    with runtime.database.writing() as db:
        return service.begin_log_in(db, runtime.sealer, account.id, password, log_in, now=now)


@pytest.fixture
def account(make_account: MakeAccount) -> Account:
    return make_account(credentials={"password": WORD})


class TestBegin:
    def test_the_third_within_a_day_waits_for_its_turn_and_says_how_to_mend_it(
        self, runtime: Runtime, account: Account
    ) -> None:
        start = runtime.clock.now()
        for hours in (0, 5):
            begun(runtime, account, OURS, now=start + hours * HOUR)
        with pytest.raises(LogInWithheld) as caught:
            begun(runtime, account, OURS, now=start + 6 * HOUR)
        assert (caught.value.until, caught.value.is_refused) == (start + 24 * HOUR, False)
        assert "refresh-cookies" in caught.value.message
        begun(runtime, account, OURS, now=start + 25 * HOUR)

    def test_a_person_waits_for_nothing(self, runtime: Runtime, account: Account) -> None:
        now = runtime.clock.now()
        for log_in in (OURS, OURS, HERS, HERS):
            begun(runtime, account, log_in, now=now)

    def test_what_nobody_has_seen_does_not_count(self, runtime: Runtime, account: Account) -> None:
        now = runtime.clock.now()
        for _ in range(4):
            number = begun(runtime, account, OURS, now=now)
            with runtime.database.writing() as db:
                service.end_log_in(db, number, door="password", outcome=NOT_SENT)

    @pytest.mark.parametrize("log_in", [OURS, HERS])
    def test_a_refused_password_is_sent_for_nobody(
        self, runtime: Runtime, account: Account, log_in: LogIn
    ) -> None:
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.note_refused_password(db, runtime.sealer, account, WORD, now=now)
        with pytest.raises(LogInWithheld) as caught:
            begun(runtime, account, log_in, now=now)
        assert caught.value.is_refused
        assert caught.value.until > now
        assert "store the right one" in caught.value.message
        begun(runtime, account, log_in, now=now, password="another")


class TestWish:
    def test_it_is_good_for_one_log_in(self, runtime: Runtime, account: Account) -> None:
        now = runtime.clock.now()
        wish = service.wish_of(ANNA, now)
        with runtime.database.writing() as db:
            assert service.is_wished(db, account.id, wish)
            service.note_log_in(db, account.id, OURS, now=now + HOUR)
            assert service.is_wished(db, account.id, wish)
            service.note_log_in(db, account.id, HERS, now=now + HOUR)
            assert not service.is_wished(db, account.id, wish)
            assert service.is_wished(db, account.id, service.wish_of(ANNA, now + 2 * HOUR))

    @pytest.mark.parametrize("by", sorted(service.UNASKED))
    def test_of_nobody_there_is_none(self, runtime: Runtime, account: Account, by: str) -> None:
        wish = service.wish_of(by, runtime.clock.now())
        assert wish == LogInWish(by)
        with runtime.database.reading() as db:
            assert not service.is_wished(db, account.id, wish)
