"""`retinue up --demo` from the first start to the last: what a new user sees, and what is left afterwards."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.acceptance.product import IDLE_LOGINS, Product, is_alive, rows, run, seconds_until, start

pytestmark = [pytest.mark.slow]

HISTORY = "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM account_imports), (SELECT count(*) FROM sessions)"


class TestFirstStart:
    def test_it_prints_one_block_and_nothing_on_stdout(self, product: Product) -> None:
        assert product.said.count("Retinue is running.") == 1
        assert product.said.count(f"{product.url}/docs") == 1
        assert product.said.count("Ctrl-C") == 1
        assert product.stdout.read_bytes() == b""

    def test_all_fourteen_accounts_are_active(self, product: Product) -> None:
        found = product.http.get("/accounts").json()
        assert len(found) == 14
        assert {one["lifecycle"] for one in found} == {"active"}
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
        addresses = {
            connection.laddr.ip
            for process in product.processes()
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert addresses == {"127.0.0.1"}

    def test_the_ui_leads_to_the_documentation(self, product: Product) -> None:
        assert product.http.get("/ui/").headers["location"] == "/docs"
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


@dataclass
class Story:
    """One data directory, started, ended with Ctrl-C, started again, killed, and started a third time."""

    first: Product
    exit_code: int
    after_first: list[psutil.Process]
    sessions_after_first: list[tuple[str, str]]
    history: list[tuple[int, ...]]
    second: Product
    history_of_second: list[tuple[int, ...]]
    open_sessions_of_second: list[str]
    gone_after: float
    third: Product


def tell(data_dir: Path, running: list[Product]) -> Story:
    first = start(data_dir)
    running.append(first)
    (at_work,) = {one["account"] for one in first.http.get("/sessions").json()["items"]}
    first.wait_for_status(at_work, "running", "waiting")
    exit_code = first.interrupt()
    after_first = first.left()
    ended = rows(data_dir, "SELECT status, stop_reason FROM sessions")
    history = rows(data_dir, HISTORY)

    second = start(data_dir)
    running.append(second)
    history_of_second = rows(data_dir, HISTORY)
    opened = rows(
        data_dir, "SELECT status FROM sessions WHERE status IN ('starting', 'running', 'waiting')"
    )
    with second.sandgram() as control:
        # The like reaches the world; its answer does not come while the server lives.
        fault = {"kind": "stall_after", "action": "like", "seconds": 60}
        assert control.post("/faults", json=fault).status_code == 201
    assert second.http.post("/start_session", json={"account": "test_account"}).status_code == 200
    unsettled = "SELECT count(*) FROM attempts WHERE state = 'intent'"
    seconds_until(lambda: rows(data_dir, unsettled) == [(1,)], "an open intent", seconds=30)
    second.processes()
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait()
    gone_after = seconds_until(lambda: not second.left(), "the end of the children", seconds=20)

    third = start(data_dir)
    running.append(third)
    return Story(
        first, exit_code, after_first, ended, history, second, history_of_second,
        [status for (status,) in opened], gone_after, third,
    )  # fmt: skip


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    running: list[Product] = []
    try:
        yield tell(tmp_path_factory.mktemp("story") / "data", running)
    finally:
        for one in running:
            one.end()


class TestCtrlC:
    def test_it_ends_with_zero_and_says_so(self, story: Story) -> None:
        assert story.exit_code == 0
        assert story.first.said.rstrip().endswith("Stopped.")
        assert "Traceback" not in story.first.said

    def test_no_process_is_left(self, story: Story) -> None:
        assert len(story.first.seen) >= 3, "the server, Sandgram and a session were seen"
        assert story.after_first == []

    def test_the_session_is_written_down_as_stopped(self, story: Story) -> None:
        assert [status for status, _ in story.sessions_after_first] == ["stopped"]


class TestSecondStart:
    def test_it_imports_nothing_and_starts_no_second_session(self, story: Story) -> None:
        assert story.history == [(14, 1, 1)]
        assert story.history_of_second == story.history
        assert story.open_sessions_of_second == []

    def test_it_is_ready_soon(self, story: Story) -> None:
        # The promise is 5 s on a machine of its own; the bound leaves room for the tests beside this one.
        print(
            f"first start {story.first.ready_seconds:.2f} s, second {story.second.ready_seconds:.2f} s"
        )
        assert story.second.ready_seconds < 10


class TestKilledServer:
    def test_nothing_of_it_is_left_after_five_seconds(self, story: Story) -> None:
        assert len(story.second.seen) >= 3
        assert story.gone_after <= 5
        assert not any(is_alive(one) for one in story.second.seen.values())

    def test_the_next_start_settles_the_session_as_lost(self, story: Story) -> None:
        status = story.third.wait_for_status("test_account", "lost")
        assert status["pid"] is None

    def test_the_act_that_was_cut_off_is_unknown(self, story: Story) -> None:
        # Either the dying session still wrote it down, or this start did; never is it done again.
        seconds_until(
            lambda: story.third.rows("SELECT state FROM attempts WHERE state IN ('intent', 'unknown')") == [("unknown",)],
            "the settlement", seconds=20,
        )  # fmt: skip

    def test_the_account_works_again(self, story: Story) -> None:
        story.third.wait_for_status("test_account", "lost")
        with story.third.sandgram() as control:
            control.delete("/faults")
        answer = story.third.http.post("/start_session", json={"account": "test_account"})
        assert answer.status_code == 200, answer.text
        assert (
            story.third.http.post("/stop_session", json={"account": "test_account"}).status_code
            == 200
        )
