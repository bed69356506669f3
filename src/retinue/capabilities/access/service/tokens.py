from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.access import repository, rules
from retinue.capabilities.access.errors import NotYours, TokenNotFound
from retinue.capabilities.access.models import ApiToken
from retinue.capabilities.access.schemas import IssuedToken, Origin, TokenCreate
from retinue.capabilities.access.service import memory
from retinue.capabilities.audit import service as audit
from retinue.foundation.errors import Invalid
from retinue.foundation.http.principals import Scope
from retinue.foundation.randomness import new_id, new_secret


def hashed(token: str) -> str:
    # A token has 256 random bits: there is nothing to guess that a slow hash would protect.
    return hashlib.sha256(token.encode()).hexdigest()


def list_tokens(db: Session) -> list[ApiToken]:
    return repository.tokens_newest_first(db)


def token(db: Session, token_id: str) -> ApiToken:
    found = repository.token_by_id(db, token_id)
    if found is None:
        raise TokenNotFound(f"There is no token {token_id}.")
    return found


def issue_token(
    db: Session,
    wanted: TokenCreate,
    *,
    granted_by: Collection[Scope],
    origin: Origin,
    now: datetime,
) -> IssuedToken:
    """
    Make a token; the answer holds it this once. It never may more than `granted_by`, the scopes of its maker.

    Raises:
        Invalid: a scope that the role does not have, or an expiry in the past.
        NotYours: a scope was asked for by name that the maker does not have.
    """
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise Invalid.field("expires_at", "lies in the past")
    scopes = _granted(wanted, granted_by)
    secret = rules.TOKEN_PREFIX + new_secret()
    row = ApiToken(
        id=new_id(),
        name=wanted.name,
        prefix=secret[: rules.SHOWN_OF_TOKEN],
        token_hash=hashed(secret),
        role=wanted.role,
        scopes=scopes,
        account_ids=wanted.account_ids,
        created_by=origin.actor,
        created_at=now,
        expires_at=wanted.expires_at,
    )
    db.add(row)
    db.flush()
    _tell(db, row, "token_issued", origin=origin, now=now)
    return IssuedToken(id=row.id, token=secret)


def revoke_token(db: Session, token_id: str, *, origin: Origin, now: datetime) -> None:
    """
    It stops working at once. Revoking it again changes nothing.

    Raises:
        TokenNotFound: there is none with this id.
    """
    row = token(db, token_id)
    if row.revoked_at is not None:
        return
    row.revoked_at = now
    _tell(db, row, "token_revoked", origin=origin, now=now)


def _granted(wanted: TokenCreate, granted_by: Collection[Scope]) -> list[str] | None:
    of_role = rules.SCOPES[wanted.role]
    if wanted.scopes is None:
        left = [scope.value for scope in sorted(of_role) if scope in granted_by]
        return None if len(left) == len(of_role) else left
    for scope in wanted.scopes:
        if scope not in of_role:
            known = ", ".join(sorted(of_role))
            raise Invalid.field("scopes", f"the role {wanted.role} has no {scope}; it has {known}")
        if scope not in granted_by:
            raise NotYours(f"scopes: {scope} is not yours to give.", scope=scope)
    return sorted({scope.value for scope in wanted.scopes})


def _tell(db: Session, row: ApiToken, what: str, *, origin: Origin, now: datetime) -> None:
    memory.forget_after_commit(db)
    audit.record(
        db,
        actor=origin.actor,
        action=f"access.{what}",
        subject=("token", row.id),
        now=now,
        after={"name": row.name, "prefix": row.prefix, "role": row.role, "scopes": row.scopes},
        request_id=origin.request_id,
        address=origin.address,
    )
