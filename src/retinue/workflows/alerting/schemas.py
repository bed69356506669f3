from __future__ import annotations

from pydantic import BaseModel


class ChannelTested(BaseModel):
    """What came of a trial message."""

    ok: bool
    message: str
