from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Patience
from retinue.drivers.network.protocol import Credentials, Egress, Line
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import ManualClock, SystemClock
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.drivers.network.conftest import sandgram_stage

F = FailureClass
P = CallPhase
HASTY = Patience(connect=2.0, read=0.5, total=5.0)


@dataclass(frozen=True)
class Case:
    fault: dict[str, object]
    failure: FailureClass
    phase: CallPhase
    is_refusal: bool
    has_effect: bool


def case(
    kind: str, failure: FailureClass, phase: CallPhase = P.answered,
    *, refusal: bool = False, effect: bool = False, **fields: object,
) -> object:  # fmt: skip
    name = "-".join([kind, *(str(value) for value in fields.values())])
    return pytest.param(Case({"kind": kind, **fields}, failure, phase, refusal, effect), id=name)


CASES = [
    case("rate_limit_text", F.rate_limit, refusal=True),
    case("rate_limit_text", F.rate_limit, refusal=True, status=200),
    case("rate_limit_429", F.rate_limit, refusal=True),
    case("rate_limit_429", F.rate_limit, refusal=True, retry_after=90),
    case("action_block", F.action_block, refusal=True),
    case("private", F.target_private, refusal=True),
    case("not_found", F.not_found, refusal=True),
    case("suspended", F.not_found, refusal=True),
    case("account_suspended", F.account_suspended, refusal=True),
    case("account_locked", F.account_locked, refusal=True),
    case("challenge", F.challenge, refusal=True),
    case("session_expired", F.auth_expired, refusal=True),
    case("stall_before", F.transient, P.sent),
    case("stall_during", F.transient, P.sent, effect=True),
    case("stall_after", F.transient, P.sent, effect=True),
    case("slow", F.transient, P.sent, effect=True, seconds=1.5),
    case("reset", F.transient, P.sent),
    case("reset_after", F.transient, P.sent, effect=True),
    case("truncated", F.transient, P.sent, effect=True),
    case("error_after_effect", F.unknown, effect=True),
    case("error_after_effect", F.rate_limit, effect=True, text="Please wait a few minutes"),
    case("error_after_effect", F.rate_limit, effect=True, status=429),
    case("server_error", F.transient),
    case("server_error_after", F.transient, effect=True),
    case("html", F.unknown),
    case("html", F.permission, status=403),
    case("html_after", F.unknown, effect=True),
    case("bad_json", F.unknown, effect=True),
]


@pytest.fixture
def hasty(sandgram: RunningSandgram) -> Iterator[tuple[Line, str]]:
    """A line of little patience, and the login it belongs to."""
    stage = sandgram_stage(sandgram)
    network = SandgramNetwork(sandgram.url, clock=SystemClock(), patience=HASTY)
    line = network.open(stage.credentials)
    line.log_in()
    yield line, stage.credentials.login
    line.close()


class TestFaults:
    @pytest.mark.parametrize("given", CASES)
    def test_each_has_its_class_its_phase_and_its_certainty(
        self, sandgram: RunningSandgram, hasty: tuple[Line, str], given: Case
    ) -> None:
        line, login = hasty
        person = line.profile("harbour_lights")
        sandgram.fault(**{"account": login, "action": "follow", **given.fault})  # type: ignore[arg-type]
        with pytest.raises(DriverError) as caught:
            line.follow(person.network_id)
        error = caught.value
        assert (error.failure, error.phase) == (given.failure, given.phase)
        assert error.is_refusal is given.is_refusal
        assert not (given.has_effect and error.had_no_effect)
        if given.fault["kind"] == "slow":
            wait_for(lambda: bool(sandgram.effects(account=login)))
        assert bool(sandgram.effects(account=login)) is given.has_effect

    def test_retry_after_is_told_in_seconds(
        self, sandgram: RunningSandgram, hasty: tuple[Line, str]
    ) -> None:
        line, login = hasty
        sandgram.fault("rate_limit_429", account=login, retry_after=90)
        with pytest.raises(DriverError) as caught:
            line.profile("harbour_lights")
        assert caught.value.retry_after == 90.0

    def test_the_line_works_again_after_a_lost_connection(
        self, sandgram: RunningSandgram, hasty: tuple[Line, str]
    ) -> None:
        line, login = hasty
        sandgram.fault("reset", account=login, count=1)
        with pytest.raises(DriverError):
            line.profile("harbour_lights")
        assert line.profile("harbour_lights").handle == "harbour_lights"


