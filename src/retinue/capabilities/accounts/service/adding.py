"""Adding accounts. Whoever adds one answers for it: `authorised_by`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import AccountExists
from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.accounts.rules import names
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.accounts.service.changing import revive
from retinue.capabilities.accounts.service.credentials import as_stored, store_credentials
from retinue.capabilities.accounts.service.telling import announce
from retinue.capabilities.audit import service as audit
from retinue.capabilities.personas import service as personas
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer


def add(
    db: Session, sealer: Sealer, wanted: AccountCreate, *, actor: str, now: datetime
) -> Account:
    """
    A new account, `imported`; a retired one of the same names comes back instead.

    Raises:
        AccountExists: the account number or the login is taken by a live account.
        Invalid: a name cannot be used; it says which and why.
    """
    login = names.checked("login", names.login, wanted.login)
    number = names.checked(
        "account_no", names.account_no, login if wanted.account_no is None else wanted.account_no
    )
    network = names.checked("network", names.network, wanted.network)
    taken = repository.of_network_login(db, network, login.casefold())
    if taken is not None:
        if taken.lifecycle is not Lifecycle.retired or wanted.account_no not in {
            None,
            taken.account_no,
        }:
            raise _exists(f"login: {network} has an account with this login already", taken)
        store_credentials(db, sealer, taken, as_stored(wanted.credentials), now=now)
        return revive(db, taken, actor=actor, now=now, reason="added again")
    account = _made(wanted, login=login, number=number, network=network, actor=actor, now=now)
    if wanted.persona is not None:
        name = names.checked("persona", names.persona, wanted.persona)
        account.persona_id = personas.ensure(db, name, actor=actor, now=now).id
    if not repository.add(db, account):
        raise _exists("account_no: this number is taken", repository.of_number(db, number))
    repository.set_labels(db, {account.id: account.labels})
    store_credentials(db, sealer, account, as_stored(wanted.credentials), now=now)
    announce(db, account, now=now)
    audit.record(
        db,
        actor=actor,
        action="accounts.added",
        subject=("account", str(account.id)),
        now=now,
        after={"account_no": number, "network": network, "login": login, "persona": wanted.persona},
    )
    return account


def ensure_test_account(
    db: Session,
    sealer: Sealer,
    *,
    login: str,
    credentials: OpenCredentials,
    now: datetime,
    network: str = "sandgram",
) -> Account:
    """The installation's own account on a network, in no list; its credentials as given."""
    account = repository.test_account(db, network)
    if account is None:
        wanted = AccountCreate(login=login, network=network, is_test=True, credentials=credentials)
        account = add(db, sealer, wanted, actor="retinue", now=now)
    else:
        account.login, account.login_key = login, login.casefold()
        store_credentials(db, sealer, account, as_stored(credentials), now=now)
    account.lifecycle = Lifecycle.active
    db.flush()
    return account


def _made(
    wanted: AccountCreate, *, login: str, number: str, network: str, actor: str, now: datetime
) -> Account:
    return Account(
        uid=new_id(),
        account_no=number,
        network=network,
        login=login,
        login_key=login.casefold(),
        email=names.optional("email", names.email, wanted.email),
        kind=wanted.kind,
        lifecycle=Lifecycle.imported,
        health=Health.unknown,
        timezone=names.checked("timezone", names.timezone, wanted.timezone),
        labels=names.checked("labels", names.labels, list(wanted.labels)),
        user_agent=names.optional("user_agent", names.user_agent, wanted.user_agent),
        is_test=wanted.is_test,
        authorised_by=actor,
        authorised_at=now,
        created_at=now,
        updated_at=now,
    )


def _exists(message: str, account: Account | None) -> AccountExists:
    if account is None:
        return AccountExists(f"{message}.")
    state = " (retired; revive it)" if account.lifecycle is Lifecycle.retired else ""
    return AccountExists(f"{message}: {account.account_no}{state}.", account_no=account.account_no)
