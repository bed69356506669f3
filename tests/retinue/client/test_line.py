"""The client against a server that misbehaves on purpose; against the real one see test_bot.py."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from retinue.client import Bot, Held, Next, NoContentLeft, NotAllowed, NotYet, Refused, Unreachable
from retinue.foundation.clock import ManualClock

NEXT = {"action": "wait", "method": "GET", "path": "/x", "phase": "post", "at": None}
STATUS = {
    "account_id": 7,
    "account_no": "WACC007",
    "login": "ava",
    "network": "sandgram",
    "lifecycle": "warming_up",
    "progress_percent": 20,
    "phases": [{"phase": "pfp", "status": "completed", "something_new": 1}],
    "next": NEXT,
    "unknown_here": True,
}


class Script:
    """What the server answers, one after the other, and what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], Any]] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = ""

    def then(self, status: int, body: Any, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body))

    def keys(self) -> list[str | None]:
        return [headers.get("idempotency-key") for _, _, headers in self.asked]


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append((self.command, self.path, headers))
            status, extra, body = made.answers.pop(0)
            if status == 0:
                self.close_connection = True
                return
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def bot(script: Script, clock: ManualClock) -> Iterator[Bot]:
    with Bot(script.url, token="rt_x", clock=clock) as made:
        yield made


class TestAsk:
    def test_an_answer_is_typed_and_what_is_new_in_it_passed_over(
        self, script: Script, bot: Bot
    ) -> None:
        script.then(200, STATUS)
        found = bot.status(7)
        phase = found.phase("pfp")
        assert (found.login, found.next.action, phase and phase.status) == (
            "ava",
            "wait",
            "completed",
        )
        assert found.phase("story") is None

    def test_the_token_is_a_header(self, script: Script, bot: Bot) -> None:
        script.then(200, STATUS)
        bot.status(7)
        assert script.asked[0][2]["authorization"] == "Bearer rt_x"
        assert "rt_x" not in repr(vars(bot))

    @pytest.mark.parametrize("status", [0, 502, 503, 429])
    def test_a_call_is_made_again_under_the_same_key(
        self, script: Script, bot: Bot, status: int
    ) -> None:
        script.then(status, {"detail": "busy"})
        script.then(200, STATUS)
        assert bot.report_error(7, "post", "no answer").login == "ava"
        first, second = script.keys()
        assert first
        assert first == second

    def test_another_call_has_another_key(self, script: Script, bot: Bot) -> None:
        script.then(200, STATUS)
        script.then(200, STATUS)
        bot.start_phase(7, "post")
        bot.start_phase(7, "post")
        assert len(set(script.keys())) == 2

    def test_it_waits_as_long_as_it_is_asked_to(
        self, script: Script, bot: Bot, clock: ManualClock
    ) -> None:
        script.then(429, {"detail": "slow down"}, Retry_After="9")
        script.then(200, STATUS)
        bot.status(7)
        assert clock.monotonic() == 9

    def test_patience_ends(self, script: Script, bot: Bot) -> None:
        for _ in range(20):
            script.then(503, {"detail": "The database is busy."})
        with pytest.raises(Unreachable, match="The database is busy"):
            bot.ready()

    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            (401, "unauthenticated", NotAllowed),
            (403, "bots_only", NotAllowed),
            (404, "no_content_left", NoContentLeft),
            (409, "phase_not_available", NotYet),
            (409, "account_held", Held),
            (422, "invalid", Refused),
        ],
    )
    def test_a_refusal_says_why_and_what_next(
        self, script: Script, bot: Bot, status: int, code: str, kind: type[Refused]
    ) -> None:
        moment = "2026-03-02T12:00:00Z"
        problem = {"code": code, "detail": "No.", "next": NEXT, "available_at": moment}
        script.then(status, problem)
        with pytest.raises(kind) as caught:
            bot.content(7, "post")
        assert caught.value.code == code
        assert caught.value.next == Next("wait", "GET", "/x", "post")
        assert caught.value.at == datetime(2026, 3, 2, 12, tzinfo=UTC)

    def test_what_is_no_retinue_is_told(self, script: Script, bot: Bot) -> None:
        script.then(200, b"<html>")
        with pytest.raises(Unreachable, match="no Retinue"):
            bot.ready()


class TestWait:
    def test_a_server_whose_time_runs_fast_is_waited_for_by_its_own_clock(
        self, script: Script, bot: Bot, clock: ManualClock
    ) -> None:
        script.then(200, STATUS, X_Retinue_Clock="2030-01-01T00:00:00+00:00;factor=3600")
        bot.status(7)
        next_ = Next("wait", "GET", "/x", at=datetime(2030, 1, 2, tzinfo=UTC))
        assert bot.wait(next_)
        assert clock.monotonic() == pytest.approx(24)
        assert bot.seconds_until(next_) == 0

    def test_it_ends_early_where_that_is_wanted(self, bot: Bot, clock: ManualClock) -> None:
        next_ = Next("wait", "GET", "/x", at=clock.now() + timedelta(hours=1))
        assert not bot.wait(next_, longest=10)
        assert clock.monotonic() == 10


class TestImport:
    def test_it_loads_nothing_of_the_server(self) -> None:
        code = (
            "import sys, retinue.client;"
            "print([m for m in sys.modules if m.split('.')[0] in"
            " {'sqlalchemy', 'fastapi', 'pydantic', 'starlette'} or m.startswith("
            "('retinue.capabilities', 'retinue.entrypoints', 'retinue.workflows', 'retinue.drivers'))])"
        )
        found = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == "[]"
