"""Secrets that leave: with a scope, a reason and an entry in the audit log, and in no other way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import endpoints as account_endpoints
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate, OpenCredentials
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.foundation import passphrase_file
from retinue.foundation.cli import CommandContext
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Conflict, Invalid
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import endpoints as import_endpoints
from retinue.workflows.account_import.cli import import_file
from retinue.workflows.disclosing import endpoints
from retinue.workflows.disclosing.cli import export_secrets, reveal
from tests.factories import serving

PHRASE = "seven otters cross the harbour"
SECRETS = OpenCredentials(
    password="canary password",
    email_password="canary-mail",
    auth_token="canary-token",
    ct0="canary-ct0",
    totp_secret="JBSWY3DPEHPK3PXPJBSW",
    backup_codes=("canary-1", "canary-2"),
    cookies='[{"name": "canary", "value": "crumb"}]',
)
Command = Callable[..., Result]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def luna(runtime: Runtime) -> Account:
    """With all that an account may have."""
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        wanted = AccountCreate(
            login="luna", email="luna@mail.example", persona="=Lu", labels=("a", "b"),
            credentials=SECRETS,
        )  # fmt: skip
        account = accounts.add(db, runtime.sealer, wanted, actor="me", now=now)
        way = ProxyCreate.model_validate(
            {"host": "127.0.0.1", "port": 9, "username": "me", "password": "canary-way"}
        )
        proxy = proxies.add(db, runtime.sealer, way, actor="me", now=now)
        change = AccountChange(proxy=proxy.id)
        return accounts.change(db, account.id, change, actor="me", now=now)


def caller(runtime: Runtime, *, role: Role = Role.admin, peer: str = "token") -> TestClient:
    routers = [import_endpoints.router, account_endpoints.router, endpoints.router]
    app = serving.make_app(runtime, routers)
    if peer == "local":
        return serving.client(app)
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name=role.value, role=role),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    return serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {issued.token}")


def audit_text(runtime: Runtime) -> str:
    with runtime.database.reading() as db:
        return str(db.execute(text("SELECT action, reason, after FROM audit_entries")).all())


class TestReveal:
    def test_an_admin_with_a_reason_sees_everything_and_the_log_keeps_the_names(
        self, runtime: Runtime, luna: Account
    ) -> None:
        admin = caller(runtime)
        path = f"/api/accounts/{luna.id}/credentials/reveal"
        answer = admin.post(path, json={"reason": "the network asks on the phone"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        secrets = answer.json()["secrets"]
        assert secrets["password"] == "canary password"
        assert secrets["backup_codes"] == ["canary-1", "canary-2"]
        kept = audit_text(runtime)
        assert "accounts.secrets_revealed" in kept
        assert "on the phone" in kept
        assert "canary" not in kept

    @pytest.mark.parametrize(
        ("role", "peer"), [(Role.admin, "local"), (Role.operator, "token"), (Role.viewer, "token")]
    )
    def test_nobody_without_the_scope_does_and_demo_mode_has_it_not(
        self, runtime: Runtime, luna: Account, role: Role, peer: str
    ) -> None:
        answer = caller(runtime, role=role, peer=peer).post(
            f"/api/accounts/{luna.id}/credentials/reveal", json={"reason": "because"}
        )

        assert answer.status_code == 403
        assert "canary" not in answer.text
        assert "secrets_revealed" not in audit_text(runtime)

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}])
    def test_without_a_reason_nothing_is_shown(
        self, runtime: Runtime, luna: Account, body: dict[str, str]
    ) -> None:
        answer = caller(runtime).post(f"/api/accounts/{luna.id}/credentials/reveal", json=body)

        assert answer.status_code == 422

    def test_no_answer_is_kept_for_a_key(self, runtime: Runtime, luna: Account) -> None:
        answer = caller(runtime).post(
            f"/api/accounts/{luna.id}/credentials/reveal",
            json={"reason": "because"},
            headers={"Idempotency-Key": "once"},
        )

        assert answer.status_code in {400, 409, 422}
        assert "canary" not in answer.text


class TestExport:
    def send(self, http: TestClient, **body: object) -> bytes:
        wanted = {"reason": "a move", "passphrase": PHRASE, "filter": {}, **body}
        answer = http.post("/api/accounts/export", json=wanted)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.content

    def test_the_file_holds_everything_for_the_passphrase_and_nothing_without_it(
        self, runtime: Runtime, luna: Account
    ) -> None:
        del luna
        file = self.send(caller(runtime))
        assert b"canary" not in file
        opened = passphrase_file.unseal(file, PHRASE).decode()

        for secret in ("canary password", "canary-mail", "canary-way", "crumb", "canary-2"):
            assert secret in opened
        kept = audit_text(runtime)
        assert "accounts.secrets_exported" in kept
        assert PHRASE not in kept

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"passphrase": "short"}, "passphrase"),
            ({"passphrase": "passwordpassword"}, "passphrase"),
            ({"reason": None}, "reason"),
            ({"filter": {"search": "nobody"}}, "filter"),
            ({"ids": [1]}, "body"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_leaves(
        self, runtime: Runtime, luna: Account, body: dict[str, object], field: str
    ) -> None:
        del luna
        wanted = {"reason": "a move", "passphrase": PHRASE, "filter": {}, **body}
        answer = caller(runtime).post("/api/accounts/export", json=wanted)

        assert answer.status_code == 422
        assert field in str(answer.json()["errors"][0]["loc"])
        assert "secrets_exported" not in audit_text(runtime)
        assert "passwordpassword" not in answer.text

    @pytest.mark.parametrize(
        ("role", "peer"), [(Role.admin, "local"), (Role.operator, "token"), (Role.bot, "token")]
    )
    def test_nobody_without_the_scope_may(
        self, runtime: Runtime, luna: Account, role: Role, peer: str
    ) -> None:
        del luna
        wanted = {"reason": "a move", "passphrase": PHRASE, "filter": {}}
        answer = caller(runtime, role=role, peer=peer).post("/api/accounts/export", json=wanted)

        assert answer.status_code == 403

    def test_a_server_is_never_told_the_passphrase_of_a_file(
        self, runtime: Runtime, luna: Account
    ) -> None:
        del luna
        http = caller(runtime)
        files = {"file": ("accounts.csv", self.send(http), "text/csv")}
        answer = http.post("/api/accounts/import", files=files)

        assert answer.status_code == 422
        assert "retinue accounts import" in answer.text


@pytest.fixture
def command(runtime: Runtime) -> Command:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    app = typer.Typer()
    app.command("export-secrets")(export_secrets)
    app.command("import")(import_file)
    app.command("reveal")(reveal)

    def run(*arguments: str, said: str | None = None) -> Result:
        found = CommandContext(open=opened)
        return CliRunner().invoke(app, list(arguments), obj=found, input=said)

    return run


class TestCommands:
    def test_what_was_exported_is_imported_as_it_was(
        self, command: Command, runtime: Runtime, luna: Account, tmp_path: Path
    ) -> None:
        file = tmp_path / "accounts.retinue"
        reading, writing = os.pipe()
        os.write(writing, f"{PHRASE}\n".encode())
        os.close(writing)
        made = command(
            "export-secrets", str(file), "--reason", "a move", "--passphrase-fd", str(reading)
        )
        os.close(reading)
        assert made.exit_code == 0, made.output
        assert file.stat().st_mode & 0o777 == 0o600
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            change = AccountChange(labels=[], proxy=None, persona=None)
            accounts.change(db, luna.id, change, actor="me", now=now)
            other = dict.fromkeys(("password", "email_password", "auth_token", "ct0"), "other")
            accounts.store_credentials(
                db, runtime.sealer, luna, {**other, "cookies": "none"}, now=now
            )
        came = command("import", str(file), said=f"{PHRASE}\n")
        assert came.exit_code == 0, came.output

        with runtime.database.reading() as db:
            account = accounts.get(db, luna.id)
            assert accounts.open_credentials(db, runtime.sealer, account) == SECRETS
            shown = accounts.read(db, account)
            assert (shown.labels, shown.persona and shown.persona.name) == (["a", "b"], "=Lu")
            assert account.proxy_id is not None
            assert proxies.open(db, runtime.sealer, account.proxy_id).password == "canary-way"

    def test_another_passphrase_imports_nothing(
        self, command: Command, luna: Account, tmp_path: Path
    ) -> None:
        del luna
        file = tmp_path / "accounts.retinue"
        assert (
            command("export-secrets", str(file), "--reason", "x", said=f"{PHRASE}\n").exit_code == 0
        )
        refused = command("import", str(file), said="another one\n")
        again = command("export-secrets", str(file), "--reason", "x", said=f"{PHRASE}\n")

        assert isinstance(refused.exception, Invalid)
        assert isinstance(again.exception, Conflict)

    def test_reveal_prints_what_is_stored_and_is_written_down(
        self, command: Command, runtime: Runtime, luna: Account
    ) -> None:
        del luna
        shown = command("reveal", "luna", "--reason", "a call", "--json")

        assert json.loads(shown.stdout)["secrets"]["ct0"] == "canary-ct0"
        assert "accounts.secrets_revealed" in audit_text(runtime)
