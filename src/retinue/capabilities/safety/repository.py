from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, or_, select, text
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.safety.models import AccountError, AccountSafety, DoNotContact, Pause
from retinue.capabilities.safety.schemas import BROKEN, ShownState, StateFilter
from retinue.foundation.database import Spelled, table_of
from retinue.foundation.database.among import Among

_FRESH = {"populate_existing": True}


def of_account(db: Session, account_id: int) -> AccountSafety | None:
    return db.get(AccountSafety, account_id, populate_existing=True)


def of_account_for_change(db: Session, account_id: int) -> AccountSafety:
    """The account's row, held until the commit; made where there is none yet."""
    statement = select(AccountSafety).where(AccountSafety.account_id == account_id)
    held = statement.with_for_update().execution_options(**_FRESH)
    row = db.execute(held).scalar_one_or_none()
    if row is None:
        row = AccountSafety(
            account_id=account_id, consecutive_rate_limits=0, is_probing=False, errors_by_class={}
        )
        db.add(row)
    return row


def pauses_of(db: Session, keys: Sequence[str]) -> list[Pause]:
    return list(db.execute(select(Pause).where(Pause.key.in_(keys)).order_by(Pause.key)).scalars())


def pauses(db: Session) -> list[Pause]:
    return list(db.execute(select(Pause).order_by(Pause.key)).scalars())


def pause_named(db: Session, key: str) -> Pause | None:
    return db.get(Pause, key)


def drop_errors_beyond(db: Session, account_id: int, *, kept: int) -> None:
    """Keep the newest `kept` failures of the account."""
    statement = (
        select(AccountError.id)
        .where(AccountError.account_id == account_id)
        .order_by(AccountError.id.desc())
        .offset(kept)
        .limit(1)
    )
    newest_to_go = db.execute(statement).scalar_one_or_none()
    if newest_to_go is not None:
        db.execute(
            delete(AccountError)
            .where(AccountError.account_id == account_id, AccountError.id <= newest_to_go)
            .execution_options(synchronize_session=False)
        )


def recent_errors(db: Session, account_id: int, *, limit: int) -> list[AccountError]:
    statement = (
        select(AccountError)
        .where(AccountError.account_id == account_id)
        .order_by(AccountError.id.desc())
        .limit(limit)
    )
    return list(db.execute(statement).scalars())


def accounts_with_safety(
    db: Session,
    wanted: StateFilter,
    *,
    after_id: int,
    limit: int,
    now: datetime,
    error_since: datetime,
) -> list[tuple[Account, AccountSafety | None]]:
    """Accounts in use, in the order of their ids."""
    statement: Select[Account, AccountSafety] = (
        select(Account, AccountSafety)
        .outerjoin(AccountSafety, AccountSafety.account_id == Account.id)
        .where(
            Account.id > after_id,
            Account.lifecycle != Lifecycle.retired,
            Account.is_test.is_(False),
        )
        .order_by(Account.id)
        .limit(limit)
    )
    if wanted.account_ids is not None:
        statement = statement.where(Account.id.in_(sorted(wanted.account_ids)))
    if wanted.state is not None:
        shown = _shown_state(now=now, error_since=error_since)
        statement = statement.where(shown == wanted.state.value)
    return [(row[0], row[1]) for row in db.execute(statement)]


def _shown_state(*, now: datetime, error_since: datetime) -> ColumnElement[str]:
    """What `rules.shown_state` says, by the database. The rows have an account and perhaps its safety."""
    is_cooling = (AccountSafety.cooldown_until > now) | (Account.health == Health.cooldown)
    is_waiting = (AccountSafety.backoff_until > now) & AccountSafety.cooldown_until.is_(None)
    return case(
        (Account.health.in_(BROKEN), ShownState.error.value),
        (is_cooling, ShownState.cooldown.value),
        (is_waiting | (AccountSafety.last_error_at > error_since), ShownState.warning.value),
        else_=ShownState.active.value,
    )


def standings_counted(
    db: Session, *, now: datetime, error_since: datetime, account_ids: frozenset[int] | None
) -> Sequence[Any]:
    """Accounts in use, counted by what their shown state follows from."""
    key = (
        Account.health.label("health"),
        _is_so(AccountSafety.cooldown_until > now).label("is_cooling"),
        _is_so(AccountSafety.backoff_until > now).label("is_waiting"),
        _is_so(AccountSafety.last_error_at > error_since).label("had_error"),
    )
    statement = (
        select(*key, func.count().label("number"))
        .select_from(Account)
        .outerjoin(AccountSafety, AccountSafety.account_id == Account.id)
        .where(Account.lifecycle != Lifecycle.retired, Account.is_test.is_(False))
        .group_by(*(text(str(place)) for place in range(1, 5)))
    )
    if account_ids is not None:
        statement = statement.where(Account.id.in_(sorted(account_ids)))
    return db.execute(statement).all()


