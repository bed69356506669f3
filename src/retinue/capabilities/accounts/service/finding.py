"""Looking accounts up. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import AccountNotFound, AmbiguousLogin
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import (
    AccountFilter,
    AccountPage,
    AccountRead,
    PersonaBrief,
    Position,
    SortBy,
    SortOrder,
)
from retinue.capabilities.personas import service as personas

_LONGEST_NAME = 100


def find(
    db: Session,
    name: str,
    *,
    include_retired: bool = False,
    only_ids: frozenset[int] | None = None,
) -> Account:
    """
    The account of this login (with or without `@`, in any case) or this account number.
    Whoever may touch `only_ids` alone is not told that any other exists.

    Raises:
        AccountNotFound: there is none, or it is retired, or it is none of these.
        AmbiguousLogin: several networks have the login; the account number tells them apart.
    """
    key = name.strip().removeprefix("@").casefold()
    # PostgreSQL takes no NUL even in a question; no name has a control character.
    if not 0 < len(key) <= _LONGEST_NAME or not key.isprintable():
        raise AccountNotFound.named(name)
    found = [
        account
        for account in repository.of_login(db, key)
        if _is_shown(account, include_retired=include_retired, only_ids=only_ids)
    ]
    numbered = repository.of_number(db, name.strip())
    if numbered is not None and not _is_shown(
        numbered, include_retired=include_retired, only_ids=only_ids
    ):
        numbered = None
    if len(found) == 1 and (numbered is None or numbered.id == found[0].id):
        return found[0]
    if numbered is not None:
        return numbered
    if not found:
        raise AccountNotFound.named(name)
    choices = ", ".join(f"{account.account_no} ({account.network})" for account in found)
    raise AmbiguousLogin(
        f"account: {len(found)} accounts have this login; use the account number: {choices}.",
        accounts=[account.account_no for account in found],
    )


def _is_shown(account: Account, *, include_retired: bool, only_ids: frozenset[int] | None) -> bool:
    is_at_hand = include_retired or account.lifecycle is not Lifecycle.retired
    return is_at_hand and (only_ids is None or account.id in only_ids)


def get(db: Session, account_id: int, *, only_ids: frozenset[int] | None = None) -> Account:
    """
    Raises:
        AccountNotFound: there is none of this id, or it is none of `only_ids`.
    """
    account = repository.get(db, account_id)
    if account is None or (only_ids is not None and account_id not in only_ids):
        raise AccountNotFound.named(str(account_id))
    return account


def shown(db: Session, account_id: int) -> AccountRead:
    """
    One account as it is shown, also a retired one; never a secret.

    Raises:
        AccountNotFound: there is none of this id, or it is the installation's own.
    """
    row = repository.shown(db, account_id)
    if row is None or row.is_test:
        raise AccountNotFound.named(str(account_id))
    persona = (
        None if row.persona_id is None else PersonaBrief(id=row.persona_id, name=row.persona_name)
    )
    return AccountRead.of(row, persona=persona)


def with_login(db: Session, network: str, login: str) -> Account | None:
    """The account of a network, retired or not."""
    return repository.of_network_login(db, network, login.casefold())


def is_login_shared(db: Session, account: Account) -> bool:
    """Whether another network has an account of the same login, retired or not."""
    return len(repository.of_login(db, account.login_key)) > 1


def list_all(db: Session) -> Sequence[Account]:
    """Every account that is not retired, in the order of their numbers; for small pools and reports."""
    return repository.all_of(db)


def counts_by_lifecycle(
    db: Session, *, only_ids: Collection[int] | None = None
) -> dict[Lifecycle, tuple[int, int]]:
    """How many there are, and how many of them are paused."""
    return repository.counts_by_lifecycle(db, only_ids)


def counts_by_proxy(db: Session, proxy_ids: Collection[int]) -> dict[int, int]:
    """How many accounts in use go out through each of these."""
    return repository.counts_by_proxy(db, proxy_ids)


def count(db: Session, wanted: AccountFilter) -> int:
    """How many accounts are meant."""
    return repository.count(db, wanted)


def ids_by_proxy(db: Session, proxy_id: int) -> Sequence[int]:
    """The accounts in use that go out through it."""
    return repository.ids_by_proxy(db, proxy_id)


def page(
    db: Session,
    wanted: AccountFilter,
    *,
    sort_by: SortBy = SortBy.account_no,
    order: SortOrder = SortOrder.asc,
    after: Position | None = None,
    limit: int = 50,
) -> AccountPage:
    """One page by key, not by offset: an account that comes or goes shifts nothing."""
    rows = repository.listed(db, wanted, sort_by=sort_by, order=order, after=after, limit=limit + 1)
    shown = list(rows[:limit])
    following = (
        Position(_sort_value(shown[-1], sort_by), shown[-1].id) if len(rows) > limit else None
    )
    return AccountPage(accounts=shown, next=following, total=repository.count(db, wanted))


def read(db: Session, account: Account) -> AccountRead:
    return read_many(db, [account])[0]


def read_many(db: Session, accounts: Sequence[Account]) -> list[AccountRead]:
    """As they are shown, in the order given; never a secret."""
    ids = {account.persona_id for account in accounts if account.persona_id is not None}
    names = personas.names(db, ids) if ids else {}
    briefs = {key: PersonaBrief(id=key, name=name) for key, name in names.items()}
    return [
        AccountRead.of(account, persona=briefs.get(account.persona_id or 0)) for account in accounts
    ]


def is_persona_paused(db: Session, account: Account) -> bool:
    return personas.is_paused(db, account.persona_id)


def own_logins(db: Session, network: str) -> frozenset[str]:
    """The case-folded logins of all our accounts of a network, so that they do not engage each other."""
    return frozenset(repository.login_keys(db, network))


def _sort_value(account: Account, sort_by: SortBy) -> str | datetime | None:
    match sort_by:
        case SortBy.account_no:
            return account.account_no
        case SortBy.login:
            return account.login_key
        case SortBy.created_at:
            return account.created_at
        case SortBy.last_validation:
            return account.last_validated_at
