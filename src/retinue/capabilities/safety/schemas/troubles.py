"""Troubles of an account that only a person can end."""

from __future__ import annotations

from enum import StrEnum

from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice

TROUBLES = frozenset(
    {ItemKind.action_block, ItemKind.challenge, ItemKind.second_factor, ItemKind.locked}
)
"""Items whose subject is an account that its network has stopped."""


class TroubleChoice(StrEnum):
    try_again = "try_again"
    """Forget what was found out: its health is `unknown` again, and it may work."""
    pause = "pause"
    """Keep it still until somebody resumes it."""


CHOICES = (
    Choice(TroubleChoice.try_again.value, "It is settled: the account may work again"),
    Choice(TroubleChoice.pause.value, "Keep the account paused"),
)


def key_of(account_id: int, kind: ItemKind) -> str:
    """One question about one trouble of an account, whoever has met it."""
    return f"account:{account_id}:{kind}"
