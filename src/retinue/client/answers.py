"""
What the server answers, typed.

A member that this version does not know is passed over, so that an older client works with a newer server.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Next:
    """
    What the bot may do next, from `at` on (at once where it is None), and the call for it.

    `action` is one of `start_warmup, get_content, start_phase, complete_phase, complete_warmup, wait, hold,
    review, done`.
    """

    action: str
    method: str
    path: str
    phase: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Phase:
    phase: str
    status: str
    available_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    retry_count: int = 0
    error_message: str | None = None
    assignment_id: int | None = None
    content_assigned_at: datetime | None = None
    execution_time_ms: int | None = None
    skipped_by: str | None = None
    bot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing new is begun with the account."""

    code: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    is_yours: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Warmup:
    """Where an account stands."""

    account_id: int
    account_no: str
    login: str
    network: str
    lifecycle: str
    progress_percent: int
    phases: tuple[Phase, ...]
    next: Next
    persona: Persona | None = None
    next_available_at: datetime | None = None
    hold: Hold | None = None
    lease: Lease | None = None

    def phase(self, name: str) -> Phase | None:
        """None before the warm-up has begun."""
        return next((one for one in self.phases if one.phase == name), None)


@dataclass(frozen=True, slots=True)
class ReadyAccount:
    account_id: int
    account_no: str
    login: str
    network: str
    lifecycle: str
    next: Next
    persona: Persona | None = None
    phase: str | None = None
    status: str | None = None
    available_at: datetime | None = None
    is_yours: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """What this bot may take now: what it holds first, then phases by how long they wait, then new accounts."""

    items: tuple[ReadyAccount, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class AssignedImage:
    id: int
    media_type: str
    sha256: str
    url: str
    bytes: int
    width: int
    height: int
    category: str
    title: str | None = None
    tags: tuple[str, ...] = ()
    score: float = 0.0
    parts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AssignedText:
    id: int
    kind: str
    text: str
    category: str
    score: float = 0.0
    parts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What was chosen for a phase: the same at every call, until the phase fails."""

    assignment_id: int
    account_id: int
    phase: str
    content_type: str
    category: str
    next: Next
    score: float = 0.0
    parts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    image: AssignedImage | None = None
    text: AssignedText | None = None
    assigned_at: datetime | None = None


def read(kind: type[Answer], value: Any) -> Answer:
    """
    Raises:
        ValueError: it is not what the server should have answered.
    """
    try:
        answer: Answer = _built(kind, value)
    except (KeyError, TypeError, AttributeError) as error:
        message = f"the answer is no {kind.__name__}: {type(error).__name__} {error}"
        raise ValueError(message) from error
    return answer


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        if value is None:
            return None
        return _built(next(one for one in get_args(kind) if one is not type(None)), value)
    if origin is tuple:
        return tuple(_built(get_args(kind)[0], one) for one in value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is float:
        return float(value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(
            **{
                one.name: _built(hints[one.name], value[one.name])
                for one in fields(kind)
                if one.name in value or one.default is one.default_factory is MISSING
            }
        )
    return value
