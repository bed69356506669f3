"""Accounts on Sandgram's X, connected and authorised as an operator would do it."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountKind, Lifecycle
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.connecting.models import AccountGrant, Tier
from retinue.workflows.connecting.schemas import ConnectWanted, TokensWanted
from tests.fixtures.sandgram import RunningSandgram

BY = connecting.By("a test")


def connect(runtime: Runtime, *, tier: Tier = Tier.self_serve, **wanted: Any) -> None:
    with runtime.database.writing() as db:
        body = ConnectWanted(reason="a test", tier=tier, **wanted)
        connecting.connect(db, runtime, "x", body, by=BY)


def add_account(
    runtime: Runtime, sandgram: RunningSandgram, *, kind: AccountKind = AccountKind.normal
) -> Account:
    """Active, on X, with tokens that its owner has just granted."""
    login = sandgram.credentials()["login"]
    wanted = AccountCreate(login=login, network="x", kind=kind)
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        account = accounts.add(db, runtime.sealer, wanted, actor="a test", now=now)
        lifecycle = Lifecycle.ready if kind is AccountKind.worker else Lifecycle.active
        accounts.move(db, account, lifecycle, reason="a test", actor="a test", now=now)
    authorise(runtime, sandgram, account)
    return account


def authorise(
    runtime: Runtime, sandgram: RunningSandgram, account: Account, **granted: Any
) -> dict[str, Any]:
    """Tokens from Sandgram, put where Retinue keeps them; what is named is put in their place."""
    answer = sandgram.control.post("/x/tokens", json={"login": account.login})
    made: dict[str, Any] = {**answer.json(), **granted}
    wanted = TokensWanted(
        access_token=SecretStr(made["access_token"]) if made["access_token"] else None,
        refresh_token=SecretStr(made["refresh_token"]) if made["refresh_token"] else None,
        expires_in=made["expires_in"],
        scope=made["scope"],
    )
    with runtime.database.writing() as db:
        connecting.authorise(db, runtime, "x", account.id, wanted, by=BY)
    return made


def grant_of(runtime: Runtime, account: Account) -> AccountGrant:
    with runtime.database.reading() as db:
        found = db.get(AccountGrant, account.id)
        assert found is not None
        return found


def disconnect(runtime: Runtime) -> None:
    with runtime.database.writing() as db:
        connecting.disconnect(db, runtime, "x", "a test", by=BY)
