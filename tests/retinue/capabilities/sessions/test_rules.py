from __future__ import annotations

import pytest

from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import StopStep


class TestStopStep:
    @pytest.mark.parametrize(
        ("seconds", "step"),
        [
            (0, StopStep.ask),
            (9.9, StopStep.ask),
            (10, StopStep.terminate),
            (14.9, StopStep.terminate),
            (15, StopStep.kill),
        ],
    )
    def test_ten_seconds_of_asking_then_five_of_sigterm_then_the_kill(
        self, seconds: float, step: StopStep
    ) -> None:
        assert rules.stop_step(seconds) is step


class TestStatusOfExit:
    @pytest.mark.parametrize(
        ("code", "was_asked", "status"),
        [
            (0, False, SessionStatus.completed),
            (10, True, SessionStatus.stopped),
            (11, False, SessionStatus.failed),
            (12, False, SessionStatus.lost),
            (13, False, SessionStatus.lost),
            (-9, True, SessionStatus.stopped),
            (-9, False, SessionStatus.failed),
            (1, False, SessionStatus.failed),
        ],
    )
    def test_a_process_says_what_its_session_came_to(
        self, code: int, was_asked: bool, status: SessionStatus
    ) -> None:
        assert rules.status_of_exit(code, was_asked=was_asked) is status


def name_of(login: str, *, is_shared: bool = False) -> str:
    return rules.file_name(login, uid="uid", network="sandgram", is_shared=is_shared)


class TestFileName:
    def test_a_login_of_two_networks_names_its_network_too(self) -> None:
        assert name_of("ava", is_shared=True) == "ava@sandgram"

    @pytest.mark.parametrize("login", ["server", "Server"])
    def test_no_account_writes_into_the_servers_log(self, login: str) -> None:
        assert name_of(login) == f"{login}@sandgram"

    @pytest.mark.parametrize("login", ["ava", "test_account", "a.b-c"])
    def test_an_ordinary_login_names_its_file(self, login: str) -> None:
        assert name_of(login) == login

    @pytest.mark.parametrize(
        "login", ["..", "../etc/passwd", ".hidden", "a/b", "a\x00b", "-rf", "x" * 65, "", "a..b"]
    )
    def test_what_could_be_a_path_gives_way_to_the_uid(self, login: str) -> None:
        assert name_of(login) == "uid"
