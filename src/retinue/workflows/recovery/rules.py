"""Who may log in, and what is asked of a person where nothing else helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import LogInBudget
from retinue.capabilities.inbox.models import ItemKind
from retinue.drivers.browser.protocol import PageState

ACTOR = "recovery"
PATIENCE = timedelta(hours=12)
"""So long a person is left alone with a question before a log-in tries whether it has answered itself."""

WAITS = frozenset({PageState.challenge, PageState.second_factor, PageState.email_code})
"""What a person can pass, so that the account waits for them."""


class Words(NamedTuple):
    kind: ItemKind
    health: Health
    title: str
    advice: str


_GOES_ON = (
    "The account goes on by itself within five minutes after that, or at once when you choose"
    " `It is settled`."
)
_WORDS: Mapping[PageState, Words] = {
    PageState.challenge: Words(
        ItemKind.challenge,
        Health.needs_human,
        "{login} is asked to prove itself",
        f"Open the link, in any browser, and solve what it shows. {_GOES_ON}",
    ),
    PageState.second_factor: Words(
        ItemKind.second_factor,
        Health.needs_human,
        "{login} is asked for a code",
        "Store the account's TOTP secret or new backup codes, or log in by hand, and then choose"
        " `It is settled`: one log-in is tried again.",
    ),
    PageState.email_code: Words(
        ItemKind.second_factor,
        Health.needs_human,
        "{login} is asked for a code from its mailbox",
        "See that its mailbox can be read (the account's email_password, the setting mail.servers), or log in"
        " by hand, and then choose `It is settled`: one log-in is tried again.",
    ),
    PageState.locked: Words(
        ItemKind.locked,
        Health.locked,
        "{login} is locked",
        "Unlock it with the network's own app or site, through the account's proxy; then choose"
        " `It is settled`, and it is validated.",
    ),
    PageState.suspended: Words(
        ItemKind.locked,
        Health.suspended,
        "{login} is suspended",
        "Appeal with the network's own form, or retire the account.",
    ),
}


def words_for(state: PageState) -> Words | None:
    return _WORDS.get(state)


@dataclass(frozen=True, slots=True)
class Wish:
    """What may have moved somebody to want one log-in, and when something was tried last."""

    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    tried_at: datetime | None
    """The last log-in, or a code that was given without one."""


def is_wished_by_person(wish: Wish) -> bool:
    """Each wish of a person is good for one log-in: asking for the recovery, and each answer in the inbox."""
    moments = []
    if wish.asked_by not in accounts.UNASKED:
        moments.append(wish.asked_at)
    if wish.answered_at is not None and wish.answered_by not in accounts.UNASKED:
        moments.append(wish.answered_at)
    if not moments:
        return False
    return wish.tried_at is None or wish.tried_at < max(moments)


def may_try_again(wish: Wish, *, now: datetime) -> bool:
    return wish.tried_at is None or wish.tried_at <= now - PATIENCE


def may_log_in(budget: LogInBudget, *, is_wished: bool) -> bool:
    return is_wished or budget.left > 0
