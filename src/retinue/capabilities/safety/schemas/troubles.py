"""Troubles of an account that only a person can end."""

from __future__ import annotations

from enum import StrEnum

from retinue.capabilities.inbox.models import ItemKind

TROUBLES = frozenset({ItemKind.action_block, ItemKind.challenge, ItemKind.locked})
"""Items whose subject is an account that its network has stopped."""


class TroubleChoice(StrEnum):
    try_again = "try_again"
    """Forget what was found out: its health is `unknown` again, and it may work."""
    pause = "pause"
    """Keep it still until somebody resumes it."""
