"""`retinue up --demo` from the first start to the last: what a new user sees, and what is left afterwards."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.acceptance.product import IDLE_LOGINS, Product, run, seconds_until, start

pytestmark = [pytest.mark.slow]

HISTORY = "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM account_imports), (SELECT count(*) FROM sessions)"


class TestFirstStart:
    def test_it_prints_one_block_and_nothing_on_stdout(self, product: Product) -> None:
        assert product.said.count("Retinue is running.") == 1
        assert product.said.count(f"{product.url}/docs") == 1
        assert product.said.count("Ctrl-C") == 1
        assert product.stdout.read_bytes() == b""

    def test_eleven_accounts_are_active_and_three_wait_for_a_bot(self, product: Product) -> None:
        found = product.http.get("/accounts").json()
        lifecycles = sorted(one["lifecycle"] for one in found)
        assert lifecycles == ["active"] * 11 + ["ready"] * 3
        assert {one["account"] for one in found} > IDLE_LOGINS

    def test_one_session_is_at_work_and_it_acts(self, product: Product) -> None:
        (session,) = product.http.get("/sessions").json()["items"]
        assert session["account"] not in IDLE_LOGINS
        assert product.wait_for_status(session["account"], "running", "waiting")["pid"] is not None
        seconds_until(
            lambda: bool(product.http.get("/get_interactions").json()), "an interaction", seconds=30
        )

    def test_the_documentations_accounts_wait_for_the_reader(self, product: Product) -> None:
        for login in IDLE_LOGINS:
            status = product.session_of(login)
            assert (status["status"], status["session_id"], status["pid"]) == (
                "stopped",
                None,
                None,
            )

    def test_an_inherited_HOST_changes_nothing(self, product: Product) -> None:  # noqa: N802
        assert psutil.Process(product.process.pid).environ()["HOST"] == "0.0.0.0"
        addresses = set()
        for process in product.processes():
            # Some of them live for one picture only.
            with suppress(psutil.NoSuchProcess):
                addresses |= {
                    connection.laddr.ip
                    for connection in process.net_connections(kind="inet")
                    if connection.status == psutil.CONN_LISTEN
                }
        assert addresses == {"127.0.0.1"}

    def test_the_dashboard_and_the_documentation_are_there(self, product: Product) -> None:
        assert "Retinue" in product.http.get("/ui/").text
        assert product.http.get("/docs").status_code == 200
        paths = product.http.get("/openapi.json").json()["paths"]
        assert {"/start_session", "/account_config/{account}", "/api/interactions/why"} <= set(
            paths
        )

    def test_a_second_server_on_the_directory_says_who_is_there(self, product: Product) -> None:
        result = run("--data-dir", str(product.data_dir), "up", "--demo", "--port", "0")
        assert result.returncode == 4, result.stderr
        assert f"process {product.process.pid}" in result.stderr
        assert product.url in result.stderr
        assert "Traceback" not in result.stderr
        assert product.http.get("/").json() == {"status": "ok"}


class TestTakenPort:
    def test_it_names_the_variable_and_leaves_nothing_running(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = run("--data-dir", str(tmp_path / "data"), "up", "--demo", "--port", str(port))
        assert result.returncode == 2, result.stderr
        assert f"Port {port} on 127.0.0.1 cannot be used" in result.stderr
        assert "PORT=" in result.stderr
        assert "Traceback" not in result.stderr
        assert not [
            one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(one.info)
        ]


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Callable[[], Product]]:
    """Starts Retinue on one and the same directory, again and again."""
    running: list[Product] = []

    def once_more() -> Product:
        running.append(start(tmp_path / "data"))
        return running[-1]

    yield once_more
    for one in running:
        one.end()


class TestCtrlC:
    def test_everything_ends_and_a_second_start_adds_nothing(
        self, starts: Callable[[], Product]
    ) -> None:
        first = starts()
        (session,) = first.http.get("/sessions").json()["items"]
        first.wait_for_status(session["account"], "running", "waiting")

        assert first.interrupt() == 0

        assert len(first.seen) >= 3, "the server, Sandgram and a session were seen"
        assert first.left() == []
        assert first.said.rstrip().endswith("Stopped.")
        assert "Traceback" not in first.said
        assert first.rows("SELECT status FROM sessions") == [("stopped",)]
        assert first.rows(HISTORY) == [(14, 1, 1)]

        second = starts()
        assert second.rows(HISTORY) == [(14, 1, 1)]
        assert second.rows("SELECT status FROM sessions") == [("stopped",)]
        # The promise is 5 s on a machine of its own; the bound leaves room for the tests beside this one.
        print(f"first start {first.ready_seconds:.2f} s, second {second.ready_seconds:.2f} s")
        assert second.ready_seconds < 10


class TestKilledServer:
    def test_nothing_of_it_is_left_and_the_next_start_settles(
        self, starts: Callable[[], Product]
    ) -> None:
        killed = starts()
        body = {"account": "test_account"}
        with killed.sandgram() as control:
            # The like reaches the world; its answer does not come while the server lives.
            fault = {
                "kind": "stall_after",
                "action": "like",
                "account": "test_account",
                "seconds": 60,
            }
            assert control.post("/faults", json=fault).status_code == 201
        assert killed.http.post("/start_session", json=body).status_code == 200
        states = (
            "SELECT state FROM attempts JOIN accounts ON accounts.id = account_id"
            " WHERE login = 'test_account' AND state IN ('intent', 'unknown')"
        )
        seconds_until(lambda: killed.rows(states) == [("intent",)], "an open intent", seconds=30)
        killed.processes()

        os.kill(killed.process.pid, signal.SIGKILL)
        killed.process.wait()

        assert len(killed.seen) >= 4, "the server, Sandgram and two sessions were seen"
        seconds_until(lambda: not killed.left(), "the end of the children", seconds=5)
        next_one = starts()
        assert next_one.wait_for_status("test_account", "lost")["pid"] is None
        # Either the dying session still wrote it down, or this start did; never is it done again.
        seconds_until(lambda: next_one.rows(states) == [("unknown",)], "the settlement", seconds=20)
        assert next_one.http.post("/start_session", json=body).status_code == 200
        assert next_one.http.post("/stop_session", json=body).status_code == 200
