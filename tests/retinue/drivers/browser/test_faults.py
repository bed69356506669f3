"""What a site can do to a visit, and what is known afterwards."""

from __future__ import annotations

import pytest

from retinue.drivers.browser.pool import BrowserPool
from retinue.drivers.browser.protocol import PageNotUnderstood, PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from tests.retinue.drivers.browser.conftest import SandgramStage

NEW = "Another-password-2026!"


class TestAChangedPassword:
    @pytest.mark.parametrize(
        ("fault", "failure", "has_effect"),
        [
            ("server_error", FailureClass.transient, False),
            ("server_error_after", FailureClass.transient, True),
            ("error_after_effect", FailureClass.unknown, True),
            ("html_after", FailureClass.unknown, True),
            ("reset", FailureClass.unknown, False),
            ("reset_after", FailureClass.unknown, True),
            ("stall_after", FailureClass.transient, True),
        ],
    )
    def test_what_does_not_say_whether_it_holds_leaves_that_open(
        self,
        site: SandgramStage,
        pool: BrowserPool,
        *,
        fault: str,
        failure: FailureClass,
        has_effect: bool,
    ) -> None:
        known = site.account()
        with pool.visit("sandgram") as visit:
            assert visit.log_in(known.login, known.password).state is PageState.signed_in
            # Without a count: the browser asks again by itself when a connection breaks.
            site.sandgram.fault(fault, account=known.login, surface="web", action="change_password")
            with pytest.raises(DriverError) as caught:
                visit.change_password(known.password, NEW)
        assert not caught.value.had_no_effect
        assert failure in (caught.value.failure, FailureClass.unknown)
        site.sandgram.control.delete("/faults")
        holding = NEW if has_effect else known.password
        with pool.visit("sandgram") as visit:
            assert visit.log_in(known.login, holding).state is PageState.signed_in
        done = site.sandgram.effects(account=known.login, action="change_password")
        assert len(done) == int(has_effect)

    def test_a_refusal_of_the_second_asking_is_none_of_the_first(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account()
        with pool.visit("sandgram") as visit:
            visit.log_in(known.login, known.password)
            site.sandgram.fault(
                "reset_after", account=known.login, surface="web", action="change_password", count=1
            )
            with pytest.raises(DriverError) as caught:
                visit.change_password(known.password, NEW)
        assert not caught.value.had_no_effect
        with pool.visit("sandgram") as visit:
            assert visit.log_in(known.login, NEW).state is PageState.signed_in

    def test_a_rate_limit_is_a_refusal_with_its_time(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account()
        with pool.visit("sandgram") as visit:
            visit.log_in(known.login, known.password)
            site.sandgram.fault(
                "rate_limit_429", surface="web", action="change_password", retry_after=90
            )
            with pytest.raises(DriverError) as caught:
                visit.change_password(known.password, NEW)
            assert caught.value.failure is FailureClass.rate_limit
            assert caught.value.had_no_effect
            assert caught.value.retry_after == 90
            site.sandgram.control.delete("/faults")
            assert visit.change_password(known.password, NEW).state is PageState.signed_in

    def test_a_new_one_that_the_site_does_not_want_is_its_refusal(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account()
        with pool.visit("sandgram") as visit:
            visit.log_in(known.login, known.password)
            with pytest.raises(DriverError, match="8 to 200 characters") as caught:
                visit.change_password(known.password, "short")
        assert caught.value.failure is FailureClass.invalid_input
        assert caught.value.had_no_effect


class TestALogIn:
    def test_a_page_that_does_not_come_is_given_up(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account()
        site.sandgram.fault("stall_before", surface="web", action="login_page")
        with pool.visit("sandgram") as visit, pytest.raises(DriverError) as caught:
            visit.log_in(known.login, known.password)
        assert caught.value.failure is FailureClass.transient
        assert caught.value.phase is CallPhase.not_sent

    def test_a_page_between_is_evidence(self, site: SandgramStage, pool: BrowserPool) -> None:
        known = site.account()
        site.sandgram.fault("html", surface="web", action="login")
        with pool.visit("sandgram") as visit, pytest.raises(PageNotUnderstood) as caught:
            visit.log_in(known.login, known.password)
        assert caught.value.phase is CallPhase.answered
        assert caught.value.evidence.picture
        assert known.password not in caught.value.evidence.page

    def test_a_slow_site_is_waited_for(self, site: SandgramStage, pool: BrowserPool) -> None:
        known = site.account()
        site.sandgram.fault("slow", account=known.login, surface="web", action="login", seconds=1)
        with pool.visit("sandgram") as visit:
            assert visit.log_in(known.login, known.password).state is PageState.signed_in

    def test_five_wrong_codes_are_said_to_be_that(
        self, site: SandgramStage, pool: BrowserPool
    ) -> None:
        known = site.account(has_backup_code=True)
        with pool.visit("sandgram") as visit:
            visit.log_in(known.login, known.password)
            for number in range(5):
                assert visit.give_code(f"1111222{number}").state is PageState.wrong_code
            with pytest.raises(DriverError) as caught:
                visit.give_code(known.backup_code)
            assert caught.value.phase is CallPhase.not_sent