def wait_for(is_true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(200):
        if is_true():
            return
        pause.wait(0.02)
    raise AssertionError("it never came true")


class TestConnection:
    def test_a_closed_port_is_not_sent(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        line = SandgramNetwork(f"http://127.0.0.1:{port}", clock=SystemClock()).open(known())
        with pytest.raises(DriverError) as caught:
            line.log_in()
        line.close()
        assert (caught.value.failure, caught.value.phase) == (F.transient, P.not_sent)
        assert caught.value.had_no_effect

    def test_a_proxy_variable_of_the_machine_changes_nothing(
        self, sandgram: RunningSandgram, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv("no_proxy", "")
        sandgram_stage(sandgram).line().close()

    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_a_dead_proxy_is_not_sent_and_never_gone_around(
        self, sandgram: RunningSandgram, scheme: str
    ) -> None:
        stage = sandgram_stage(sandgram)
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        line = stage.network.open(
            stage.credentials, egress=Egress(url=f"{scheme}://127.0.0.1:{port}")
        )
        with pytest.raises(DriverError) as caught:
            line.log_in()
        line.close()
        assert caught.value.phase is P.not_sent

    def test_a_proxy_address_that_is_none_is_refused(self, sandgram: RunningSandgram) -> None:
        stage = sandgram_stage(sandgram)
        with pytest.raises(DriverError) as caught:
            stage.network.open(stage.credentials, egress=Egress(url="ftp://127.0.0.1:1"))
        assert (caught.value.failure, caught.value.phase) == (F.invalid_input, P.not_sent)


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "failure", "phase"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 6000000\r\n\r\n" + b" " * 6_000_000, F.unknown, P.sent),
            (b"garbage\r\n\r\n", F.transient, P.sent),
            (b"HTTP/1.1 302 Found\r\nLocation: http://203.0.113.9/\r\nContent-Length: 0\r\n\r\n", F.unknown, P.answered),
            (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", F.unknown, P.sent),
            (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", F.unknown, P.answered),
            (b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"token": 5}', F.unknown, P.answered),
            (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", F.permission, P.answered),
        ],
        ids=["too-large", "no-http", "redirect", "encoded", "a-list", "wrong-type", "bare-403"],
    )  # fmt: skip
    def test_what_sandgram_would_not_say_is_not_believed(
        self, answer: bytes, failure: FailureClass, phase: CallPhase
    ) -> None:
        with scripted(answer) as server:
            line = SandgramNetwork(server.url, clock=SystemClock()).open(known())
            with pytest.raises(DriverError) as caught:
                line.log_in()
            line.close()
        assert (caught.value.failure, caught.value.phase) == (failure, phase)
        assert not caught.value.is_refusal


class TestCredentials:
    def test_cookies_that_no_longer_open_give_way_to_the_password(
        self, sandgram: RunningSandgram
    ) -> None:
        stage = sandgram_stage(sandgram)
        stale = replace(stage.credentials, ct0="0" * 32)
        line = stage.network.open(stale)
        assert line.log_in().handle == stale.login
        line.close()

    def test_the_second_factor_is_computed_on_the_given_clock(self) -> None:
        moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
        with scripted(opened()) as server:
            line = SandgramNetwork(server.url, clock=ManualClock(moment)).open(
                Credentials(login="a", password="b", totp_secret="JBSWY3DPEHPK3PXP")
            )
            with pytest.raises(DriverError):
                line.log_in()
            line.close()
        sent = json.loads(server.requests[0].partition(b"\r\n\r\n")[2])
        assert len(sent["code"]) == 6
        assert sent["code"].isdigit()

    def test_no_secret_is_in_an_error_a_repr_or_a_log(
        self, sandgram: RunningSandgram, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        stage = sandgram_stage(sandgram)
        secrets = ["hunter2hunter2", str(stage.credentials.auth_token)]
        wrong = replace(stage.credentials, password=secrets[0], ct0="f" * 32)
        line = stage.network.open(wrong)
        with pytest.raises(DriverError) as caught:
            line.log_in()
        line.close()
        shown = f"{caught.value!r} {caught.value} {line!r} {wrong!r} {caplog.text}"
        assert not any(secret in shown for secret in secrets)


def known() -> Credentials:
    return Credentials(login="a", password="b")


def opened() -> bytes:
    body = json.dumps({"token": "t", "account": {"login": "a", "person_id": "1"}}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


class Scripted:
    """Accepts one connection after the other and says the same to each."""

    def __init__(self, listening: socket.socket, answer: bytes) -> None:
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._listening = listening
        self._answer = answer

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self.requests.append(self._read(connection))
                try:
                    connection.sendall(self._answer)
                except OSError:
                    continue

    def _read(self, connection: socket.socket) -> bytes:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65_536)
        head, _, body = request.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                while len(body) < int(line.partition(b":")[2]):
                    body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body


@contextmanager
def scripted(answer: bytes) -> Iterator[Scripted]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Scripted(listening, answer)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield server
        # A blocked accept ends with shutdown, not with close.
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
