"""What an operator has ordered is obeyed by everything from the moment that the order is answered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.rules.availability import lease_key
from retinue.foundation.leases import service as leases

_OF_ANY_ACCOUNT = lease_key(0).removesuffix("0")


def obeyed_at_once(db: Session, *, account_id: int | None = None) -> None:
    """
    No intent is committed once the commit of `db` has returned that did not see what `db` has
    written: of one account, or of all. An intent holds its account's lease row while it reads.
    """
    leases.outlast(db, _OF_ANY_ACCOUNT if account_id is None else lease_key(account_id))
