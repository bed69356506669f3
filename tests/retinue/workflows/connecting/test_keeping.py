"""Tokens that are renewed, lost and refused, against a real Sandgram."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.protocol import Credentials, Identity
from retinue.drivers.network.x.protocol import XApp
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service
from retinue.workflows.connecting.models import GrantState
from tests.factories import on_x
from tests.fixtures.sandgram import RunningSandgram


@pytest.fixture
def runtime(runtime: Runtime, sandgram: RunningSandgram) -> Runtime:
    on_x.connect(
        runtime,
        base_url=f"{sandgram.url}/x",
        client_id="sandgram-x-app",
        client_secret="sandgram-x-secret",
    )
    return runtime


@pytest.fixture
def account(runtime: Runtime, sandgram: RunningSandgram) -> Account:
    return on_x.add_account(runtime, sandgram)


def log_in(runtime: Runtime, account: Account) -> Identity:
    network = service.opener(runtime)("x")
    with closing(network.open(Credentials(login=account.login))) as line:
        return line.log_in()


def refused(runtime: Runtime, account: Account) -> DriverError:
    with pytest.raises(DriverError) as caught:
        log_in(runtime, account)
    return caught.value


def keeper_of(runtime: Runtime, sandgram: RunningSandgram, holder: str) -> service.Keeper:
    app = XApp(f"{sandgram.url}/x", "sandgram-x-app", "sandgram-x-secret")
    return service.Keeper(
        runtime.database, runtime.sealer, app=app, clock=runtime.clock, holder=holder
    )


class TestRenewing:
    def test_tokens_that_are_good_are_used_as_they_are(
        self, runtime: Runtime, account: Account
    ) -> None:
        assert log_in(runtime, account).handle == account.login
        assert on_x.grant_of(runtime, account).renewed_at is None

    def test_they_are_renewed_before_their_end(
        self, runtime: Runtime, account: Account, clock: ManualClock
    ) -> None:
        clock.sleep(7_200 - 30)
        log_in(runtime, account)
        grant = on_x.grant_of(runtime, account)
        assert (grant.state, grant.generation) == (GrantState.ready, 2)
        assert grant.expires_at == clock.now() + timedelta(seconds=7_200)
        log_in(runtime, account)
        assert on_x.grant_of(runtime, account).generation == 2

    def test_and_where_the_network_has_ended_them_early(
        self, runtime: Runtime, account: Account, sandgram: RunningSandgram
    ) -> None:
        sandgram.control.post(f"/x/tokens/{account.login}/expire")
        log_in(runtime, account)
        assert on_x.grant_of(runtime, account).generation == 2

    def test_a_refresh_token_alone_is_enough_to_begin_with(
        self, runtime: Runtime, account: Account, sandgram: RunningSandgram
    ) -> None:
        on_x.authorise(runtime, sandgram, account, access_token=None)
        assert log_in(runtime, account).handle == account.login

    def test_every_renewal_uses_the_token_of_the_one_before(
        self, runtime: Runtime, account: Account, clock: ManualClock
    ) -> None:
        for times in range(2, 7):
            clock.sleep(7_300)
            log_in(runtime, account)
            assert on_x.grant_of(runtime, account).generation == times

    def test_whoever_comes_late_takes_what_another_has_renewed(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        keepers = [keeper_of(runtime, sandgram, name) for name in ("one", "two")]
        stale = keepers[1].current(account.login)
        clock.sleep(7_300)
        log_in(runtime, account)
        found = keepers[1].renew(account.login, stale=stale, exchange=lambda _: pytest.fail("sent"))
        assert found.generation == 2


class TestTroubles:
    def test_an_account_that_was_never_authorised_says_so(
        self, runtime: Runtime, account: Account
    ) -> None:
        with runtime.database.writing() as db:
            service.withdraw(db, runtime, "x", account.id, by=on_x.BY)
        error = refused(runtime, account)
        assert error.failure is FailureClass.challenge
        assert "retinue networks authorise" in error.message

    def test_a_withdrawn_authorisation_needs_a_person_and_is_not_tried_again(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
    ) -> None:
        sandgram.control.delete(f"/x/tokens/{account.login}")
        error = refused(runtime, account)
        assert (error.failure, error.code) == (FailureClass.challenge, "authorisation_ended")
        grant = on_x.grant_of(runtime, account)
        assert grant.state is GrantState.ended
        sandgram.control.delete("/oracle/calls")
        assert refused(runtime, account).message == grant.trouble
        assert sandgram.control.get("/oracle/calls", params={"surface": "x"}).json()["items"] == []

    def test_new_tokens_end_every_trouble(
        self, runtime: Runtime, account: Account, sandgram: RunningSandgram
    ) -> None:
        sandgram.control.delete(f"/x/tokens/{account.login}")
        refused(runtime, account)
        on_x.authorise(runtime, sandgram, account)
        assert log_in(runtime, account).status == "ok"

    def test_a_renewal_that_never_left_changes_nothing(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        on_x.connect(runtime, base_url="http://127.0.0.1:9/x", client_id="sandgram-x-app")
        on_x.authorise(runtime, sandgram, account)
        clock.sleep(7_300)
        error = refused(runtime, account)
        assert (error.failure, error.phase) == (FailureClass.transient, CallPhase.not_sent)
        grant = on_x.grant_of(runtime, account)
        assert (grant.state, grant.trouble) == (GrantState.ready, None)

    def test_a_lost_answer_is_tried_once_more_and_then_a_person_is_needed(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        clock.sleep(7_300)
        sandgram.fault("reset_after", surface="x", action="token", count=1)
        assert refused(runtime, account).failure is FailureClass.transient
        assert on_x.grant_of(runtime, account).state is GrantState.renewing
        error = refused(runtime, account)
        assert error.failure is FailureClass.challenge
        assert "the answer to a renewal was lost at" in error.message

    def test_a_lost_question_does_no_harm(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        clock.sleep(7_300)
        sandgram.fault("reset", surface="x", action="token", count=1)
        refused(runtime, account)
        assert log_in(runtime, account).status == "ok"
        grant = on_x.grant_of(runtime, account)
        assert (grant.state, grant.trouble) == (GrantState.ready, None)

    def test_tokens_of_somebody_else_open_nothing(
        self, runtime: Runtime, account: Account, sandgram: RunningSandgram
    ) -> None:
        other = on_x.add_account(runtime, sandgram)
        made = on_x.authorise(runtime, sandgram, other)
        on_x.authorise(runtime, sandgram, account, **made)
        error = refused(runtime, account)
        assert error.failure is FailureClass.challenge
        assert f"@{other.login}" in error.message

    @pytest.mark.parametrize("other", [{"client_id": "another-app"}, {"host": "localhost"}])
    def test_they_are_shown_to_no_other_app_and_at_no_other_address(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
        other: dict[str, str],
    ) -> None:
        meant, app, secret = f"{sandgram.url}/x", "sandgram-x-app", "sandgram-x-secret"
        # The same service by another name: whatever came there would be seen.
        url = meant.replace("127.0.0.1", other.get("host", "127.0.0.1"))
        client_id = other.get("client_id", app)
        on_x.connect(runtime, base_url=url, client_id=client_id, client_secret="a-secret")
        sandgram.control.delete("/oracle/calls")
        for _ in ("while they are good", "when they are to be renewed"):
            error = refused(runtime, account)
            assert (error.failure, error.phase) == (FailureClass.challenge, CallPhase.not_sent)
            assert "were granted to the app sandgram-x-app" in error.message
            clock.sleep(7_300)
        assert sandgram.control.get("/oracle/calls", params={"surface": "x"}).json()["items"] == []
        assert on_x.grant_of(runtime, account).state is GrantState.ready

        on_x.connect(runtime, base_url=meant, client_id=app, client_secret=secret)
        assert log_in(runtime, account).status == "ok"

    def test_another_process_is_waited_for(
        self,
        runtime: Runtime,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        clock.sleep(7_300)
        sandgram.fault("reset", surface="x", action="token", count=1)
        refused(runtime, account)
        other = keeper_of(runtime, sandgram, "another")
        stale = other.current(account.login)
        with pytest.raises(DriverError) as caught:
            other.renew(account.login, stale=stale, exchange=lambda _: pytest.fail("sent"))
        assert caught.value.failure is FailureClass.transient
        clock.sleep(121)
        assert log_in(runtime, account).status == "ok"
