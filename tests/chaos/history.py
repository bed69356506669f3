"""
One history out of four sources: attempts, interaction events, published events, and Sandgram's oracle.

Each rule is a function that answers with the violations it found, in words. The unit
tests plant a violation of each, so a checker that sees nothing is seen itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.sessions.models import OPEN_STATUSES, SessionStatus
from retinue.capabilities.settings.schemas import ActionLimit

_GRAIN = timedelta(milliseconds=1)
"""A spacing in seconds is a float; a moment is not."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the network says has happened."""

    account: str
    action: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt, with the names that the network has for account and person."""

    id: str
    account: str
    action: str
    person: str
    state: AttemptState
    started_at: datetime
    session: str | None = None
    fence: int = 1
    settled_by: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An interaction event that belongs to an attempt."""

    attempt: str
    status: EventStatus


@dataclass(frozen=True, slots=True)
class Shift:
    """A session from the first breath of its process to its row being closed."""

    id: str
    account: str
    status: SessionStatus
    began: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    effects: Sequence[Effect] = ()
    repeats: Sequence[Effect] = ()
    """What was asked for a second time and had no effect, because the network knew it already."""
    tries: Sequence[Try] = ()
    told: Sequence[Told] = ()
    shifts: Sequence[Shift] = ()
    numbers: Sequence[int | None] = ()
    """Of the published events, in the order of their ids; none where one has no number yet."""
    limits: dict[str, ActionLimit] = field(default_factory=dict)
    is_fleet: bool = False
    """Whether a person is to be engaged once by all accounts together."""
    owed: frozenset[tuple[str, str]] = frozenset()
    """(account, person) that the run was to engage."""
    passed: frozenset[tuple[str, str]] = frozenset()
    """(account, person) that were looked at and left alone, with the reason written down."""

    def assert_clean(self) -> None:
        found = violations(self)
        assert not found, "\n".join(found[:20])


def violations(history: History) -> list[str]:
    return [f"{rule.__name__}: {words}" for rule in RULES for words in rule(history)]


Key = tuple[str, ...]


def _key(one: Effect | Try, history: History) -> Key:
    return (one.action, one.person) if history.is_fleet else (one.account, one.action, one.person)


def _own(one: Effect | Try) -> Key:
    return (one.account, one.action, one.person)


def at_most_one_effect_per_key(history: History) -> Iterator[str]:
    done = Counter(_key(one, history) for one in history.effects)
    return (f"{key} was done {times} times" for key, times in done.items() if times > 1)


def nothing_is_asked_for_twice(history: History) -> Iterator[str]:
    return (f"{_own(one)} was asked for again at {one.at}" for one in history.repeats)


def an_effect_has_an_intent_before_it(history: History) -> Iterator[str]:
    first: dict[Key, datetime] = {}
    for one in history.tries:
        began = first.get(_own(one))
        if began is None or one.started_at < began:
            first[_own(one)] = one.started_at
    for effect in history.effects:
        began = first.get(_own(effect))
        if began is None:
            yield f"{_own(effect)} has an effect that no attempt owns up to"
        elif began > effect.at:
            yield f"{_own(effect)} happened at {effect.at}, its intent is of {began}"


def confirmed_has_an_effect(history: History) -> Iterator[str]:
    real = {_own(one) for one in history.effects}
    return (
        f"{one.id} {_own(one)} says confirmed, and nothing has happened"
        for one in history.tries
        if one.state is AttemptState.confirmed and _own(one) not in real
    )


def an_effect_is_confirmed_or_flagged(history: History) -> Iterator[str]:
    """An effect whose answer was lost is `unknown`: it must not be called refused, absent, or still open."""
    owned = {
        _own(one)
        for one in history.tries
        if one.state in {AttemptState.confirmed, AttemptState.unknown}
    }
    return (
        f"{_own(one)} has an effect and is neither confirmed nor flagged unknown"
        for one in history.effects
        if _own(one) not in owned
    )


def no_intent_stays_open(history: History) -> Iterator[str]:
    over = {one.id for one in history.shifts if one.status not in OPEN_STATUSES}
    return (
        f"{one.id} {_own(one)} is still an intent, and its session is over"
        for one in history.tries
        if one.state is AttemptState.intent and (one.session is None or one.session in over)
    )


