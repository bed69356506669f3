"""Calls through a proxy: by CONNECT or SOCKS5, or not at all."""

from __future__ import annotations

import base64
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from retinue.drivers.errors import (
    CallPhase,
    DriverError,
    FailureClass,
    FailureSource,
    ProxyFailed,
)
from retinue.drivers.network.http_call import Patience
from retinue.drivers.network.protocol import Credentials, Door, Egress, Line
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import SystemClock
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.drivers.network.conftest import Stage, sandgram_stage

HASTY = Patience(connect=0.5, read=1.0, total=2.0)


def egress_of(
    proxy: dict[str, Any], *, scheme: str = "http", password: str | None = None
) -> Egress:
    return Egress(
        url=f"{scheme}://{proxy['host']}:{proxy['port']}",
        username=proxy["username"],
        password=proxy["password"] if password is None else password,
    )


def hasty(sandgram: RunningSandgram) -> SandgramNetwork:
    return SandgramNetwork(sandgram.url, clock=SystemClock(), patience=HASTY)


@pytest.fixture
def at_sandgram(sandgram: RunningSandgram) -> Stage:
    return sandgram_stage(sandgram)


def sources(sandgram: RunningSandgram, login: str) -> set[str]:
    """Where the log-ins and the effects of an account came from."""
    logins = sandgram.control.get(f"/accounts/{login}/logins").json()["items"]
    return {one["source"] for one in (*logins, *sandgram.effects(account=login))}


class TestThrough:
    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_everything_of_the_account_comes_out_at_the_proxys_exit(
        self, sandgram: RunningSandgram, at_sandgram: Stage, scheme: str
    ) -> None:
        proxy = sandgram.proxy()
        line = at_sandgram.network.open(
            at_sandgram.credentials, egress=egress_of(proxy, scheme=scheme)
        )
        assert line.log_in().door is Door.cookies
        line.follow(line.profile("harbour_lights").network_id)
        line.close()
        assert sources(sandgram, at_sandgram.credentials.login) == {proxy["exit"]}

    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_the_exit_is_found_with_its_time(self, sandgram: RunningSandgram, scheme: str) -> None:
        proxy = sandgram.proxy()
        found = hasty(sandgram).find_exit(egress_of(proxy, scheme=scheme))
        assert found.address == proxy["exit"]
        assert 0 <= found.milliseconds < 5000

    def test_phases_are_those_of_the_request_not_of_the_tunnel(
        self, sandgram: RunningSandgram, at_sandgram: Stage
    ) -> None:
        heard: list[CallPhase] = []
        line = at_sandgram.network.open(
            at_sandgram.credentials, egress=egress_of(sandgram.proxy()), on_phase=heard.append
        )
        line.log_in()
        person = line.profile("harbour_lights")
        assert heard == []
        line.follow(person.network_id)
        line.close()
        assert heard == [CallPhase.sent, CallPhase.answered]

    def test_a_fault_of_the_network_behind_a_proxy_is_the_networks(
        self, sandgram: RunningSandgram, at_sandgram: Stage
    ) -> None:
        sandgram.fault("server_error", account=at_sandgram.credentials.login)
        line = at_sandgram.network.open(at_sandgram.credentials, egress=egress_of(sandgram.proxy()))
        with pytest.raises(DriverError) as caught:
            line.log_in()
        line.close()
        assert caught.value.source is FailureSource.network
        assert (caught.value.status, caught.value.phase) == (503, CallPhase.answered)


