from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Tone(StrEnum):
    info = "info"
    warning = "warning"
    failure = "failure"


@dataclass(frozen=True, slots=True)
class Message:
    """`url` names the service and holds its key; nothing of it is shown by `repr`."""

    url: str = field(repr=False)
    title: str
    body: str
    tone: Tone


class Messenger(Protocol):
    def send(self, messages: Sequence[Message]) -> list[str | None]:
        """
        Try each once; for each None, or why it was not taken, in words that hold no part of its URL.

        Ends within its time whatever a service does. What was tried may have arrived although it
        counts as failed.
        """
        raise NotImplementedError
