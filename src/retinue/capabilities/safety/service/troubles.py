"""What the network did to an account that no waiting mends: a person is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Question
from retinue.capabilities.safety.schemas import Failure, SafetyVerdict
from retinue.capabilities.safety.schemas.troubles import CHOICES, key_of
from retinue.drivers.errors import FailureClass


class _Trouble(NamedTuple):
    kind: ItemKind
    title: str
    advice: str


_TROUBLES: Mapping[FailureClass, _Trouble] = {
    FailureClass.action_block: _Trouble(
        ItemKind.action_block,
        "{login} is barred from some actions",
        "Let the account rest for a day or more, and look for a notice in the network's own app.",
    ),
    FailureClass.challenge: _Trouble(
        ItemKind.challenge,
        "{login} is asked to prove itself",
        "Log in with the network's own app, through the account's proxy, and answer what is asked.",
    ),
    FailureClass.account_locked: _Trouble(
        ItemKind.locked,
        "{login} is locked",
        "Unlock it with the network's own app, through the account's proxy.",
    ),
    FailureClass.account_suspended: _Trouble(
        ItemKind.locked,
        "{login} is suspended",
        "Appeal with the network's own form, or retire the account.",
    ),
}


def ask_a_person(
    db: Session, account: Account, failure: Failure, verdict: SafetyVerdict, *, now: datetime
) -> None:
    """Once per account and kind of trouble, for as long as nobody has decided."""
    trouble = _TROUBLES.get(failure.failure)
    if trouble is None or not verdict.ends_session:
        return
    question = Question(
        kind=trouble.kind,
        key=key_of(account.id, trouble.kind),
        subject=("account", str(account.id)),
        title=trouble.title.format(login=account.login),
        instructions=(
            f"{trouble.advice} Until you have decided, the account does nothing. The network said:"
            f" {failure.message}"
        ),
        choices=CHOICES,
        details={
            "class": failure.failure.value,
            "text": failure.message,
            "action": failure.action,
            "session_id": failure.session_id,
            "at": now.isoformat(),
        },
        account_id=account.id,
        account=account.login,
    )
    inbox.ask(db, question, now=now)
