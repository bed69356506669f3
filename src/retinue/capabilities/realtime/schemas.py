"""What goes over the wire, in both directions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retinue.kit.web_socket_frames import text_frame


@dataclass(frozen=True, slots=True)
class Message:
    """
    Encoded once, whoever it goes to. `seq` is the number that a client may come back
    with after it: an event's own, and for everything else that of the event before.
    """

    seq: int
    type: str
    account_id: int | None
    frame: bytes


@dataclass(frozen=True, slots=True)
class Subscribe:
    """None is everything that the caller may see."""

    types: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Ping:
    value: str | float | None


def encoded(seq: int, type: str, data: Mapping[str, Any], *, at: datetime) -> Message:  # noqa: A002 - the word of the contract
    body = {
        "seq": seq,
        "type": type,
        "data": data,
        "timestamp": at.isoformat().replace("+00:00", "Z"),
    }
    account_id = data.get("account_id")
    return Message(
        seq=seq,
        type=type,
        account_id=account_id if isinstance(account_id, int) else None,
        frame=text_frame(json.dumps(body, separators=(",", ":")).encode("ascii")),
    )