class TestFaults:
    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            ("down", FailureClass.transient),
            ("refuse", FailureClass.permission),
            ("stall", FailureClass.transient),
            ("fail", FailureClass.transient),
        ],
    )
    def test_each_is_the_proxys_and_nothing_was_sent(
        self,
        sandgram: RunningSandgram,
        at_sandgram: Stage,
        scheme: str,
        trouble: str,
        failure: FailureClass,
    ) -> None:
        proxy = sandgram.proxy()
        sandgram.trouble(proxy, trouble)
        line = hasty(sandgram).open(at_sandgram.credentials, egress=egress_of(proxy, scheme=scheme))
        with pytest.raises(ProxyFailed) as caught:
            line.log_in()
        line.close()
        error = caught.value
        assert (error.failure, error.phase, error.source) == (
            failure, CallPhase.not_sent, FailureSource.proxy,
        )  # fmt: skip
        assert error.had_no_effect
        assert "proxy" in error.message
        assert sources(sandgram, at_sandgram.credentials.login) == set()

    def test_slow_is_only_slow(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        sandgram.trouble(proxy, "slow", seconds=0.2)
        assert hasty(sandgram).find_exit(egress_of(proxy)).milliseconds >= 200

    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_a_wrong_password_is_in_no_text(
        self,
        sandgram: RunningSandgram,
        caplog: pytest.LogCaptureFixture,
        scheme: str,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        egress = egress_of(sandgram.proxy(), scheme=scheme, password="hunter2hunter2")
        with pytest.raises(ProxyFailed) as caught:
            hasty(sandgram).find_exit(egress)
        assert caught.value.failure is FailureClass.permission
        given = base64.b64encode(f"{egress.username}:hunter2hunter2".encode()).decode()
        shown = f"{caught.value!r} {caught.value} {egress!r} {caplog.text}"
        assert "hunter2hunter2" not in shown
        assert given not in shown

    def test_a_proxy_that_goes_down_in_the_middle_is_never_gone_around(
        self, sandgram: RunningSandgram, at_sandgram: Stage
    ) -> None:
        proxy = sandgram.proxy()
        line = hasty(sandgram).open(at_sandgram.credentials, egress=egress_of(proxy))
        line.log_in()
        person = line.profile("harbour_lights")
        sandgram.trouble(proxy, "down")
        failures = [follow(line, person.network_id) for _ in range(3)]
        sandgram.trouble(proxy, "none")
        line.follow(person.network_id)
        line.close()
        assert all(one.failure is FailureClass.transient for one in failures)
        assert isinstance(failures[-1], ProxyFailed)
        assert sources(sandgram, at_sandgram.credentials.login) == {proxy["exit"]}

    def test_an_address_that_is_none_is_refused(self, sandgram: RunningSandgram) -> None:
        for url in ("ftp://127.0.0.1:1", "http://", "nonsense"):
            with pytest.raises(ProxyFailed) as caught:
                hasty(sandgram).find_exit(Egress(url=url))
            assert caught.value.failure is FailureClass.invalid_input


def follow(line: Line, person_id: str) -> DriverError:
    with pytest.raises(DriverError) as caught:
        line.follow(person_id)
    return caught.value


class TestStrangeProxies:
    @pytest.mark.parametrize(
        ("answer", "failure"),
        [
            (b"HTTP/1.1 407 No\r\n\r\n", FailureClass.permission),
            (b"HTTP/1.1 403 No\r\n\r\n", FailureClass.permission),
            (b"HTTP/1.1 502 No\r\n\r\n", FailureClass.transient),
            (b"HTTP/1.1 nonsense\r\n\r\n", FailureClass.transient),
            (b"SSH-2.0-x\r\n\r\n", FailureClass.transient),
            (b"HTTP/1.1 200 OK\r\n", FailureClass.transient),
            (b"", FailureClass.transient),
            (b"x" * 20_000, FailureClass.transient),
        ],
    )
    def test_whatever_it_says_ends_as_one_failure_of_the_proxy(
        self, answer: bytes, failure: FailureClass
    ) -> None:
        with answering(answer) as (port, heard):
            egress = Egress(f"http://127.0.0.1:{port}", username="us er", password="p:w")
            network = SandgramNetwork(
                "http://sandgram.invalid", clock=SystemClock(), patience=HASTY
            )
            line = network.open(Credentials(login="a", password="b"), egress=egress)
            with pytest.raises(ProxyFailed) as caught:
                line.log_in()
            line.close()
        assert caught.value.failure is failure
        assert heard[0].startswith(b"CONNECT sandgram.invalid:80 HTTP/1.1\r\n")
        assert b"Basic " + base64.b64encode(b"us er:p:w") + b"\r\n" in heard[0]

    @pytest.mark.parametrize(
        "answer", [b"\x04\x00", b"\x05\xff", b"\x05\x02", b"HTTP/1.1 400 No\r\n\r\n", b""]
    )
    def test_socks_too(self, answer: bytes) -> None:
        with answering(answer) as (port, _):
            network = SandgramNetwork(
                "http://sandgram.invalid", clock=SystemClock(), patience=HASTY
            )
            with pytest.raises(ProxyFailed):
                network.find_exit(Egress(f"socks5://127.0.0.1:{port}", username="u", password="p"))


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Says the same to whatever comes, and hangs up."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(65_536))
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(timeout=5)
