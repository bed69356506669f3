"""A warm-up in seconds: example bots, a server whose time runs fast, and what the network shows in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from retinue.client import Bot, Next, NotFound, Refused
from retinue.foundation.clock import SystemClock
from tests.factories.rehearsing import PHASES, Rehearsal, moment
from tests.factories.staging import until
from tests.factories.warming import rehearse

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.timeout(180)]

HOUR = 3600.0


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Three accounts, warmed up by two bots."""
    made = rehearse(
        tmp_path_factory.mktemp("warm-up"),
        number=3,
        bots=2,
        factor=5000,
        gap_hours_min=2,
        gap_hours_max=4,
    )
    try:
        made.serve()
        for number in range(2):
            made.bot(number, "--minutes", "2")
        until(lambda: made.active() == 3, "three active accounts", seconds=100)
        yield made
    finally:
        made.close()


class TestWarmUp:
    def test_all_phases_are_completed_in_their_order_and_their_time(self, over: Rehearsal) -> None:
        for phases in over.phases().values():
            assert [(one["phase"], one["status"]) for one in phases] == [
                (phase, "completed") for phase in PHASES
            ]
            for before, after in pairwise(phases):
                gap = seconds(after["available_at"]) - seconds(before["completed_at"])
                assert 2 * HOUR <= gap <= 4 * HOUR
                assert seconds(after["content_assigned_at"]) >= seconds(after["available_at"])

    def test_the_network_shows_each_thing_once(self, over: Rehearsal) -> None:
        shown = over.shown()
        assert {
            (login, phase): len(effects)
            for login, by_phase in shown.items()
            for phase, effects in by_phase.items()
        } == {(login, phase): 1 for login in over.logins for phase in PHASES}

    def test_no_two_accounts_show_the_same(self, over: Rehearsal) -> None:
        details = [
            json.dumps(effect["details"], sort_keys=True)
            for by_phase in over.shown().values()
            for effects in by_phase.values()
            for effect in effects
        ]
        assert len(set(details)) == len(details) == 15

    def test_what_is_shown_is_what_was_assigned(self, over: Rehearsal) -> None:
        files = {
            one["id"]: one["sha256"] for one in over.rows("SELECT id, sha256 FROM content_items")
        }
        texts = {one["id"]: one["text"] for one in over.rows("SELECT id, text FROM content_texts")}
        shown = over.shown()
        for login, phases in over.phases().items():
            by_phase = {one["phase"]: one for one in phases}
            details = {phase: shown[login][phase][0]["details"] for phase in PHASES}
            assert details["pfp"] == {"avatar": files[by_phase["pfp"]["assigned_content_id"]]}
            assert details["bio"] == {"bio": texts[by_phase["bio"]["assigned_text_id"]]}
            for phase in ("post", "highlight", "story"):
                assert details[phase] == {
                    "text": texts[by_phase[phase]["assigned_text_id"]],
                    "media": [files[by_phase[phase]["assigned_content_id"]]],
                }

    def test_server_and_network_show_the_same_time(self, over: Rehearsal) -> None:
        health = over.ask("GET", "/health")
        world = over.sandgram.control.get("/world").json()
        assert health["clock_factor"] == world["clock_factor"] == 5000
        # Two seconds of the machine's: the two were not asked at once.
        assert abs(seconds(world["now"]) - seconds(health["checked_at"])) < 2 * 5000

    def test_after_a_restart_time_has_gone_on(self, over: Rehearsal) -> None:
        before = over.ask("GET", "/config")["installation"]["shown_time"]
        over.kill_server()
        over.serve()
        assert over.ask("GET", "/config")["installation"]["shown_time"] > before
        assert over.active() == 3

    def test_who_shows_no_token_of_a_bot_is_refused(self, over: Rehearsal) -> None:
        begun = SystemClock().monotonic()
        over.tokens.append("rt_wrong")
        assert over.bot(2, "--once").wait(30) == 1
        assert SystemClock().monotonic() - begun < 20
        assert "rt_wrong" not in over.said(2)


class TestClient:
    """The library against the product, over the wire."""

    def test_what_is_done_is_told_in_types(self, over: Rehearsal) -> None:
        with Bot(over.url, token=over.tokens[0]) as bot:
            found = bot.status(1)
            assert (found.lifecycle, found.progress_percent) == ("active", 100)
            assert [one.status for one in found.phases] == ["completed"] * 5
            assert found.next.action == "done"
            assert bot.ready().items == ()

    def test_a_repeat_is_answered_as_the_first_was(self, over: Rehearsal) -> None:
        with Bot(over.url, token=over.tokens[0]) as bot:
            assert bot.complete_phase(1, "bio").progress_percent == 100

    def test_a_refusal_says_what_instead(self, over: Rehearsal) -> None:
        with Bot(over.url, token=over.tokens[0]) as bot:
            with pytest.raises(Refused) as caught:
                bot.report_error(1, "bio", "it was late")
            assert caught.value.status == 409
            assert caught.value.next is not None
            with pytest.raises(NotFound):
                bot.status(999)

    def test_it_waits_by_the_servers_clock(self, over: Rehearsal) -> None:
        shown = moment(over.ask("GET", "/config")["installation"]["shown_time"])
        with Bot(over.url, token=over.tokens[0]) as bot:
            bot.ready()
            in_an_hour = Next("wait", "GET", "/", at=shown + timedelta(hours=1))
            assert bot.seconds_until(in_an_hour) <= 3600 / over.factor
            in_a_year = Next("wait", "GET", "/", at=shown + timedelta(days=365))
            assert 365 * 86_400 / over.factor - 30 < bot.seconds_until(in_a_year)


def seconds(text: str) -> float:
    return moment(text).timestamp()
