from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem, ItemKind
from retinue.capabilities.inbox.schemas import Attendant, Choice, Question
from retinue.foundation.events.models import Event

ANNA, AVA, BEN = (Attendant(f"operator:{name}") for name in ("anna", "ava", "ben"))
BLOCKED = Question(
    kind=ItemKind.action_block,
    key="account:7:action_block",
    subject=("account", "7"),
    title="ava is barred",
    instructions="Look at the account.",
    choices=(Choice("tried_again", "Try it again"), Choice("paused", "Keep it still")),
    details={"text": "Action Blocked"},
    account_id=7,
    account="ava",
)


@pytest.fixture
def item(db: Session, noon: datetime) -> InboxItem:
    return inbox.ask(db, BLOCKED, now=noon)


def told(db: Session) -> list[dict[str, Any]]:
    rows = db.scalars(select(Event).where(Event.type == "inbox_update").order_by(Event.id))
    return [row.data for row in rows]


def acts(db: Session) -> list[tuple[str, str]]:
    return [
        (entry.actor, entry.action)
        for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]
