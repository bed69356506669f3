"""Ways out, spoken to as a client would: with sockets."""

from __future__ import annotations

import base64
import csv
import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.fixtures.sandgram import RunningSandgram, start_sandgram

ADDRESS = "GET /sg/v1/address HTTP/1.1\r\nHost: sandgram\r\nConnection: close\r\n\r\n"


def basic(proxy: dict[str, Any], *, password: str | None = None) -> str:
    pair = f"{proxy['username']}:{proxy['password'] if password is None else password}"
    return f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"


@contextmanager
def connected(proxy: dict[str, Any]) -> Iterator[socket.socket]:
    with socket.create_connection((proxy["host"], proxy["port"]), timeout=10) as line:
        yield line


def read_all(line: socket.socket) -> bytes:
    found = b""
    while piece := line.recv(65_536):
        found += piece
    return found


def head_of(line: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\r\n\r\n"):
        piece = line.recv(1)
        if not piece:
            break
        found += piece
    return found.decode()


def port_of(sandgram: RunningSandgram) -> int:
    return urlsplit(sandgram.url).port or 0


def connect(
    proxy: dict[str, Any], line: socket.socket, target: str, *, password: str | None = None
) -> str:
    line.sendall(
        f"CONNECT {target} HTTP/1.1\r\nHost: x\r\n{basic(proxy, password=password)}\r\n".encode()
    )
    return head_of(line)


def socks(
    line: socket.socket, proxy: dict[str, Any], port: int, *, host: str = "127.0.0.1"
) -> bytes:
    """The last answer: of the password where that is refused, of the target otherwise."""
    line.sendall(b"\x05\x01\x02")
    assert line.recv(2) == b"\x05\x02"
    name, password = proxy["username"].encode(), proxy["password"].encode()
    line.sendall(b"\x01" + bytes([len(name)]) + name + bytes([len(password)]) + password)
    if (admitted := line.recv(2)) != b"\x01\x00":
        return admitted
    line.sendall(b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + port.to_bytes(2, "big"))
    return line.recv(10)


class TestWaysThrough:
    def test_connect_opens_a_tunnel_and_the_network_sees_the_exit(
        self, sandgram: RunningSandgram
    ) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            assert connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}").startswith("HTTP/1.1 200")
            line.sendall(ADDRESS.encode())
            answer = read_all(line).decode()
        assert f'"address":"{proxy["exit"]}"' in answer
        assert proxy["exit"].startswith("127.0.1.")

    def test_the_plain_form_works_and_keeps_the_password_to_itself(
        self, sandgram: RunningSandgram
    ) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            line.sendall(
                f"GET {sandgram.url}/sg/v1/address HTTP/1.1\r\nHost: x\r\n{basic(proxy)}\r\n".encode()
            )
            answer = read_all(line).decode()
        assert answer.startswith("HTTP/1.1 200")
        assert proxy["exit"] in answer

    def test_socks5_with_a_password(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            assert socks(line, proxy, port_of(sandgram))[:2] == b"\x05\x00"
            line.sendall(ADDRESS.encode())
            assert proxy["exit"] in read_all(line).decode()

    def test_each_has_an_exit_of_its_own_that_the_oracle_and_the_log_ins_show(
        self, sandgram: RunningSandgram
    ) -> None:
        made = sandgram.credentials()
        one, other = sandgram.proxy(), sandgram.proxy()
        body = json.dumps({"auth_token": made["auth_token"], "ct0": made["ct0"]})
        for proxy in (one, other):
            with connected(proxy) as line:
                line.sendall(
                    f"POST {sandgram.url}/sg/v1/login/cookies HTTP/1.1\r\nHost: x\r\n{basic(proxy)}"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
                )
                assert b"200 OK" in read_all(line)
        logins = sandgram.control.get(f"/accounts/{made['login']}/logins").json()["items"]
        assert {one["source"] for one in logins} == {one["exit"], other["exit"]}


class TestNeverOpen:
    @pytest.mark.parametrize("password", ["", "wrong"])
    def test_a_wrong_password_is_407(self, sandgram: RunningSandgram, password: str) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            answer = connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}", password=password)
        assert answer.startswith("HTTP/1.1 407")
        assert "Proxy-Authenticate: Basic" in answer

    def test_no_password_is_407_and_so_it_is_in_socks(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            line.sendall(f"GET {sandgram.url}/sg/health HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert read_all(line).startswith(b"HTTP/1.1 407")
        with connected(proxy) as line:
            line.sendall(b"\x05\x01\x00")
            assert line.recv(2) == b"\x05\xff"
        with connected(proxy) as line:
            assert socks(line, {**proxy, "password": "no"}, port_of(sandgram)) == b"\x01\x01"

    @pytest.mark.parametrize(
        "target",
        [
            "example.com:443",
            "127.0.0.1:22",
            "169.254.169.254:80",
            "10.0.0.1:{port}",
            "evil.test:{port}",
        ],
    )
    def test_it_leads_to_sandgram_and_nowhere_else(
        self, sandgram: RunningSandgram, target: str
    ) -> None:
        proxy = sandgram.proxy()
        where = target.format(port=port_of(sandgram))
        with connected(proxy) as line:
            assert connect(proxy, line, where).startswith("HTTP/1.1 403")
        with connected(proxy) as line:
            line.sendall(f"GET http://{where}/ HTTP/1.1\r\nHost: x\r\n{basic(proxy)}\r\n".encode())
            assert read_all(line).startswith(b"HTTP/1.1 403")
        host, _, port = where.partition(":")
        with connected(proxy) as line:
            assert socks(line, proxy, int(port), host=host)[:2] == b"\x05\x02"

    @pytest.mark.parametrize(
        "noise",
        [
            b"\x00\x01\x02\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET ftp://x/ HTTP/1.1\r\n\r\n",
            b"CONNECT [:99999999 HTTP/1.1\r\n\r\n",
            b"X" * 40_000,
        ],
    )
    def test_noise_ends_the_connection_and_nothing_else(
        self, sandgram: RunningSandgram, noise: bytes
    ) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            line.sendall(noise)
            try:
                answer = read_all(line)
            except ConnectionResetError:
                answer = b""
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
        with connected(proxy) as line:
            assert "200" in connect(proxy, line, f"localhost:{port_of(sandgram)}")


class TestTroubles:
    def test_down_cuts_what_is_open_and_up_again_is_the_same_port(
        self, sandgram: RunningSandgram
    ) -> None:
        proxy = sandgram.proxy()
        with connected(proxy) as line:
            connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}")
            sandgram.trouble(proxy, "down")
            with pytest.raises((ConnectionResetError, AssertionError)):
                assert line.recv(1) != b""
        with pytest.raises(ConnectionRefusedError), connected(proxy):
            pass
        sandgram.trouble(proxy, "none")
        with connected(proxy) as line:
            assert "200" in connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}")

    def test_refuse_and_fail_say_so(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        sandgram.trouble(proxy, "refuse")
        with connected(proxy) as line:
            assert " 407 " in connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}")
        sandgram.trouble(proxy, "fail", status=503)
        with connected(proxy) as line:
            assert " 503 " in connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}")

    def test_slow_takes_its_time(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        sandgram.trouble(proxy, "slow", seconds=0.3)
        begun = time.monotonic()
        with connected(proxy) as line:
            assert "200" in connect(proxy, line, f"127.0.0.1:{port_of(sandgram)}")
        assert time.monotonic() - begun >= 0.3

    def test_a_stalled_one_lets_the_server_end(self, tmp_path: Path) -> None:
        running = start_sandgram(tmp_path, "--proxies", "1")
        (proxy,) = running.control.get("/proxies").json()["items"]
        running.trouble(proxy, "stall")
        ended = threading.Event()

        def wait() -> None:
            with connected(proxy) as line:
                connect(proxy, line, "127.0.0.1:1")
            ended.set()

        thread = threading.Thread(target=wait)
        thread.start()
        begun = time.monotonic()
        running.close()
        assert time.monotonic() - begun < 5
        thread.join(timeout=10)
        assert ended.is_set()

    def test_a_removed_one_is_gone(self, sandgram: RunningSandgram) -> None:
        proxy = sandgram.proxy()
        assert sandgram.control.delete(f"/proxies/{proxy['number']}").status_code == 200
        assert sandgram.control.delete(f"/proxies/{proxy['number']}").status_code == 404
        with pytest.raises(ConnectionRefusedError), connected(proxy):
            pass


class TestCommands:
    def test_ports_are_found_again_and_an_export_names_them(self, tmp_path: Path) -> None:
        first = start_sandgram(tmp_path, "--proxies", "2")
        before = first.control.get("/proxies").json()["items"]
        first.close()
        second = start_sandgram(tmp_path, "--proxies", "2")
        after = second.control.get("/proxies").json()["items"]
        ended = subprocess.run(
            [sys.executable, "-m", "sandgram", "accounts", "export", "--count", "9", "--server", second.url, "-o", "-"],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        second.close()
        assert [one["port"] for one in after] == [one["port"] for one in before]
        rows = list(csv.DictReader(io.StringIO(ended.stdout)))
        given = [row for row in rows if row["proxy_url"]]
        assert [row["account_no"] for row in given] == ["WACC002", "WACC005", "WACC008"]
        expected = {(str(one["port"]), one["username"], one["password"]) for one in after}
        assert {
            (row["proxy_port"], row["proxy_username"], row["proxy_password"]) for row in given
        } == expected

    def test_trouble_from_the_command_line(self, sandgram: RunningSandgram) -> None:
        import os

        proxy = sandgram.proxy()
        variables = {
            **os.environ,
            "SANDGRAM_URL": sandgram.url,
            "SANDGRAM_CONTROL_TOKEN": sandgram.token,
        }

        def run(*arguments: str) -> str:
            return subprocess.run(
                [sys.executable, "-m", "sandgram", "proxies", *arguments],
                capture_output=True, text=True, timeout=60, check=True, env=variables,
            ).stdout  # fmt: skip

        assert "refuse" in run("trouble", str(proxy["number"]), "refuse")
        assert f":{proxy['port']}" in run("list")
        assert "number" in json.loads(run("add", "--json"))
        assert "closed" in run("remove", str(proxy["number"]))