def ages(
    db: Session,
    *,
    active_after: datetime,
    limited_after: datetime,
    is_warmed_up: bool,
    account_ids: frozenset[int] | None,
) -> Sequence[Any]:
    """Of active accounts that are young or that a network has limited lately."""
    statement = (
        select(Account.active_since, Account.warmed_up_at, AccountSafety.limited_at)
        .select_from(Account)
        .outerjoin(AccountSafety, AccountSafety.account_id == Account.id)
        .where(
            Account.lifecycle == Lifecycle.active,
            Account.is_test.is_(False),
            or_(
                Account.active_since > active_after,
                Account.active_since.is_(None),
                AccountSafety.limited_at > limited_after,
            ),
        )
    )
    if is_warmed_up:
        statement = statement.where(Account.warmed_up_at.is_not(None))
    if account_ids is not None:
        statement = statement.where(Account.id.in_(sorted(account_ids)))
    return db.execute(statement).all()


def _is_so(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0, and 0 where nothing is known."""
    return case((condition, 1), else_=0)


def contact_entry(db: Session, entry_id: int) -> DoNotContact | None:
    return db.get(DoNotContact, entry_id)


def contact_entries(
    db: Session,
    *,
    search: str | None,
    scope_keys: Sequence[str] | None,
    before_id: int | None,
    limit: int,
) -> list[DoNotContact]:
    """The newest first; `search` is part of a handle or of a reason, or a whole fingerprint."""
    statement = select(DoNotContact).order_by(DoNotContact.id.desc()).limit(limit)
    if search is not None:
        statement = statement.where(
            or_(
                DoNotContact.handle.contains(search.casefold().removeprefix("@"), autoescape=True),
                DoNotContact.reason.icontains(search, autoescape=True),
                DoNotContact.handle_hash == search.casefold(),
            )
        )
    if scope_keys is not None:
        statement = statement.where(DoNotContact.scope_key.in_(scope_keys))
    if before_id is not None:
        statement = statement.where(DoNotContact.id < before_id)
    return list(db.execute(statement).scalars())


def contact_entries_of(
    db: Session, *, network: str, scope_key: str, hashes: Sequence[str]
) -> dict[str, DoNotContact]:
    """What one scope's list says already about these people, by fingerprint."""
    rows = db.execute(
        select(DoNotContact)
        .where(
            DoNotContact.network == network,
            DoNotContact.scope_key == scope_key,
            DoNotContact.handle_hash.in_(hashes),
        )
        .execution_options(**_FRESH)
    ).scalars()
    return {row.handle_hash: row for row in rows}


def write_contact_entries(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add or replace, so that two who write the same list at once do not fail each other."""
    db.execute(_KEEP_CONTACT.on(db.connection()), rows)


_CONTACT_TABLE = table_of(DoNotContact)
_CONTACT_CHANGES = ("handle", "reason", "expires_at")


def _keep_contact(dialect: Any) -> Any:
    row = dialect.insert(_CONTACT_TABLE)
    return row.on_conflict_do_update(
        index_elements=("network", "handle_hash", "scope_key"),
        set_={name: row.excluded[name] for name in _CONTACT_CHANGES},
    )


def _keep_contact_mysql(dialect: Any) -> Any:
    row = dialect.insert(_CONTACT_TABLE)
    return row.on_duplicate_key_update({name: row.inserted[name] for name in _CONTACT_CHANGES})


_KEEP_CONTACT = Spelled(_keep_contact, mysql=_keep_contact_mysql)


def drop_contact_entry(db: Session, entry: DoNotContact) -> None:
    db.delete(entry)
    db.flush()


def has_contact_entries(db: Session, *, network: str, scope_keys: Sequence[str]) -> bool:
    statement = select(DoNotContact.id).where(
        DoNotContact.network == network, DoNotContact.scope_key.in_(scope_keys)
    )
    return db.execute(statement.limit(1)).first() is not None


_LEFT_ALONE_HASHES = Among(_CONTACT_TABLE.c.handle_hash, "hashes")


def contacts_left_alone(
    db: Session, *, network: str, scope_keys: Sequence[str], hashes: Sequence[str], now: datetime
) -> list[tuple[str, datetime | None]]:
    """Which of these people are on a list that is in force, and until when; none is for ever."""
    connection = db.connection()
    rows = connection.execute(
        select(_CONTACT_TABLE.c.handle_hash, _CONTACT_TABLE.c.expires_at).where(
            _CONTACT_TABLE.c.network == network,
            _LEFT_ALONE_HASHES.on(connection),
            _CONTACT_TABLE.c.scope_key.in_(scope_keys),
            or_(_CONTACT_TABLE.c.expires_at.is_(None), _CONTACT_TABLE.c.expires_at > now),
        ),
        _LEFT_ALONE_HASHES.given(connection, hashes),
    )
    return [(row[0], row[1]) for row in rows]
