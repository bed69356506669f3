"""
Whether people should be engaged, as a session asks before it looks at anybody.

What is known of a person is remembered for a few minutes, because the same people
come up again and again. Neither answer is ever trusted for an act: `reserve` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.repository import caching
from retinue.capabilities.ledger.schemas import CacheCounts, CheckedTarget
from retinue.capabilities.ledger.service import asking
from retinue.capabilities.settings.schemas import RuntimeSettings

MOST_PEOPLE = 10_000

_Person = tuple[str, str]
"""Network and folded handle."""
_Asker = tuple[int, int | None, str]
"""Account, its persona and the action."""


@dataclass(frozen=True, slots=True)
class _Answer:
    reason: str | None
    until: datetime | None
    asked_at: datetime


class Answers:
    """
    What one process remembers of people. Not shared between threads.

    It forgets everything when the settings change, a person when `forget` is told
    that something was done to them, and the longest known person when it is full.
    """

    def __init__(self, *, most_people: int = MOST_PEOPLE) -> None:
        self._most_people = most_people
        self._known: dict[_Person, dict[_Asker, _Answer]] = {}
        self._version: int | None = None
        self._hits = 0
        self._misses = 0

    @property
    def counts(self) -> CacheCounts:
        """Since the process began."""
        return CacheCounts(self._hits, self._misses)

    def forget(self, network: str, handle: str) -> None:
        """Something was done to this person, or was tried."""
        self._known.pop((network, rules.handle_key(handle)), None)

    def recall(
        self, person: _Person, asker: _Asker, *, settings: RuntimeSettings, now: datetime
    ) -> _Answer | None:
        """What is remembered and still good; counted as a hit or a miss."""
        if settings.version != self._version:
            self._known.clear()
            self._version = settings.version
        answer = self._known.get(person, {}).get(asker)
        if answer is not None and self._is_good(answer, settings, now):
            self._hits += 1
            return answer
        self._misses += 1
        return None

    def remember(self, person: _Person, asker: _Asker, answer: _Answer) -> None:
        if person not in self._known and len(self._known) >= self._most_people:
            del self._known[next(iter(self._known))]
        self._known.setdefault(person, {})[asker] = answer

    def _is_good(self, answer: _Answer, settings: RuntimeSettings, now: datetime) -> bool:
        age = now - answer.asked_at
        if not timedelta() <= age < timedelta(seconds=settings.cache_seconds):
            return False
        return answer.reason is None or answer.until is None or answer.until > now


def should_engage(
    db: Session,
    question: asking.Question,
    handle: str,
    *,
    answers: Answers,
    now: datetime,
) -> CheckedTarget:
    """
    Whether an account should do something to a person: yes, or no with reason and end.

    A yes is no promise. What is about the person may be as old as the setting
    `cache_seconds`; what is about the account is always asked anew.
    """
    return should_engage_all(db, question, [handle], answers=answers, now=now)[0]


def should_engage_all(
    db: Session,
    question: asking.Question,
    handles: Sequence[str],
    *,
    answers: Answers,
    now: datetime,
) -> list[CheckedTarget]:
    """`should_engage` of many, in the order asked; those who are not remembered are asked for at once."""
    account, settings = question.account, question.settings
    asker = (account.id, account.persona_id, question.action)
    keys = {handle: rules.handle_key(handle) for handle in handles}
    known: dict[str, _Answer] = {}
    wanted: list[str] = []
    for key in dict.fromkeys(keys.values()):
        answer = answers.recall((account.network, key), asker, settings=settings, now=now)
        if answer is None:
            wanted.append(key)
        else:
            known[key] = answer
    taken = asking.taken(db, question, wanted, now=now) if wanted else {}
    for key in wanted:
        found = taken.get(key)
        known[key] = (
            _Answer(None, None, now) if found is None else _Answer(found.reason, found.until, now)
        )
        answers.remember((account.network, key), asker, known[key])
    denial = asking.account_denial(db, question, now=now)
    free = (None, None) if denial is None else (denial.code, denial.until)
    checked = []
    for handle in handles:
        answer = known[keys[handle]]
        reason, until = free if answer.reason is None else (answer.reason, answer.until)
        checked.append(CheckedTarget(handle, reason is None, reason, until))
    return checked


def note_cache(db: Session, seen: CacheCounts, *, now: datetime) -> None:
    """Add what a process has counted since it last said so. One short statement, and none for nothing."""
    if seen == CacheCounts():
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    caching.add(db.connection(), hour=hour, hits=seen.hits, misses=seen.misses)


def cache_counts(db: Session, *, since: datetime | None = None) -> CacheCounts:
    """
    How often `should_engage` was answered from memory by all sessions together.

    `since` counts whole hours; sessions add what they have counted with every heartbeat.
    """
    return CacheCounts(*caching.counts(db.connection(), since=since))
