from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.foundation.clock import real
from retinue.foundation.idempotency import repository
from retinue.foundation.idempotency.errors import KeyReused, StillRunning
from retinue.foundation.idempotency.models import IdempotencyKey
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

KEPT = timedelta(hours=24)
_PRUNED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """A request that named itself: whose it is, the key, and a keyed digest of what it asks."""

    owner: str
    key: str
    digest: str


def take(db: Session, named: Named, *, sealer: Sealer, now: datetime) -> Answer | None:
    """
    Take the key for the transaction of `db`. The answer where an earlier request had it.

    Raises:
        KeyReused: it was another request that had it.
        StillRunning: that one's answer is not known yet.
    """
    request = new_id()
    # Asked first, because who comes late finds the answer and need not queue for the row.
    row = repository.find(db, named.owner, named.key)
    if row is not None and row.created_at >= now - real(KEPT) and row.answer is not None:
        return _answer_of(row, named, sealer)
    if row is not None:
        repository.forget(db, named.owner, named.key, before=now - real(KEPT))
    repository.insert_unless_there(
        db,
        {
            "owner": named.owner,
            "key": named.key,
            "digest": named.digest,
            "taken_by": request,
            "answer": None,
            "created_at": now,
        },
    )
    row = repository.find(db, named.owner, named.key)
    if row is not None and row.taken_by == request:
        return None
    if row is None or row.answer is None:
        raise still_running()
    return _answer_of(row, named, sealer)


def _answer_of(row: IdempotencyKey, named: Named, sealer: Sealer) -> Answer:
    if row.digest != named.digest:
        raise KeyReused(
            "Idempotency-Key: it was used for another request within the last 24 hours; make a new one for each."
        )
    text = sealer.open(row.answer or b"", **_place(named), is_secret=False)
    status, headers, body = json.loads(text)
    return Answer(status, tuple((name, value) for name, value in headers), base64.b64decode(body))


def keep(db: Session, named: Named, answer: Answer, *, sealer: Sealer) -> None:
    """In the transaction of the effect, as the last thing before its commit."""
    body = base64.b64encode(answer.body).decode("ascii")
    text = json.dumps([answer.status, answer.headers, body])
    repository.keep_answer(db, named.owner, named.key, sealer.seal(text, **_place(named)))


def still_running() -> StillRunning:
    return StillRunning(
        "Idempotency-Key: the first request with this key has not ended yet; ask again in a moment.",
        retry_after=1,
    )


def prune(db: Session, *, now: datetime) -> int:
    """Forget keys past their day, at most 500; answers how many."""
    return repository.forget_all(db, before=now - real(KEPT), limit=_PRUNED_AT_ONCE)


def _place(named: Named) -> dict[str, str]:
    return {
        "table": "idempotency_keys",
        "row": f"{named.owner}\n{named.key}",
        "column": "answer",
    }
