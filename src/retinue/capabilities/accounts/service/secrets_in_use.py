"""
Secrets that change while they are used: a new password until it is known to open, backup codes that
are given away, cookies that a browser has brought back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.models import Account, AccountCredentials, UsedKind
from retinue.capabilities.accounts.rules import passwords
from retinue.capabilities.accounts.schemas import Upkeep
from retinue.capabilities.accounts.service.credentials import sealed, store_credentials, unsealed
from retinue.foundation.randomness import Random
from retinue.foundation.sealing import Sealer


def new_password(account: Account, *, rng: Random, now: datetime) -> str:
    """Made by the rules for passwords of ours; `rng` draws from the operating system where it is to be used."""
    return passwords.new_password(rng, login=account.login, email=account.email, today=now.date())


def propose_password(
    db: Session, sealer: Sealer, account: Account, password: str, *, now: datetime
) -> str:
    """
    Keep a password that is about to be sent, beside the one in force. The answer is the one to send: where one
    is pending already it is that one, for it may have arrived. Commit before it is sent.
    """
    row = _row(db, account, now=now)
    if row.password_pending is not None:
        return unsealed(sealer, account.uid, "password", row.password_pending)
    row.password_pending = sealed(sealer, account.uid, "password", password)
    row.pending_since = row.updated_at = now
    db.flush()
    return password


def promote_password(db: Session, account: Account, *, now: datetime) -> bool:
    """A log-in has shown that the pending password opens: it is in force, the one before it is kept. Twice is once."""
    row = _row(db, account, now=now)
    if row.password_pending is None:
        return False
    row.password_previous, row.password = row.password, row.password_pending
    row.password_pending = row.pending_since = None
    row.updated_at = now
    db.flush()
    return True


def drop_pending(db: Session, account: Account, *, now: datetime) -> bool:
    """The network has refused to take it, so that it can open nothing."""
    row = _row(db, account, now=now)
    if row.password_pending is None:
        return False
    row.password_pending = row.pending_since = None
    row.updated_at = now
    db.flush()
    return True


def take_backup_code(db: Session, sealer: Sealer, account: Account, *, now: datetime) -> str | None:
    """One that was never taken before; none is left where there is none. Commit before it is sent."""
    row = _row(db, account, now=now)
    if row.backup_codes is None:
        return None
    codes: list[str] = json.loads(unsealed(sealer, account.uid, "backup_codes", row.backup_codes))
    used = repository.used_codes(db, account.id, UsedKind.backup_code)
    fresh = [one for one in codes if _digest(sealer, account, one) not in used]
    if not fresh:
        return None
    digest = _digest(sealer, account, fresh[0])
    repository.note_used_code(db, account.id, UsedKind.backup_code, digest, now=now)
    row.backup_codes = sealed(sealer, account.uid, "backup_codes", json.dumps(fresh[1:]))
    row.updated_at = now
    db.flush()
    return fresh[0]


def use_mail(
    db: Session, sealer: Sealer, account: Account, message_id: str, *, now: datetime
) -> bool:
    """False where the code of this mail was used before. Commit before it is sent."""
    repository.get(db, account.id, for_update=True)
    digest = _digest(sealer, account, message_id)
    if digest in repository.used_codes(db, account.id, UsedKind.mail):
        return False
    repository.note_used_code(db, account.id, UsedKind.mail, digest, now=now)
    return True


def store_jar(
    db: Session,
    sealer: Sealer,
    account: Account,
    jar: str,
    tokens: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Keep the jar of a log-in that is through, and the `auth_token` and `ct0` in it; the jar before it stays."""
    row = _row(db, account, now=now)
    row.cookies_pending = None
    row.cookies_at = now
    db.flush()
    store_credentials(db, sealer, account, {"cookies": jar, **tokens}, now=now)


def keep_waiting_jar(
    db: Session, sealer: Sealer, account: Account, jar: str | None, *, now: datetime
) -> None:
    """The jar of a log-in that somebody else has to finish; None forgets it."""
    row = _row(db, account, now=now)
    row.cookies_pending = None if jar is None else sealed(sealer, account.uid, "cookies", jar)
    db.flush()


def waiting_jar(db: Session, sealer: Sealer, account: Account) -> str | None:
    row = repository.credentials_of(db, account.id)
    if row is None or row.cookies_pending is None:
        return None
    return unsealed(sealer, account.uid, "cookies", row.cookies_pending)


def previous_jar(db: Session, sealer: Sealer, account: Account) -> str | None:
    row = repository.credentials_of(db, account.id)
    if row is None or row.cookies_previous is None:
        return None
    return unsealed(sealer, account.uid, "cookies", row.cookies_previous)


def upkeep_of(db: Session, account_id: int) -> Upkeep:
    """Nothing is opened."""
    row = repository.credentials_of(db, account_id)
    if row is None:
        return Upkeep()
    return Upkeep(
        pending_since=row.pending_since,
        cookies_at=row.cookies_at,
        has_cookies=row.cookies is not None,
        has_previous_cookies=row.cookies_previous is not None,
        has_password=row.password is not None,
        has_email_password=row.email_password is not None,
        has_backup_codes=row.backup_codes is not None,
        used_backup_codes=repository.count_used_codes(db, account_id, UsedKind.backup_code),
    )


def kept_up(db: Session, *, after_id: int, limit: int) -> Sequence[Row[Any]]:
    """
    Whose cookies and standing are looked after, in the order of their ids: `id, uid, network, health,
    last_validated_at, cookies_at, has_password`.
    """
    return repository.kept_up(db, after_id=after_id, limit=limit)


def _row(db: Session, account: Account, *, now: datetime) -> AccountCredentials:
    # The account's row is what everybody holds who changes anything of it.
    repository.get(db, account.id, for_update=True)
    row = repository.credentials_of(db, account.id)
    if row is None:
        row = AccountCredentials(account_id=account.id, updated_at=now)
        repository.add_credentials(db, row)
        db.flush()
        return row
    db.refresh(row)
    return row


def _digest(sealer: Sealer, account: Account, code: str) -> str:
    return sealer.digest("account_used_codes", account.uid, code)
