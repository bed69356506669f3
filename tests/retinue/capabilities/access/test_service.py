from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from retinue.capabilities.access import cli, rules
from retinue.capabilities.access import service as access
from retinue.capabilities.access.errors import Exposed, LoginSlowed
from retinue.capabilities.access.models import Role
from retinue.foundation.cli import CommandContext, exit_code_for
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Refusal
from retinue.foundation.key_file import SealingKeyUnusable
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from tests.factories import serving
from tests.retinue.capabilities.access.conftest import PASSWORD, LogIn, MakeOperator

Run = Callable[..., tuple[str, str]]


class TestInitialise:
    def test_demo_mode_is_decided_at_the_first_start_only(
        self, database: Database, noon: datetime
    ) -> None:
        for is_demo in (False, True):
            with database.writing() as db:
                access.initialise(db, serving.SEALER, is_demo=is_demo, now=noon)
        with database.reading() as db:
            assert not access.is_demo(db)

    def test_another_key_is_refused_and_nothing_changes(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            access.initialise(db, serving.SEALER, is_demo=True, now=noon)
        other = Sealer.of(bytes(32))
        with (
            pytest.raises(
                SealingKeyUnusable, match="not the one that this database was written with"
            ),
            database.writing() as db,
        ):
            access.initialise(db, other, is_demo=False, now=noon)
        with database.reading() as db:
            assert access.is_demo(db)

    def test_two_processes_that_start_at_once_agree(
        self, database: Database, noon: datetime
    ) -> None:
        def start() -> None:
            with database.writing() as db:
                access.initialise(db, serving.SEALER, is_demo=True, now=noon)

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as db:
            assert access.is_demo(db)


class TestCheckBind:
    @pytest.mark.parametrize("bind", ["127.0.0.1", "::1", "localhost"])
    def test_loopback_needs_nothing(self, runtime: Runtime, clock: ManualClock, bind: str) -> None:
        self.check(runtime, clock, bind=bind)

    @pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.evil.com"])
    def test_elsewhere_needs_an_admin_and_host_names(
        self, runtime: Runtime, clock: ManualClock, make_operator: MakeOperator, bind: str
    ) -> None:
        with pytest.raises(Exposed, match="operators add NAME --role admin") as caught:
            self.check(runtime, clock, bind=bind)
        assert exit_code_for(caught.value.status) == 2
        make_operator("ben", Role.operator)
        with pytest.raises(Exposed, match="make an admin"):
            self.check(runtime, clock, bind=bind, allowed_hosts=("retinue.example",))
        make_operator()
        with pytest.raises(Exposed, match="RETINUE_ALLOWED_HOSTS"):
            self.check(runtime, clock, bind=bind)
        self.check(runtime, clock, bind=bind, allowed_hosts=("retinue.example",))

    def check(self, runtime: Runtime, clock: ManualClock, **configured: object) -> None:
        data_dir: Path = runtime.configuration.data_dir
        configuration = serving.make_runtime(
            runtime.database, clock, data_dir, **configured
        ).configuration
        with runtime.database.reading() as db:
            access.check_bind(db, configuration)


class TestBeginLogin:
    def test_parallel_guesses_are_all_counted(
        self, runtime: Runtime, clock: ManualClock, make_operator: MakeOperator
    ) -> None:
        make_operator()
        outcomes: list[str] = []

        def guess() -> None:
            try:
                with runtime.database.writing() as db:
                    access.begin_login(db, "anna", address="203.0.113.7", now=clock.now())
            except LoginSlowed:
                outcomes.append("slowed")
            else:
                outcomes.append("evaluated")

        threads = [threading.Thread(target=guess) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["evaluated"] * 5 + ["slowed"] * 7


class TestSweep:
    def test_failures_are_forgotten_after_half_an_hour(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        with runtime.database.writing() as db:
            access.begin_login(db, "anna", address=None, now=clock.now())
            assert access.sweep(db, now=clock.now()) == 0
            assert access.sweep(db, now=clock.now() + timedelta(minutes=30)) == 1


class TestNextAttemptAt:
    def test_the_delay_grows_and_ends_at_five_minutes(self, noon: datetime) -> None:
        delays = []
        for count in range(5, 16):
            failures = [noon - timedelta(minutes=20)] * (count - 1) + [noon]
            until = rules.next_attempt_at(failures, [], now=noon)
            assert until is not None
            delays.append((until - noon).total_seconds())
        assert delays == [4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


class TestCommands:
    """`retinue access`, with the installation of the test."""

    @pytest.fixture
    def run(self, runtime: Runtime) -> Run:
        @contextmanager
        def opened() -> Iterator[Runtime]:
            yield runtime

        def invoke(*arguments: str, stdin: str = "") -> tuple[str, str]:
            result = CliRunner().invoke(
                cli.app, list(arguments), input=stdin, obj=CommandContext(open=opened)
            )
            if isinstance(result.exception, Refusal):
                raise result.exception
            assert result.exit_code == 0, result.output
            return result.stdout, result.stderr

        return invoke

    def test_a_person_is_let_in_by_a_password_from_stdin(self, run: Run, log_in: LogIn) -> None:
        run("operators", "add", "Anna", "--role", "admin", stdin=f"{PASSWORD}\n")
        assert '"username": "anna"' in run("operators", "list", "--json")[0]
        assert log_in().get("/api/me").json()["role"] == "admin"
        run("operators", "reset-password", "anna", stdin="another quiet river 77\n")
        assert log_in("anna", "another quiet river 77").get("/api/me").status_code == 200

    def test_a_weak_password_and_an_unknown_role_are_named(self, run: Run) -> None:
        with pytest.raises(Refusal, match="password: has 5 characters"):
            run("operators", "add", "anna", stdin="short\n")
        with pytest.raises(Refusal, match="role"):
            run("operators", "add", "anna", "--role", "king", stdin=f"{PASSWORD}\n")

    def test_a_token_is_the_only_thing_on_stdout(self, run: Run, app: FastAPI) -> None:
        out, err = run("tokens", "create", "ci", "--role", "operator", "--days", "30")
        token = out.strip()
        assert token.startswith("rt_")
        assert token not in err
        bearer = serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {token}")
        assert bearer.get("/api/me").json()["role"] == "operator"
        token_id = run("tokens", "list")[0].splitlines()[1].split()[0]
        run("tokens", "revoke", token_id)
        assert bearer.get("/api/me").status_code == 401

    def test_the_setup_url_is_there_until_there_is_an_admin(self, run: Run, app: FastAPI) -> None:
        url = run("setup-url")[0].strip()
        assert url.startswith("http://127.0.0.1:8000/ui/setup?code=")
        body = {"code": url.partition("code=")[2], "username": "anna", "password": PASSWORD}
        assert serving.client(app).post("/api/setup", json=body).status_code == 201
        with pytest.raises(Refusal, match="There is an admin already"):
            run("setup-url")
