from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountFilter
from retinue.capabilities.audit import service as audit
from retinue.foundation import passphrase_file
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.kit.csv_table import rows_as_they_are
from retinue.workflows.disclosing.schemas import Revealed


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, from where, and why."""

    actor: str
    reason: str
    address: str | None = None
    request_id: str | None = None


def reveal(runtime: Runtime, account_id: int, *, by: By) -> Revealed:
    """
    The secrets of one account. Committed to the audit log before they are answered.

    Raises:
        AccountNotFound: there is none of this id.
        SealBroken: a value does not open.
    """
    with runtime.database.writing() as db:
        account = accounts.get(db, account_id)
        if account.is_test:
            raise AccountNotFound.named(str(account_id))
        secrets = accounts.reveal(db, runtime.sealer, account)
        audit.record(
            db,
            actor=by.actor,
            action="accounts.secrets_revealed",
            subject=("account", str(account.id)),
            now=runtime.clock.now(),
            reason=by.reason,
            after={"names": sorted(secrets)},
            address=by.address,
            request_id=by.request_id,
        )
        return Revealed(
            account_id=account.id,
            account_no=account.account_no,
            login=account.login,
            network=account.network,
            secrets=secrets,
        )


def export(
    runtime: Runtime, wanted: AccountFilter, passphrase: str, *, by: By
) -> tuple[int, Iterator[bytes]]:
    """
    How many accounts are meant, and their file, which `retinue accounts import` reads. It is made while it
    is read, and stands nowhere in the clear.

    Raises:
        Invalid: the passphrase is too easy to guess, or no account is meant.
    """
    access.check_strength(passphrase, field="passphrase")
    with runtime.database.writing() as db:
        number = accounts.count(db, wanted)
        if number == 0:
            raise Invalid.field("filter", "means no account")
        audit.record(
            db,
            actor=by.actor,
            action="accounts.secrets_exported",
            subject=("accounts", "many"),
            now=runtime.clock.now(),
            reason=by.reason,
            after={"accounts": number, "filter": _shown(wanted)},
            address=by.address,
            request_id=by.request_id,
        )
    rows = accounts.secret_rows(runtime, wanted)
    pieces = rows_as_they_are(accounts.SECRET_COLUMNS, rows)
    return number, passphrase_file.seal((piece.encode() for piece in pieces), passphrase)


def only(ids: frozenset[int] | None) -> AccountFilter:
    """These, retired ones too: who names an account means it."""
    return AccountFilter(only_ids=ids, lifecycles=tuple(Lifecycle))


def _shown(wanted: AccountFilter) -> str:
    """Its parts that say something, as text: the audit log is read by people."""
    said = {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}
    return ", ".join(f"{name}={value}" for name, value in said.items() if value)[:1000] or "all"
