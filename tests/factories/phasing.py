"""Accounts that are ready, pools for all five phases, and bots: what a warm-up needs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.warmup import service as warmup
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import (
    Bot,
    CompleteRequest,
    Completion,
    ErrorReport,
    WarmupStatus,
)
from retinue.foundation.http import Scope
from tests.factories.pooling import add_picture, add_text, make_persona
from tests.factories.serving import SEALER

ACTOR = "a test"
PHASES = tuple(Phase)


def ready_account(db: Session, login: str, *, persona: str | None = "Ava", now: datetime) -> int:
    wanted = AccountCreate(login=login, persona=persona)
    account = accounts.add(db, SEALER, wanted, actor=ACTOR, now=now)
    change = AccountChange(lifecycle=Lifecycle.ready, reason="a test")
    return accounts.change(db, account.id, change, actor=ACTOR, now=now).id


def fill_pools(
    db: Session, *, persona: str = "Ava", number: int = 3, now: datetime, max_usage: int | None = 1
) -> int:
    """So many of each that a phase takes, for the persona, which is made where there is none."""
    persona_id = make_persona(db, persona, now=now)
    for n in range(number):
        for category in ("pfp", "post", "highlight", "story"):
            name = f"{persona} {category} {n}"
            add_picture(db, persona_id, name, category=category, max_usage=max_usage, now=now)
        for kind, category in (
            (ContentKind.bio, "bio"),
            (ContentKind.caption, "post"),
            (ContentKind.title, "highlight"),
            (ContentKind.caption, "story"),
        ):
            text = f"{persona} {category} {n}"
            add_text(
                db, persona_id, text, kind=kind, category=category, max_usage=max_usage, now=now
            )
    return persona_id


@dataclass
class Caller:
    """A bot with its token."""

    bot: Bot
    token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def make_bot(
    db: Session, name: str = "bot-1", *, now: datetime, account_ids: list[int] | None = None
) -> Caller:
    issued = access.issue_token(
        db,
        TokenCreate(name=name, role=Role.bot, account_ids=account_ids),
        granted_by=frozenset(Scope),
        origin=Origin("command line"),
        now=now,
    )
    only = None if account_ids is None else frozenset(account_ids)
    return Caller(Bot(issued.id, name, only), issued.token)


def perform(
    db: Session, bot: Bot, account_id: int, phase: Phase, *, now: datetime, seed: int = 7
) -> WarmupStatus:
    """One phase from its content to its end."""
    warmup.assign_content(db, bot, account_id, phase, now=now)
    warmup.start_phase(db, bot, account_id, phase, now=now)
    return complete(db, bot, account_id, phase, now=now, seed=seed)


def complete(
    db: Session, bot: Bot, account_id: int, phase: Phase, *, now: datetime, seed: int = 7
) -> WarmupStatus:
    rng = random.Random(seed)
    done = Completion(account_id, phase, CompleteRequest())
    return warmup.complete_phase(db, bot, done, rng=rng, now=now)


def fail(
    db: Session,
    bot: Bot,
    account_id: int,
    phase: Phase,
    *,
    now: datetime,
    retryable: bool = True,
) -> WarmupStatus:
    told = ErrorReport(phase=phase, error="upload refused: 503", retryable=retryable)
    return warmup.report_error(db, bot, account_id, told, now=now)
