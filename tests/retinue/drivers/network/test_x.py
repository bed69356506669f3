"""What is X's own: its two shapes of errors, its tokens, its windows, and what it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Answer
from retinue.drivers.network.protocol import Credentials, Door, Line, ProfileEdit
from retinue.drivers.network.x.memory import MemoryKeeper
from retinue.drivers.network.x.network import XNetwork
from retinue.drivers.network.x.protocol import GrantEnded, XApp
from retinue.drivers.network.x.refusals import left_out, refused
from retinue.foundation.clock import SystemClock
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.drivers.network.conftest import granted

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
TYPES = "https://api.x.com/2/problems/"


def answer(status: int, body: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, "application/json", None, json.dumps(body).encode(), named)


def meant(status: int, body: Any, **headers: str) -> DriverError:
    return refused(answer(status, body, **headers), missing=FailureClass.not_found, now=NOW)


class Desk:
    """One account, the tokens that it has granted, and lines that use them."""

    def __init__(self, sandgram: RunningSandgram) -> None:
        self.sandgram = sandgram
        self.login: str = sandgram.credentials()["login"]
        self.keeper = MemoryKeeper({self.login: granted(sandgram, self.login)})
        app = XApp(f"{sandgram.url}/x", "sandgram-x-app", "sandgram-x-secret")
        self.network = XNetwork(app, keeper=self.keeper, clock=SystemClock())

    def open(self) -> Line:
        return self.network.open(Credentials(login=self.login))

    def effects(self) -> list[str]:
        return [one["action"] for one in self.sandgram.effects(account=self.login)]


@pytest.fixture
def desk(sandgram: RunningSandgram) -> Iterator[Desk]:
    yield Desk(sandgram)
    sandgram.control.delete("/x")


@pytest.fixture
def line(desk: Desk) -> Iterator[Line]:
    with closing(desk.open()) as line:
        line.log_in()
        yield line


class TestRefused:
    @pytest.mark.parametrize(
        ("status", "code", "failure"),
        [
            (403, 64, FailureClass.account_suspended),
            (403, 326, FailureClass.account_locked),
            (403, 226, FailureClass.action_block),
            (403, 161, FailureClass.daily_cap),
            (403, 160, FailureClass.already_done),
            (403, 187, FailureClass.duplicate),
            (429, 88, FailureClass.rate_limit),
            (401, 89, FailureClass.auth_expired),
            (404, 144, FailureClass.no_content),
            (403, 453, FailureClass.plan_or_billing),
        ],
    )
    def test_codes_of_the_older_interface(
        self, status: int, code: int, failure: FailureClass
    ) -> None:
        error = meant(status, {"errors": [{"code": code, "message": "No."}]})
        assert (error.failure, error.is_refusal, error.code) == (failure, True, str(code))

    @pytest.mark.parametrize(
        ("status", "kind", "failure"),
        [
            (403, "client-forbidden", FailureClass.plan_or_billing),
            (402, "credits", FailureClass.plan_or_billing),
            (429, "usage-capped", FailureClass.plan_or_billing),
            (403, "not-authorized-for-resource", FailureClass.target_private),
            (404, "resource-not-found", FailureClass.not_found),
            (400, "invalid-request", FailureClass.invalid_input),
            (403, "unsupported-authentication", FailureClass.permission),
        ],
    )
    def test_problems(self, status: int, kind: str, failure: FailureClass) -> None:
        error = meant(status, {"type": TYPES + kind, "title": "No", "detail": "No."})
        assert (error.failure, error.is_refusal) == (failure, True)

    def test_the_apps_trouble_has_a_name(self) -> None:
        body = {"type": TYPES + "client-forbidden", "reason": "client-not-enrolled"}
        assert meant(403, body).code == "client-not-enrolled"

    @pytest.mark.parametrize(
        ("detail", "failure"),
        [
            (
                "You are not allowed to create a Tweet with duplicate content.",
                FailureClass.duplicate,
            ),
            ("Missing TwitterUserNotSuspended", FailureClass.account_suspended),
        ],
    )
    def test_words_where_there_is_no_more(self, detail: str, failure: FailureClass) -> None:
        body = {"type": "about:blank", "title": "Forbidden", "detail": detail}
        assert meant(403, body).failure is failure

    @pytest.mark.parametrize("body", [{}, {"type": "about:blank", "title": "Forbidden"}])
    def test_a_bare_403_promises_nothing(self, body: dict[str, str]) -> None:
        error = meant(403, body)
        assert (error.failure, error.is_refusal) == (FailureClass.permission, False)

    @pytest.mark.parametrize("body", [{"errors": [{"code": 131, "message": "No"}]}, {}])
    def test_trouble_on_their_side_promises_nothing(self, body: dict[str, Any]) -> None:
        error = meant(503, body)
        assert (error.failure, error.is_refusal) == (FailureClass.transient, False)

    def test_the_wait_lasts_until_the_window_opens(self) -> None:
        reset = str(int(NOW.timestamp()) + 420)
        body = {"type": "about:blank", "title": "Too Many Requests"}
        assert meant(429, body, x_rate_limit_reset=reset).retry_after == 420
        day = str(int(NOW.timestamp()) + 40_000)
        daily = {"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": day}
        assert meant(429, body, x_rate_limit_reset=reset, **daily).retry_after == 40_000
        assert meant(429, body, retry_after="7", x_rate_limit_reset=reset).retry_after == 7
        assert meant(429, body).retry_after is None

    def test_nonsense_is_no_refusal(self) -> None:
        found = Answer(418, "text/plain", None, b"\xff[[[")
        error = refused(found, missing=FailureClass.not_found, now=NOW)
        assert (error.failure, error.is_refusal) == (FailureClass.unknown, False)


class TestLeftOut:
    def test_a_suspended_person_is_gone(self) -> None:
        row = {"title": "Forbidden", "detail": "User has been suspended: [x]."}
        error = left_out([row], missing=FailureClass.not_found)
        assert (error.failure, error.is_refusal) == (FailureClass.not_found, True)

    @pytest.mark.parametrize("errors", [[], ["what"], [{"type": "about:blank"}]])
    def test_what_is_not_said_is_not_known(self, errors: list[Any]) -> None:
        error = left_out(errors, missing=FailureClass.not_found)
        assert (error.failure, error.is_refusal) == (FailureClass.unknown, False)


class TestTokens:
    def test_they_open_without_a_password(self, desk: Desk) -> None:
        with closing(desk.open()) as line:
            assert line.log_in().door is Door.tokens

    def test_a_read_is_repeated_once_with_new_ones(self, desk: Desk, line: Line) -> None:
        desk.sandgram.control.post(f"/x/tokens/{desk.login}/expire")
        assert line.profile("slow_tram").handle == "slow_tram"
        assert desk.keeper.renewals == 1

    def test_an_act_is_not_repeated(self, desk: Desk, line: Line) -> None:
        desk.sandgram.control.post(f"/x/tokens/{desk.login}/expire")
        with pytest.raises(DriverError) as caught:
            line.edit_profile(ProfileEdit(name="Ava"))
        assert caught.value.failure is FailureClass.auth_expired
        assert caught.value.had_no_effect
        assert (desk.keeper.renewals, desk.effects()) == (0, [])

    def test_ended_ones_are_a_persons_business(self, desk: Desk) -> None:
        desk.sandgram.control.delete(f"/x/tokens/{desk.login}")
        with closing(desk.open()) as line, pytest.raises(GrantEnded):
            line.log_in()

    def test_an_app_that_is_not_known_says_nothing_of_the_account(self, desk: Desk) -> None:
        stale = desk.keeper.tokens[desk.login]
        desk.keeper.tokens[desk.login] = replace(stale, access_token=None)
        desk.sandgram.control.patch("/x", json={"client_secret": "another"})
        with closing(desk.open()) as line, pytest.raises(DriverError) as caught:
            line.log_in()
        assert caught.value.failure is FailureClass.permission
        assert not isinstance(caught.value, GrantEnded)

    def test_nothing_of_them_is_shown(self, desk: Desk) -> None:
        tokens = desk.keeper.tokens[desk.login]
        shown = repr((tokens, desk.network, XApp("http://127.0.0.1", "an-app", "hush")))
        for secret in (tokens.access_token, tokens.refresh_token, "hush"):
            assert secret is not None
            assert secret not in shown


class TestActs:
    def test_self_serve_apps_are_refused_and_nothing_happens(self, desk: Desk, line: Line) -> None:
        person = line.profile("slow_tram")
        with pytest.raises(DriverError) as caught:
            line.follow(person.network_id)
        error = caught.value
        assert (error.failure, error.code) == (
            FailureClass.plan_or_billing,
            "client-not-enrolled",
        )
        assert error.had_no_effect
        assert desk.effects() == []

    def test_an_edit_is_two_calls_and_the_first_is_not_forgotten(
        self, desk: Desk, line: Line
    ) -> None:
        edit = ProfileEdit(name="Ava", avatar=line.upload(PNG, "image/png"))
        desk.sandgram.fault("action_block", surface="x", action="edit_profile", after=1, count=1)
        with pytest.raises(DriverError) as caught:
            line.edit_profile(edit)
        assert not caught.value.had_no_effect
        assert desk.effects() == ["upload", "edit_profile"]
        line.edit_profile(edit)
        assert desk.effects() == ["upload", "edit_profile", "edit_profile", "edit_profile"]

    @pytest.mark.parametrize("edit", [ProfileEdit(lang="en"), ProfileEdit(banner="1")])
    def test_what_there_is_not_is_not_sent(self, desk: Desk, line: Line, edit: ProfileEdit) -> None:
        with pytest.raises(DriverError) as caught:
            line.edit_profile(edit)
        assert caught.value.phase is CallPhase.not_sent
        assert desk.effects() == []

    def test_a_story_is_not_there(self, line: Line) -> None:
        with pytest.raises(DriverError) as caught:
            line.view("1")
        assert caught.value.phase is CallPhase.not_sent

    def test_a_link_is_where_it_leads(self, line: Line) -> None:
        line.edit_profile(ProfileEdit(link="https://ava.example/boats", bio="Boats & <light>"))
        own = line.own_profile()
        assert (own.link, own.bio) == ("https://ava.example/boats", "Boats & <light>")

    def test_marks_in_posts_are_read_as_they_were_written(self, line: Line) -> None:
        assert line.hashtag_posts("#harbour").items


class TestUnreadable:
    @pytest.mark.parametrize("kind", ["html", "truncated", "bad_json"])
    def test_what_x_would_not_say_is_no_answer(self, desk: Desk, line: Line, kind: str) -> None:
        desk.sandgram.fault(kind, surface="x", action="profile", account=desk.login)
        with pytest.raises(DriverError) as caught:
            line.profile("slow_tram")
        assert not caught.value.is_refusal
        assert caught.value.failure in {FailureClass.unknown, FailureClass.transient}
