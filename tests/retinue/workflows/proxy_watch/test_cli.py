from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate
from retinue.capabilities.proxies import service as proxies
from retinue.foundation.cli import CommandContext
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.proxy_watch import service
from retinue.workflows.proxy_watch.cli import app
from tests.factories import serving

Command = Callable[..., Result]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


@pytest.fixture
def command(runtime: Runtime) -> Command:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    def run(*arguments: str, said: str | None = None) -> Result:
        found = CommandContext(open=opened)
        return CliRunner().invoke(app, list(arguments), obj=found, input=said)

    return run


def test_a_password_comes_by_stdin_or_a_descriptor_and_is_shown_nowhere(
    command: Command, runtime: Runtime
) -> None:
    added = command("add", "socks5://127.0.0.1:1080", "--username", "me", said="hush-1\n")
    reading, writing = os.pipe()
    os.write(writing, b"hush-2\n")
    os.close(writing)
    other = command("add", "http://[::1]:8080", "--username", "me", "--password-fd", str(reading))
    os.close(reading)
    assert (added.exit_code, other.exit_code) == (0, 0), added.output + other.output
    listed = command("list", "--json")

    assert "hush" not in added.output + other.output + listed.output
    with runtime.database.reading() as db:
        opened = [proxies.open(db, runtime.sealer, row["id"]) for row in json.loads(listed.stdout)]
    assert [one.password for one in opened] == ["hush-1", "hush-2"]


@pytest.mark.parametrize(
    "address", ["http://me:hush@127.0.0.1:1", "127.0.0.1", "http://h:99999", "http://h:1/path"]
)
def test_what_is_no_address_is_refused_without_being_repeated(
    command: Command, address: str
) -> None:
    refused = command("add", address)

    assert isinstance(refused.exception, Invalid)
    assert "hush" not in str(refused.exception)


def test_accounts_are_moved_by_a_change_that_is_approved_at_once(
    command: Command, runtime: Runtime
) -> None:
    for port in ("1", "2"):
        assert command("add", f"http://127.0.0.1:{port}").exit_code == 0
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        luna = accounts.add(db, runtime.sealer, AccountCreate(login="luna"), actor="me", now=now).id
        accounts.change(db, luna, AccountChange(proxy=1), actor="me", now=now)
    planned = command(
        "change", "1", "--to", "2", "--account", "luna", "--reason", "why", "--approve"
    )
    assert "approved" in planned.stdout, planned.output
    service.carry_out(runtime)

    assert "carried_out" in command("changes").stdout
    with runtime.database.reading() as db:
        assert accounts.get(db, luna).proxy_id == 2


def test_a_policy_is_set_by_pool(command: Command) -> None:
    command("add", "http://127.0.0.1:1", "--pool", "berlin")

    assert command("policy", "berlin", "automatic").stderr == "berlin: automatic\n"
    assert isinstance(command("policy", "paris", "automatic").exception, Invalid)
