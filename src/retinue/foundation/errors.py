"""
What Retinue refuses, and how it says so.

    Refusal                     the caller asked for something that cannot be done now
    |-- NotFound       404
    |-- Conflict       409      the state forbids it; `facts` may say until when
    |-- Invalid        422      a value is wrong; `problems` names each place
    |-- Unauthenticated 401
    |-- Forbidden      403
    |-- TooLarge       413
    |-- TooMany        429      `retry_after` seconds
    `-- Unavailable    503      something we need is not there; `retry_after` seconds

A refusal leaves nothing half done: it ends the transaction it was raised in.
`facts` go to the caller as they are, so they never hold a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong place in what was sent: where, what, and of which sort."""

    loc: tuple[str | int, ...]
    msg: str
    type: str = "value_error"

    def as_json(self) -> dict[str, Any]:
        return {"loc": list(self.loc), "msg": self.msg, "type": self.type}


class Refusal(Exception):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[Problem] = (),
        retry_after: float | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)
        self.retry_after = retry_after
        self.facts = facts


class NotFound(Refusal):
    status = 404
    code = "not_found"


class Conflict(Refusal):
    status = 409
    code = "conflict"


class PreconditionFailed(Refusal):
    status = 412
    code = "precondition_failed"


class Invalid(Refusal):
    status = 422
    code = "invalid"

    @classmethod
    def field(cls, name: str, message: str, *, kind: str = "value_error") -> Invalid:
        """One wrong field, named in the message and in `problems`."""
        return cls(f"{name}: {message}", problems=[Problem((name,), message, kind)])


class Unauthenticated(Refusal):
    status = 401
    code = "unauthenticated"


class Forbidden(Refusal):
    status = 403
    code = "forbidden"


class TooLarge(Refusal):
    status = 413
    code = "too_large"


class TooMany(Refusal):
    status = 429
    code = "too_many_requests"


class Unavailable(Refusal):
    status = 503
    code = "unavailable"
