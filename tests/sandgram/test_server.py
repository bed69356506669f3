from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.factories import plain_http
from tests.fixtures.sandgram import Account, RunningSandgram, start_sandgram


def sandgram_command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandgram", *arguments],
        capture_output=True, text=True, timeout=60, env={**os.environ, **variables},
    )  # fmt: skip


def stall(account: Account) -> threading.Thread:
    def wait() -> None:
        with pytest.raises(httpx2.HTTPError):
            account.client.get("/sg/v1/me")

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def wait_for_strike(running: RunningSandgram) -> None:
    deadline = time.monotonic() + 10
    while not running.control.get("/faults").json()["items"][0]["struck"]:
        assert time.monotonic() < deadline


class TestServe:
    @pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "stdin"])
    def test_it_ends_within_a_second_even_with_a_stalled_request(
        self, tmp_path: Path, how: str
    ) -> None:
        running = start_sandgram(tmp_path)
        account = running.account()
        running.fault("stall_before", action="me")
        thread = stall(account)
        wait_for_strike(running)
        begun = time.monotonic()
        if how == "stdin":
            assert running.process.stdin is not None
            running.process.stdin.close()
        else:
            running.process.send_signal(getattr(signal, how))
        code = running.process.wait(timeout=10)
        took = time.monotonic() - begun
        thread.join(timeout=10)
        running.close()
        # A second is the goal; the tests share their machine.
        assert took < 3.0
        assert code in (0, -signal.SIGTERM, -signal.SIGINT)

    def test_effects_and_sessions_survive_kill_9(self, tmp_path: Path) -> None:
        first = start_sandgram(tmp_path)
        account = first.account()
        person = account.get("/sg/v1/people/by-handle/harbour_lights")
        assert account.post(f"/sg/v1/people/{person['id']}/follow").status_code == 200
        first.process.kill()
        first.process.wait()
        first.close()
        second = start_sandgram(tmp_path)
        assert [one["action"] for one in second.effects(account=account.login)] == ["follow"]
        again = plain_http.ask(
            "GET", f"{second.url}/sg/v1/me", headers=dict(account.client.headers)
        )
        assert again.json()["profile"]["following_count"] == 1
        second.close()

    def test_a_million_people_start_in_two_seconds_or_so(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        running = start_sandgram(tmp_path, people=1_000_000)
        took = time.monotonic() - begun
        running.close()
        # The goal is two; a shared machine under load may need some more.
        assert took < 6.0

    def test_the_control_token_is_for_its_owner_only(
        self, sandgram: RunningSandgram, tmp_path: Path
    ) -> None:
        running = start_sandgram(tmp_path)
        assert stat.S_IMODE((tmp_path / "control.token").stat().st_mode) == 0o600
        running.close()

    def test_a_token_of_the_environment_is_in_the_file_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start_sandgram(tmp_path).close()
        monkeypatch.setenv("SANDGRAM_CONTROL_TOKEN", "chosen-by-hand")
        running = start_sandgram(tmp_path)
        assert running.token == "chosen-by-hand"
        assert running.control.get("/world").status_code == 200
        running.close()

    def test_a_taken_port_is_named(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            ended = sandgram_command("serve", "--port", port, "--data-dir", str(tmp_path))
        assert ended.returncode == 2
        assert f"127.0.0.1:{port}" in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_another_world_in_the_directory_is_refused(self, tmp_path: Path) -> None:
        start_sandgram(tmp_path).close()
        ended = sandgram_command("serve", "--port", "0", "--seed", "9", "--data-dir", str(tmp_path))
        assert ended.returncode == 2
        assert "--seed 7" in ended.stderr

    def test_it_says_nothing_on_stderr_while_all_is_well(self, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandgram", "serve", "--port", "0", "--exit-with-stdin",
             "--data-dir", str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        plain_http.ask("GET", f"{url}/sg/health")
        _, talk = process.communicate(timeout=10)
        assert talk == ""


class TestExport:
    def test_it_writes_the_import_format(self, tmp_path: Path) -> None:
        file = tmp_path / "accounts.csv"
        ended = sandgram_command(
            "accounts", "export", "--count", "14", "--seed", "7", "-o", str(file)
        )
        assert ended.returncode == 0, ended.stderr
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 15
        assert lines[0].startswith("account_no,login,password,email,email_password,auth_token,ct0,")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_the_example_in_the_repository_is_what_it_writes(self, tmp_path: Path) -> None:
        file = tmp_path / "accounts.csv"
        sandgram_command("accounts", "export", "--count", "14", "--seed", "7", "-o", str(file))
        example = Path(__file__).parents[2] / "examples" / "accounts.csv"
        assert file.read_bytes() == example.read_bytes()

    def test_sixty_thousand_rows_take_seconds(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        ended = sandgram_command(
            "accounts", "export", "--count", "60000", "-o", str(tmp_path / "a.csv")
        )
        assert ended.returncode == 0
        assert time.monotonic() - begun < 20

    def test_a_servers_seed_is_taken_from_it(self, sandgram: RunningSandgram) -> None:
        ended = sandgram_command(
            "accounts", "export", "--count", "1", "--server", sandgram.url, "-o", "-"
        )
        assert "test_account" in ended.stdout


class TestTalkingToAServer:
    def run(self, sandgram: RunningSandgram, *arguments: str) -> str:
        ended = sandgram_command(
            *arguments, SANDGRAM_URL=sandgram.url, SANDGRAM_CONTROL_TOKEN=sandgram.token
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def test_faults_are_set_listed_and_cleared(self, sandgram: RunningSandgram) -> None:
        made = json.loads(
            self.run(sandgram, "faults", "set", "reset", "action=view", "after=2", "--json")
        )
        assert (made["kind"], made["after"]) == ("reset", 2)
        assert "action=view" in self.run(sandgram, "faults", "list")
        assert "1 cleared" in self.run(sandgram, "faults", "clear")
        assert "2 rules" in self.run(sandgram, "faults", "play", "rate-limit-storm")

    def test_world_and_oracle_answer_in_json(self, sandgram: RunningSandgram) -> None:
        assert json.loads(self.run(sandgram, "world", "--json"))["seed"] == 7
        assert "items" in json.loads(self.run(sandgram, "oracle", "--json"))
        assert "repeats" in json.loads(self.run(sandgram, "oracle", "--duplicates", "--json"))

    def test_accounts_are_troubled_and_let_in(self, sandgram: RunningSandgram) -> None:
        made = sandgram.credentials()
        login = made["login"]
        assert "challenge" in self.run(sandgram, "accounts", "trouble", login, "challenge")
        codes = self.run(sandgram, "accounts", "backup-codes", login, "--count", "2").split()
        assert len(codes) == 2
        assert "sent" in self.run(sandgram, "accounts", "mail", login, "--forged")
        (mail,) = json.loads(self.run(sandgram, "accounts", "mails", login, "--json"))
        assert mail["uid"] == 1
        assert "0 ended" in self.run(sandgram, "accounts", "end-cookies", login)
        assert json.loads(self.run(sandgram, "challenges", "--login", login, "--json")) == []
        plain_http.ask("POST", f"{sandgram.url}/sg/v1/login",
            json={"login": login, "password": made["password"]})  # fmt: skip
        told = self.run(sandgram, "accounts", "log-ins", login)
        assert "challenge_required" in told
        assert "native" in told

    def test_a_wrong_field_is_named(self, sandgram: RunningSandgram) -> None:
        ended = sandgram_command(
            "faults", "set", "reset", "colour=red",
            SANDGRAM_URL=sandgram.url, SANDGRAM_CONTROL_TOKEN=sandgram.token,
        )  # fmt: skip
        assert ended.returncode == 1
        assert "colour" in ended.stderr

    def test_a_silent_address_is_told_in_one_line(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        ended = sandgram_command(
            "world", "--server", f"http://127.0.0.1:{port}", SANDGRAM_CONTROL_TOKEN="x"
        )
        assert ended.returncode == 1
        assert urlsplit(f"http://127.0.0.1:{port}").netloc in ended.stderr
        assert "Traceback" not in ended.stderr


class TestClockFile:
    def test_the_world_keeps_step_with_another_program(self, tmp_path: Path) -> None:
        facts = {"wall": "2026-01-01T00:00:00Z", "world": "2030-01-01T00:00:00Z", "factor": 1}
        file = tmp_path / "clock.json"
        file.write_text(json.dumps(facts), encoding="utf-8")
        running = start_sandgram(tmp_path / "world", "--clock-file", str(file))
        try:
            state = running.control.get("/world").json()
        finally:
            running.close()
        assert state["now"] >= "2030"
        assert state["clock_factor"] == 1
