"""What nobody but a person can do is put into the inbox, with what was seen and where to do it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Question
from retinue.capabilities.safety.schemas.troubles import CHOICES, key_of
from retinue.drivers.browser.protocol import PageState
from retinue.foundation.redaction import redact
from retinue.workflows.recovery.rules import ACTOR, Words, words_for
from retinue.workflows.recovery.steps import ACTION
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.signing_in.schemas import Outcome
from retinue.workflows.validation import service as validation

_KINDS = (ItemKind.challenge, ItemKind.second_factor, ItemKind.locked)
_CODES = frozenset({PageState.second_factor.value, PageState.email_code.value})
_STEPS = 50
_WAITING = frozenset({ItemState.open, ItemState.claimed})


def last_asked(db: Session, account_id: int) -> InboxItem | None:
    """The newest question about what keeps the account from opening, whether it waits or not."""
    subject = ("account", str(account_id))
    found = [inbox.latest(db, key_of(account_id, kind), subject=subject) for kind in _KINDS]
    asked = [item for item in found if item is not None]
    return max(asked, key=lambda item: item.id) if asked else None


def last_try(db: Session, account_id: int, *, since: datetime) -> datetime | None:
    """When a log-in was tried last, or a code was given without one."""
    past = accounts.log_ins_since(db, account_id, since)[:1]
    steps = AuditFilter(action=ACTION, subject_kind="account", subject_id=str(account_id))
    given = [
        entry.at
        for entry in audit.newest(db, steps, limit=_STEPS)
        if entry.at > since and (entry.after or {}).get("step") in _CODES
    ]
    return max([*(row.at for row in past), *given], default=None)


def is_waiting(item: InboxItem | None) -> bool:
    return item is not None and item.state in _WAITING


def hand_over(
    db: Session,
    account: Account,
    outcome: Outcome,
    *,
    evidence: tuple[str, ...],
    link: str | None,
    now: datetime,
) -> InboxItem | None:
    """The account's health, and the question; None where the page asks nothing of a person."""
    words = words_for(outcome.state)
    if words is None and outcome.state is not PageState.wrong_password:
        return None
    failure, code = signing_in.class_of(outcome.state)
    found = {
        "class": failure.value,
        "text": redact(outcome.text),
        "time": now.isoformat(),
        "source": "network",
        "proxy": validation.proxy_name(db, account.proxy_id),
        "code": code,
        "by": ACTOR,
    }
    health = Health.error if words is None else words.health
    accounts.set_health(db, account.id, health, evidence=found, now=now)
    if words is None:
        text = outcome.text
        return signing_in.ask_for_password(db, account, text=text, evidence=evidence, now=now)
    question = _question(account, words, outcome, evidence=evidence, link=link)
    _make_room(db, account.id, question, now=now)
    return inbox.ask(db, question, now=now)


def _question(
    account: Account,
    words: Words,
    outcome: Outcome,
    *,
    evidence: tuple[str, ...],
    link: str | None,
) -> Question:
    is_open_page = outcome.state is PageState.challenge
    return Question(
        kind=words.kind,
        key=key_of(account.id, words.kind),
        subject=("account", str(account.id)),
        title=words.title.format(login=account.login),
        instructions=f"{words.advice} Until then the account does nothing. The site said: {outcome.text}",
        choices=CHOICES,
        details={"state": outcome.state.value, "text": outcome.text},
        account_id=account.id,
        account=account.login,
        evidence=evidence,
        link=link if is_open_page else None,
    )


def _make_room(db: Session, account_id: int, question: Question, *, now: datetime) -> None:
    """One question about one trouble: what was asked in other words before is answered by this one."""
    for kind in _KINDS:
        key = key_of(account_id, kind)
        item = inbox.latest(db, key, subject=question.subject)
        if item is None or not is_waiting(item):
            continue
        is_same = key == question.key and item.instructions == question.instructions
        if item.state is ItemState.open and not is_same:
            inbox.close(db, key, resolution="asked_anew", by=ACTOR, now=now)
