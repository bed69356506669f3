from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

DONE = "done"
NOT_DONE = "not_done"
KEPT_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Assistance:
    """
    What a person is to do, so prepared that they need to look nothing up: `text` says it step by
    step, `link` leads to where it is done. Neither holds a secret.

    `task_id` is the task that waits for it. With `attempt_id`, an intent of the ledger, what the
    person says settles that attempt.
    """

    account_id: int
    title: str
    text: str
    task_id: str | None = None
    attempt_id: str | None = None
    link: str | None = field(default=None, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    due_at: datetime | None = None
    """Three days from now where it is none."""

    @property
    def subject(self) -> tuple[str, str]:
        """(kind, id) of what it is about; `answer` asks by it."""
        if self.attempt_id is not None:
            return "attempt", self.attempt_id
        return ("account", str(self.account_id)) if self.task_id is None else ("task", self.task_id)


class AnswerState(StrEnum):
    waiting = "waiting"
    done = "done"
    not_done = "not_done"
    expired = "expired"
    """Nobody has answered in time."""
    withdrawn = "withdrawn"
    """It was settled elsewhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    state: AnswerState
    item_id: int
    by: str | None = None
    note: str | None = None
    evidence: tuple[str, ...] = ()
    at: datetime | None = None
