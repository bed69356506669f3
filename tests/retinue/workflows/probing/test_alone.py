"""Looks of an account that has no session."""

from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.capabilities.safety import service as safety
from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Egress
from retinue.foundation.leases import service as leases
from retinue.workflows.engagement import service as engagement
from retinue.workflows.probing.alone import probe_account
from tests.retinue.workflows.probing.conftest import LOST, MINUTE, Doubts, refused


class TestOneThingAtATime:
    def test_the_lease_is_taken_and_given_back(self, doubts: Doubts) -> None:
        doubts.act("like", has_effect=True)
        doubts.wait(1)
        held: list[bool] = []
        doubts.network.watch = lambda: held.append(doubts.has_lease())
        doubts.probe()
        assert held == [True]
        assert not doubts.has_lease()

    def test_whoever_has_the_lease_is_left_alone(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.wait(1)
        now = doubts.clock.now()
        with doubts.runtime.database.writing() as db:
            key = accounts.lease_key(doubts.account.id)
            leases.acquire(db, key, holder="session:1", ttl=MINUTE, now=now)
        assert doubts.probe() == 0
        assert (doubts.attempt(attempt_id).probes, doubts.opened) == (0, [])

    def test_a_session_that_begins_meanwhile_takes_the_account_over(self, doubts: Doubts) -> None:
        for person in ("person_1", "person_2"):
            doubts.act("like", has_effect=True, person=person)
        doubts.wait(2)
        doubts.network.watch = doubts.order_session
        assert doubts.probe() == 1
        assert sorted(one.probes for one in doubts.attempts()) == [0, 1]
        assert doubts.has_lease()

    def test_nobody_logs_in_beside_a_session_that_begins_while_the_line_is_opened(
        self, doubts: Doubts
    ) -> None:
        doubts.act("like", has_effect=True)
        doubts.wait(2)
        doubts.network.fail_next("log_in", LOST)
        doubts.on_open = doubts.order_session
        assert doubts.probe() == 0
        assert len(doubts.opened) == 1
        assert doubts.network.next_failure("log_in") is not None, "it has logged in"
        assert doubts.has_lease()

    def test_a_session_whose_lease_has_run_out_keeps_its_account(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.order_session()
        doubts.wait(60)
        assert not doubts.has_lease()
        assert doubts.probe() == 0
        assert doubts.attempt(attempt_id).probes == 0
        assert not doubts.has_lease()


class TestRules:
    def test_a_paused_account_does_not_look(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.change_account(paused=True)
        doubts.wait(1)
        assert doubts.probe() == 0
        assert doubts.opened == []
        found = doubts.attempt(attempt_id)
        assert (found.probes, found.next_probe_at) == (0, doubts.clock.now() + 10 * MINUTE)
        doubts.change_account(paused=False)
        doubts.wait(10)
        assert doubts.probe() == 1

    def test_nor_does_one_in_a_paused_fleet(self, doubts: Doubts) -> None:
        doubts.act("like", has_effect=True)
        with doubts.runtime.database.writing() as db:
            safety.pause(db, action=None, reason="lunch", actor="a test", now=doubts.clock.now())
        doubts.wait(1)
        assert doubts.probe() == 0
        assert doubts.opened == []

    def test_a_fleet_that_is_kept_still_for_a_night_fills_no_inbox(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        with doubts.runtime.database.writing() as db:
            safety.pause(db, action=None, reason="on hold", actor="a test", now=doubts.clock.now())
        doubts.wait(9 * 60)
        assert doubts.probe() == 0
        assert doubts.items() == []
        with doubts.runtime.database.writing() as db:
            safety.resume(db, action=None, reason="go on", actor="a test", now=doubts.clock.now())
        doubts.wait(10)
        assert doubts.probe() == 1
        assert doubts.attempt(attempt_id).state is AttemptState.confirmed

    def test_an_account_that_never_may_is_given_to_a_person(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.change_account(paused=True)
        doubts.wait(6 * 60)
        doubts.probe()
        (item,) = doubts.items()
        assert (item.subject_id, item.details["evidence"] is None) == (attempt_id, False)
        assert "paused" in item.instructions

    def test_it_goes_through_the_accounts_proxy_or_not_at_all(self, doubts: Doubts) -> None:
        doubts.act("like", has_effect=True)
        runtime, now = doubts.runtime, doubts.clock.now()
        with runtime.database.writing() as db:
            wanted = ProxyCreate(scheme="http", host="127.0.0.1", port=3128)
            proxy = proxies.add(db, runtime.sealer, wanted, actor="a test", now=now)
        doubts.change_account(proxy=proxy.id)
        doubts.wait(1)
        assert doubts.probe() == 1
        assert doubts.opened == [Egress(url="http://127.0.0.1:3128")]

    def test_a_rate_limit_ends_the_looks_and_counts_for_the_account(self, doubts: Doubts) -> None:
        for number in (1, 2):
            doubts.act("like", has_effect=True, person=f"person_{number}")
        doubts.wait(1)
        doubts.network.fail_next("post", refused(FailureClass.rate_limit))
        doubts.probe()
        assert [one.state for one in doubts.attempts()] == [AttemptState.unknown] * 2
        with doubts.runtime.database.reading() as db:
            standing = safety.standing_of(db, doubts.account.id, now=doubts.clock.now())
        assert standing.consecutive == 1
        assert not doubts.has_lease()

    def test_a_locked_account_is_an_item_of_its_own(self, doubts: Doubts) -> None:
        doubts.act("like", has_effect=True)
        doubts.wait(1)
        doubts.network.fail_next("log_in", refused(FailureClass.account_locked))
        doubts.probe()
        assert [item.kind for item in doubts.items()] == [ItemKind.locked]
        with doubts.runtime.database.reading() as db:
            assert accounts.get(db, doubts.account.id).health is Health.locked

    def test_a_password_is_not_sent_again_within_a_quarter_of_an_hour(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.wait(1)
        doubts.network.fail_next("log_in", LOST)
        doubts.probe()
        due = doubts.attempt(attempt_id).next_probe_at
        assert due == doubts.clock.now() + timedelta(minutes=15)

    def test_a_network_that_is_not_connected_puts_the_looks_off(self, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        doubts.wait(1)
        nowhere = engagement.opener(sandgram_url=None, clock=doubts.clock)
        assert probe_account(doubts.runtime, nowhere, doubts.account.id, limit=3) == 0
        found = doubts.attempt(attempt_id)
        assert (found.probes, found.next_probe_at) == (0, doubts.clock.now() + 10 * MINUTE)
        assert not doubts.has_lease()


class TestPasswords:
    """A look is nobody's wish."""

    def test_two_log_ins_a_day_and_then_its_looks_are_put_off_until_one_is_free(
        self, doubts: Doubts
    ) -> None:
        doubts.network.cookies.clear()
        start = doubts.clock.now()
        for number in range(1, 5):
            doubts.act("like", has_effect=True, person=f"person_{number}")
        looks = []
        for _ in range(4):
            doubts.wait(30)
            looks.append(doubts.probe(limit=1))
        assert looks == [1, 1, 0, 0]
        with doubts.runtime.database.reading() as db:
            made = accounts.log_ins_since(db, doubts.account.id, start)
        assert [(one.by, one.is_by_person) for one in made] == [("probe", False)] * 2
        waiting = [one for one in doubts.attempts() if one.state is AttemptState.unknown]
        free_at = made[-1].at + 24 * 60 * MINUTE
        assert [one.next_probe_at for one in waiting] == [free_at] * 2
        doubts.wait(24 * 60)
        assert doubts.probe(limit=1) == 1

    def test_a_refused_one_is_not_sent_again(self, doubts: Doubts) -> None:
        doubts.network.cookies.clear()
        doubts.act("like", has_effect=True)
        with doubts.runtime.database.writing() as db:
            account = accounts.hold(db, doubts.account.id)
            accounts.note_refused_password(
                db, doubts.runtime.sealer, account, "opens-7-doors", now=doubts.clock.now()
            )
        doubts.wait(30)
        assert doubts.probe() == 0
        with doubts.runtime.database.reading() as db:
            assert not accounts.log_ins_since(
                db, doubts.account.id, doubts.clock.now() - 60 * MINUTE
            )
