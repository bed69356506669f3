"""Each rule of the history checker sees the violation it is there for, and a clean history passes them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.settings.schemas import ActionLimit
from tests.chaos import history as rules
from tests.chaos.history import Effect, History, Shift, Told, Try, violations

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def clean() -> History:
    """Two accounts, three acts: one confirmed, one found out late, one refused."""
    return History(
        effects=[Effect("ava", "like", "p1", at(1.2)), Effect("ben", "like", "p1", at(4.2))],
        tries=[
            Try("t1", "ava", "like", "p1", AttemptState.confirmed, at(1), "s1", 1),
            Try("t2", "ava", "like", "p2", AttemptState.refused, at(30), "s2", 2),
            Try("t3", "ben", "like", "p1", AttemptState.unknown, at(4), "s3", 1),
        ],
        told=[
            Told("t1", EventStatus.unknown),
            Told("t1", EventStatus.success),
            Told("t2", EventStatus.failed),
            Told("t3", EventStatus.unknown),
        ],
        shifts=[
            Shift("s1", "ava", SessionStatus.failed, at(0), at(9)),
            Shift("s2", "ava", SessionStatus.completed, at(10), at(40)),
            Shift("s3", "ben", SessionStatus.lost, at(0), at(9)),
        ],
        numbers=[1, 2, 3, 4],
        limits={"like": ActionLimit(per_hour=2, per_day=3, seconds_apart=20)},
        owed=frozenset({("ava", "p1"), ("ava", "p2"), ("ben", "p1")}),
    )


def with_tries(history: History, *more: Try) -> History:
    return replace(history, tries=[*history.tries, *more])


def changed(history: History, number: int, **values: object) -> History:
    tries = list(history.tries)
    tries[number] = replace(tries[number], **values)  # type: ignore[arg-type]
    return replace(history, tries=tries)


Plant = Callable[[History], History]
PLANTED: list[tuple[rules.Rule, str, Plant]] = [
    (
        rules.at_most_one_effect_per_key,
        "an effect twice",
        lambda h: replace(h, effects=[*h.effects, Effect("ava", "like", "p1", at(6))]),
    ),
    (
        rules.at_most_one_effect_per_key,
        "a person twice in a fleet",
        lambda h: replace(h, is_fleet=True),
    ),
    (
        rules.nothing_is_asked_for_twice,
        "a like that the network had already",
        lambda h: replace(h, repeats=[Effect("ava", "like", "p1", at(6))]),
    ),
    (
        rules.an_effect_has_an_intent_before_it,
        "an effect that nobody meant",
        lambda h: replace(h, effects=[*h.effects, Effect("ava", "like", "p9", at(6))]),
    ),
    (
        rules.an_effect_has_an_intent_before_it,
        "an intent after the effect",
        lambda h: changed(h, 0, started_at=at(2)),
    ),
    (
        rules.confirmed_has_an_effect,
        "an imagined effect",
        lambda h: changed(h, 1, state=AttemptState.confirmed),
    ),
    (
        rules.an_effect_is_confirmed_or_flagged,
        "an effect that is called refused",
        lambda h: changed(h, 2, state=AttemptState.refused),
    ),
    (
        rules.no_intent_stays_open,
        "an intent that nobody settles",
        lambda h: changed(h, 2, state=AttemptState.intent),
    ),
    (
        rules.an_attempt_is_told_once_for_each_state,
        "an outcome that is told twice",
        lambda h: replace(h, told=[*h.told, Told("t2", EventStatus.failed)]),
    ),
    (
        rules.an_attempt_is_told_once_for_each_state,
        "an outcome that is not told",
        lambda h: replace(h, told=h.told[:-1]),
    ),
    (
        rules.an_attempt_is_told_once_for_each_state,
        "another outcome than the attempt's",
        lambda h: replace(h, told=[*h.told[:-1], Told("t3", EventStatus.success)]),
    ),
    (
        rules.an_attempt_is_told_once_for_each_state,
        "an event of no attempt",
        lambda h: replace(h, told=[*h.told, Told("t9", EventStatus.success)]),
    ),
    (
        rules.limits_hold,
        "one more than an hour allows",
        lambda h: with_tries(
            h,
            Try("t4", "ava", "like", "p4", AttemptState.unknown, at(60), "s2", 2),
            Try("t5", "ava", "like", "p5", AttemptState.confirmed, at(3599), "s2", 2),
        ),
    ),
    (
        rules.limits_hold,
        "two acts too close together",
        lambda h: with_tries(
            h, Try("t4", "ben", "like", "p4", AttemptState.confirmed, at(23.9), "s3", 1)
        ),
    ),
    (
        rules.one_engine_per_account_at_a_time,
        "two sessions at once",
        lambda h: replace(
            h,
            shifts=[*h.shifts, Shift("s4", "ava", SessionStatus.completed, at(39), at(50))],
        ),
    ),
    (
        rules.sessions_do_not_take_turns,
        "a session that comes back after another",
        lambda h: with_tries(
            h, Try("t4", "ava", "like", "p4", AttemptState.confirmed, at(60), "s1", 2)
        ),
    ),
    (
        rules.sessions_do_not_take_turns,
        "an older fence after a newer one",
        lambda h: with_tries(
            h, Try("t4", "ava", "like", "p4", AttemptState.confirmed, at(60), "s2", 1)
        ),
    ),
    (
        rules.event_numbers_have_no_gaps,
        "a gap",
        lambda h: replace(h, numbers=[1, 2, 4]),
    ),
    (
        rules.event_numbers_have_no_gaps,
        "a number twice",
        lambda h: replace(h, numbers=[1, 2, 2, 3]),
    ),
    (
        rules.event_numbers_have_no_gaps,
        "an event without a number",
        lambda h: replace(h, numbers=[1, 2, None]),
    ),
    (
        rules.nothing_is_lost,
        "a person who was forgotten",
        lambda h: replace(h, owed=h.owed | {("ava", "p8")}),
    ),
]


class TestViolations:
    def test_a_clean_history_has_none(self) -> None:
        assert violations(clean()) == []

    @pytest.mark.parametrize(
        ("rule", "plant"),
        [pytest.param(rule, plant, id=words) for rule, words, plant in PLANTED],
    )
    def test_a_planted_one_is_seen_by_its_rule(self, rule: rules.Rule, plant: Plant) -> None:
        broken = plant(clean())
        assert list(rule(broken)), f"{rule.__name__} saw nothing"
        assert list(rule(clean())) == []
        with pytest.raises(AssertionError, match=rule.__name__):
            broken.assert_clean()

    def test_each_rule_has_a_planted_violation(self) -> None:
        assert {rule for rule, _, _ in PLANTED} == set(rules.RULES)

    def test_an_hour_that_is_just_over_is_another_hour(self) -> None:
        history = with_tries(
            clean(),
            Try("t4", "ava", "like", "p4", AttemptState.unknown, at(60), "s2", 2),
            Try("t5", "ava", "like", "p5", AttemptState.confirmed, at(3601), "s2", 2),
        )
        assert list(rules.limits_hold(history)) == []
