"""
Retinue's bot API as a library: `from retinue.client import Bot`.

It needs a server's address and a bot's token and loads nothing of the server. See docs/reference/client.md.
"""

from __future__ import annotations

from retinue.client.answers import (
    AssignedImage,
    AssignedText,
    Content,
    Hold,
    Lease,
    Next,
    Persona,
    Phase,
    Ready,
    ReadyAccount,
    Warmup,
)
from retinue.client.bot import Bot
from retinue.client.errors import (
    BotError,
    Held,
    NoContentLeft,
    NotAllowed,
    NotFound,
    NotYet,
    OnHold,
    Refused,
    Unreachable,
)

__all__ = [
    "AssignedImage",
    "AssignedText",
    "Bot",
    "BotError",
    "Content",
    "Held",
    "Hold",
    "Lease",
    "Next",
    "NoContentLeft",
    "NotAllowed",
    "NotFound",
    "NotYet",
    "OnHold",
    "Persona",
    "Phase",
    "Ready",
    "ReadyAccount",
    "Refused",
    "Unreachable",
    "Warmup",
]
