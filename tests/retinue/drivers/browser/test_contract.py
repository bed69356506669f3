"""What every browser must do, asked of the fake and of Chromium on Sandgram's site."""

from __future__ import annotations

import pytest

from retinue.drivers.browser.protocol import Jar, PageState, Visit
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from tests.retinue.drivers.browser.conftest import Known, Stage

NEW = "Another-password-2026!"


class TestLooking:
    def test_a_stranger_is_signed_out(self, stage: Stage) -> None:
        with stage.browser.visit("sandgram") as visit:
            assert visit.look().state is PageState.signed_out

    def test_the_jar_of_a_visit_opens_the_next_one(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.signed_in
            jar = Jar.from_text(visit.jar().to_text())
        assert jar.value("auth_token")
        assert jar.value("ct0")
        with stage.browser.visit("sandgram", jar=jar) as visit:
            assert visit.look().state is PageState.signed_in

    def test_nothing_of_a_visit_is_left_for_the_next_one(self, stage: Stage) -> None:
        with stage.browser.visit("sandgram") as visit:
            enter(visit, stage.account())
        with stage.browser.visit("sandgram") as visit:
            assert visit.look().state is PageState.signed_out
            assert visit.jar().value("auth_token") is None


class TestLookingAtAChallenge:
    def test_its_address_says_in_any_visit_whether_it_was_passed(self, stage: Stage) -> None:
        known = stage.account()
        stage.put(known.login, PageState.challenge)
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.challenge
            address = visit.evidence().address
        with stage.browser.visit("sandgram") as visit:
            assert visit.look(address).state is PageState.challenge
        stage.solve(known.login)
        with stage.browser.visit("sandgram") as visit:
            assert visit.look(address).state is PageState.challenge_passed

    def test_one_that_is_no_longer_good_is_not_passed(self, stage: Stage) -> None:
        known = stage.account()
        stage.put(known.login, PageState.challenge)
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.challenge
            address = visit.evidence().address
        with stage.browser.visit("sandgram") as visit:
            assert visit.look(f"{address}-of-yesterday").state is PageState.challenge_over


class TestLoggingIn:
    def test_a_wrong_password_is_said(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            seen = visit.log_in(known.login, "not-the-password")
        assert seen.state is PageState.wrong_password
        assert "not right" in seen.text

    def test_an_open_jar_says_nothing_about_the_password(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            enter(visit, known)
            jar = visit.jar()
        with stage.browser.visit("sandgram", jar=jar) as visit:
            assert visit.log_in(known.login, "not-the-password").state is PageState.wrong_password

    @pytest.mark.parametrize("state", [PageState.challenge, PageState.locked, PageState.suspended])
    def test_what_holds_an_account_back_is_seen_and_gone_with_its_reason(
        self, stage: Stage, state: PageState
    ) -> None:
        known = stage.account()
        stage.put(known.login, state)
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is state
            assert visit.look().state is state
            stage.put(known.login, None)
            assert enter(visit, known) is PageState.signed_in


class TestCodes:
    def test_a_backup_code_opens_once(self, stage: Stage) -> None:
        known = stage.account(has_backup_code=True)
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.second_factor
            assert visit.give_code("11112222").state is PageState.wrong_code
            assert visit.give_code(known.backup_code).state is PageState.signed_in
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.second_factor
            assert visit.give_code(known.backup_code).state is PageState.wrong_code

    def test_the_newest_mailed_code_opens(self, stage: Stage) -> None:
        known = stage.account()
        stage.put(known.login, PageState.email_code)
        with stage.browser.visit("sandgram") as visit:
            assert enter(visit, known) is PageState.email_code
            visit.ask_for_email_code()
            assert visit.look().state is PageState.email_code
            assert len(stage.mailed_codes(known.login)) == 2
            seen = visit.give_code(stage.mailed_codes(known.login)[-1])
        assert seen.state is PageState.signed_in

    def test_where_no_code_is_asked_for_none_is_given(self, stage: Stage) -> None:
        with stage.browser.visit("sandgram") as visit:
            enter(visit, stage.account())
            for ask in (visit.ask_for_email_code, lambda: visit.give_code("123456")):
                with pytest.raises(DriverError) as caught:
                    ask()
                assert caught.value.failure is FailureClass.invalid_input
                assert caught.value.phase is CallPhase.not_sent


class TestChangingThePassword:
    def test_the_new_one_opens_and_the_old_one_does_not(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            enter(visit, known)
            before = visit.jar()
            assert visit.change_password(known.password, NEW).state is PageState.signed_in
            fresh = visit.jar()
        with stage.browser.visit("sandgram", jar=before) as visit:
            assert visit.look().state is PageState.signed_out
            assert enter(visit, known) is PageState.wrong_password
            assert visit.log_in(known.login, NEW).state is PageState.signed_in
        with stage.browser.visit("sandgram", jar=fresh) as visit:
            assert visit.look().state is PageState.signed_in

    def test_a_wrong_old_one_changes_nothing(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            enter(visit, known)
            seen = visit.change_password("not-the-password", NEW)
            assert seen.state is PageState.wrong_password
            assert enter(visit, known) is PageState.signed_in

    def test_it_takes_a_log_in(self, stage: Stage) -> None:
        with stage.browser.visit("sandgram") as visit, pytest.raises(DriverError) as caught:
            visit.change_password("one", NEW)
        assert caught.value.phase is CallPhase.not_sent


class TestEvidence:
    def test_it_is_a_picture_and_a_page_without_what_was_typed(self, stage: Stage) -> None:
        known = stage.account()
        with stage.browser.visit("sandgram") as visit:
            visit.log_in(known.login, "typed-but-wrong-7")
            found = visit.evidence()
            assert visit.look().state is PageState.wrong_password
        assert found.picture.startswith(b"\x89PNG\r\n")
        assert found.title
        assert found.address.startswith("http://")
        assert "?" not in found.address
        assert "typed-but-wrong-7" not in found.page
        assert "typed-but-wrong-7" not in repr(found)


def enter(visit: Visit, known: Known) -> PageState:
    return visit.log_in(known.login, known.password).state