def an_attempt_is_told_once_for_each_state(history: History) -> Iterator[str]:
    """One event for the outcome; before it one `unknown` where that was found out late."""
    told: dict[str, list[EventStatus]] = defaultdict(list)
    for one in history.told:
        told[one.attempt].append(one.status)
    for attempt in history.tries:
        statuses = told.pop(attempt.id, [])
        if len(set(statuses)) != len(statuses):
            yield f"{attempt.id} was told twice as the same: {_words(statuses)}"
        if attempt.state is AttemptState.intent:
            if statuses:
                yield f"{attempt.id} is open and was told as {_words(statuses)}"
            continue
        last = statuses[-1] if statuses else None
        if last not in _TOLD_AS[attempt.state]:
            yield f"{attempt.id} is {attempt.state} and was told as {_words(statuses) or 'nothing'}"
    for attempt_id in told:
        yield f"an event tells of {attempt_id}, which does not exist"


_TOLD_AS = {
    # Skipped: the network says that it was done before.
    AttemptState.confirmed: {EventStatus.success, EventStatus.skipped},
    AttemptState.unknown: {EventStatus.unknown},
    AttemptState.refused: {EventStatus.failed, EventStatus.skipped, EventStatus.retry},
    AttemptState.absent: {EventStatus.failed, EventStatus.skipped, EventStatus.retry},
}


def _words(statuses: Iterable[EventStatus]) -> str:
    return ", ".join(one.value for one in statuses)


def limits_hold(history: History) -> Iterator[str]:
    """In every hour and every day that one could choose, and between any two acts."""
    for (account, action), moments in _counted(history).items():
        limit = history.limits.get(action)
        if limit is None:
            continue
        for most, span in (
            (limit.per_hour, timedelta(hours=1)),
            (limit.per_day, timedelta(hours=24)),
        ):
            yield from (
                f"{account}: {action} {most + 1} times within {span} from {first}"
                for first, last in zip(moments, moments[most:], strict=False)
                if last - first < span
            )
        apart = timedelta(seconds=limit.seconds_apart) - _GRAIN
        yield from (
            f"{account}: {action} at {earlier} and again at {later}"
            for earlier, later in pairwise(moments)
            if later - earlier < apart
        )


def _counted(history: History) -> dict[tuple[str, str], list[datetime]]:
    free = {AttemptState.refused, AttemptState.absent}
    found: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in history.tries:
        if one.state not in free:
            found[one.account, one.action].append(one.started_at)
    return {key: sorted(moments) for key, moments in found.items()}


def one_engine_per_account_at_a_time(history: History) -> Iterator[str]:
    shifts: dict[str, list[tuple[datetime, Shift]]] = defaultdict(list)
    for shift in history.shifts:
        if shift.began is not None:
            shifts[shift.account].append((shift.began, shift))
    for account, own in shifts.items():
        own.sort(key=lambda one: (one[0], one[1].id))
        for (_, earlier), (began, later) in pairwise(own):
            if earlier.ended is None or began < earlier.ended:
                yield f"{account}: session {later.id} began before {earlier.id} had ended"


def sessions_do_not_take_turns(history: History) -> Iterator[str]:
    """Of one account, the intents of a session stand together, and fences only grow."""
    acts: dict[str, list[Try]] = defaultdict(list)
    for one in history.tries:
        acts[one.account].append(one)
    for account, own in acts.items():
        own.sort(key=lambda one: (one.started_at, one.id))
        gone: set[str | None] = set()
        for earlier, later in pairwise(own):
            if later.fence < earlier.fence:
                yield f"{account}: {later.id} has fence {later.fence} after {earlier.fence}"
            if later.session != earlier.session:
                gone.add(earlier.session)
            if later.session in gone:
                yield f"{account}: session {later.session} acted again after another had begun"


def event_numbers_have_no_gaps(history: History) -> Iterator[str]:
    waiting = sum(number is None for number in history.numbers)
    if waiting:
        yield f"{waiting} events have no number"
    given = sorted(number for number in history.numbers if number is not None)
    yield from (
        f"after event {earlier} comes {later}"
        for earlier, later in pairwise(given)
        if later != earlier + 1
    )


def nothing_is_lost(history: History) -> Iterator[str]:
    if history.is_fleet:
        people = {one.person for one in history.tries} | {person for _, person in history.passed}
        met = {(account, person) for account, person in history.owed if person in people}
    else:
        met = {(one.account, one.person) for one in history.tries} | history.passed
    return (
        f"{account} was to engage {person}, and nothing is known of it"
        for account, person in sorted(history.owed - met)
    )


Rule = Callable[[History], Iterable[str]]
RULES: tuple[Rule, ...] = (
    at_most_one_effect_per_key,
    nothing_is_asked_for_twice,
    an_effect_has_an_intent_before_it,
    confirmed_has_an_effect,
    an_effect_is_confirmed_or_flagged,
    no_intent_stays_open,
    an_attempt_is_told_once_for_each_state,
    limits_hold,
    one_engine_per_account_at_a_time,
    sessions_do_not_take_turns,
    event_numbers_have_no_gaps,
    nothing_is_lost,
)
