"""
The people who are left alone, because they or an operator asked for it.

Someone is known by a handle, and from the moment that the ledger meets them also by the
network's id: who is on the list stays on it under the next handle.

The list is asked inside the transaction that writes an intent, and an entry is answered
when the intents that did not see it have ended: nothing is begun with that person any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.audit import service as audit
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.errors import PersonaNotFound
from retinue.capabilities.safety import repository
from retinue.capabilities.safety.errors import ContactEntryNotFound
from retinue.capabilities.safety.models import DoNotContact
from retinue.capabilities.safety.schemas import (
    ContactEntry,
    ContactList,
    ContactScope,
    DoNotContactCreate,
    DoNotContactRead,
)
from retinue.capabilities.safety.service import contact_lists, contact_writing
from retinue.foundation.errors import Invalid
from retinue.kit.handles import fingerprint


@dataclass(frozen=True, slots=True)
class Kept:
    entry: DoNotContactRead
    is_new: bool


def scope_keys_of(account_id: int, persona_id: int | None) -> list[str]:
    """The scopes whose lists an account obeys."""
    keys = [ContactScope.fleet.value, f"account:{account_id}"]
    return keys if persona_id is None else [*keys, f"persona:{persona_id}"]


def scope_key(
    db: Session,
    scope: ContactScope,
    *,
    account: str | None,
    persona: str | None,
    only: frozenset[int] | None = None,
) -> str:
    """
    The key of a scope that is named by an account or a persona. `only` restricts to accounts.

    Raises:
        Invalid: the name is missing, or belongs to another scope.
        AccountNotFound: no account has that name, or not one that the caller may touch.
        PersonaNotFound: no persona has that name.
    """
    given = {"account": account, "persona": persona}
    for name, value in given.items():
        if scope.value == name and value is None:
            raise Invalid.field(name, f"say which {name} is meant", kind="missing")
        if scope.value != name and value is not None:
            raise Invalid.field(name, f"goes with the scope {name}; the scope here is {scope}")
    if account is not None:
        found = accounts.find(db, account)
        if only is not None and found.id not in only:
            raise AccountNotFound.named(account)
        return f"account:{found.id}"
    if persona is not None:
        named = personas.find(db, persona)
        if named is None:
            message = f"persona: there is no persona {persona}; `GET /api/personas` lists them."
            raise PersonaNotFound(message)
        return f"persona:{named.id}"
    return ContactScope.fleet.value


def add(
    db: Session,
    wanted: DoNotContactCreate,
    *,
    scope_key: str,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> Kept:
    """
    Put a person on the list, or say anew why and until when. Audited; without a change nothing is.

    Raises:
        Invalid: no handle can be like this, or the end lies in the past.
    """
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise Invalid.field("expires_at", "lies in the past; leave it out for ever")
    entry = replace(_entry_of(wanted), reason=wanted.reason, expires_at=wanted.expires_at)
    kept_in = ContactList(wanted.network, scope_key, wanted.reason)
    before = repository.contact_entries_of(
        db, network=wanted.network, scope_key=scope_key, hashes=[entry.handle_hash]
    )
    counts = contact_writing.write(db, [entry], kept_in, actor=actor, now=now)
    row = repository.contact_entries_of(
        db, network=wanted.network, scope_key=scope_key, hashes=[entry.handle_hash]
    )[entry.handle_hash]
    if not counts.unchanged:
        audit.record(
            db,
            actor=actor,
            action="safety.do_not_contact_added",
            subject=("do_not_contact", str(row.id)),
            now=now,
            reason=wanted.reason,
            after=_facts(row),
            request_id=request_id,
        )
    return Kept(read(row), is_new=not before)


def remove(
    db: Session,
    entry_id: int,
    *,
    actor: str,
    now: datetime,
    only: frozenset[int] | None = None,
    request_id: str | None = None,
) -> None:
    """
    Take an entry off the list; the person may be contacted again. Audited.

    Raises:
        ContactEntryNotFound: there is none of this id, or not one that the caller may touch.
    """
    row = repository.contact_entry(db, entry_id)
    if row is None or (only is not None and row.scope_key not in _account_keys(only)):
        raise ContactEntryNotFound(f"id: the do-not-contact list has no entry {entry_id}.")
    before = _facts(row)
    repository.drop_contact_entry(db, row)
    audit.record(
        db,
        actor=actor,
        action="safety.do_not_contact_removed",
        subject=("do_not_contact", str(entry_id)),
        now=now,
        before=before,
        request_id=request_id,
    )


def entries(
    db: Session,
    *,
    search: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
    only: frozenset[int] | None = None,
) -> list[DoNotContactRead]:
    """The list, the newest first, with those that have run out. `only` restricts to accounts."""
    rows = repository.contact_entries(
        db,
        search=search,
        scope_keys=None if only is None else sorted(_account_keys(only)),
        before_id=before_id,
        limit=limit,
    )
    return [read(row) for row in rows]


def left_alone(
    db: Session,
    keys: Sequence[str],
    *,
    network: str,
    scope_keys: Sequence[str],
    now: datetime,
) -> dict[str, datetime | None]:
    """
    Of many folded handles: who is on a list that is in force, and until when; none is for ever.

    Two questions at most, however many they are.
    """
    if not repository.has_contact_entries(db, network=network, scope_keys=scope_keys):
        return {}
    by_hash = {fingerprint(key): key for key in keys}
    found: dict[str, datetime | None] = {}
    for handle_hash, until in repository.contacts_left_alone(
        db, network=network, scope_keys=scope_keys, hashes=list(by_hash), now=now
    ):
        key = by_hash[handle_hash]
        found[key] = later_end(found.get(key, until), until)
    return found


def later_end(one: datetime | None, other: datetime | None) -> datetime | None:
    """Of two ends; none is for ever."""
    return None if one is None or other is None else max(one, other)


def read(row: DoNotContact) -> DoNotContactRead:
    kind, _, number = row.scope_key.partition(":")
    return DoNotContactRead(
        id=row.id,
        network=row.network,
        handle=row.handle,
        handle_hash=row.handle_hash,
        scope=ContactScope(kind),
        scope_id=int(number) if number else None,
        reason=row.reason,
        expires_at=row.expires_at,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _entry_of(wanted: DoNotContactCreate) -> ContactEntry:
    if wanted.handle is None:
        return ContactEntry((wanted.hash or "").lower())
    try:
        return contact_lists.entry_of(wanted.handle)
    except ValueError as error:
        raise Invalid.field("handle", str(error)) from error


def _account_keys(only: frozenset[int]) -> set[str]:
    return {f"account:{account_id}" for account_id in only}


def _facts(row: DoNotContact) -> dict[str, str | None]:
    return {
        "network": row.network,
        "handle": row.handle,
        "handle_hash": row.handle_hash,
        "scope": row.scope_key,
        "reason": row.reason,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
    }
