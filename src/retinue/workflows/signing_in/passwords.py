"""A person is asked for the password of an account that its network does not take any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem, ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.safety.schemas.troubles import key_of
from retinue.foundation.redaction import redact

_SEEN = (Choice("seen", "It has been seen to"),)


def ask_for_password(
    db: Session, account: Account, *, text: str, evidence: tuple[str, ...] = (), now: datetime
) -> InboxItem:
    """Once for each account, for as long as it waits; a validation or a recovery that passes answers it."""
    question = Question(
        kind=ItemKind.review,
        key=key_of(account.id, ItemKind.review),
        subject=("account", str(account.id)),
        title=f"The password of {account.login} is refused",
        instructions=(
            "Store the right password, and then recover the account: the stored one is not sent again. The"
            f" site said: {redact(text)}"
        ),
        choices=_SEEN,
        details={"state": "wrong_password", "text": redact(text)},
        account_id=account.id,
        account=account.login,
        evidence=evidence,
    )
    return inbox.ask(db, question, now=now)
