from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.errors import SettingsChanged
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.errors import Invalid

WRONG: list[tuple[dict[str, Any], tuple[str, ...], str]] = [
    ({"cooldown_minute": 1}, ("cooldown_minute",), "did you mean cooldown_minutes?"),
    ({"zzz": 1}, ("zzz",), "known are"),
    ({"cooldown_minutes": "45"}, ("cooldown_minutes",), "valid integer"),
    ({"cooldown_minutes": None}, ("cooldown_minutes",), "valid integer"),
    ({"cooldown_minutes": 0}, ("cooldown_minutes",), "greater than"),
    ({"cooldown_minutes": True}, ("cooldown_minutes",), "valid integer"),
    ({"reengagement_days": 4000}, ("reengagement_days",), "less than"),
    (
        {"reengagement_days_by_action": {"like": 0}},
        ("reengagement_days_by_action", "like"),
        "greater",
    ),
    ({"rate_limit_steps": [60, 30]}, ("rate_limit_steps",), "at least as long"),
    ({"rate_limit_steps": []}, ("rate_limit_steps",), "at least 1"),
    ({"rate_limit_steps": "60,120"}, ("rate_limit_steps",), "list"),
    ({"limits": {"folow": {}}}, ("limits", "folow"), "did you mean follow?"),
    (
        {"limits": {"follow": {"per_hr": 1}}},
        ("limits", "follow", "per_hr"),
        "did you mean per_hour?",
    ),
    ({"limits": {"follow": {"per_hour": -1}}}, ("limits", "follow", "per_hour"), "greater"),
    (
        {"limits": {"follow": {"seconds_apart": float("nan")}}},
        ("limits", "follow", "seconds_apart"),
        "finite",
    ),
    ({"limits": {"follow": 3}}, ("limits", "follow"), "dictionary"),
    ({"limits": []}, ("limits",), "dictionary"),
    ({"dedup_scope": "all"}, ("dedup_scope",), "account"),
    ({"validation_concurrency": 13}, ("validation_concurrency",), "less than"),
    ({"engage_before_warm_up": 1}, ("engage_before_warm_up",), "boolean"),
]


class TestCurrent:
    def test_without_a_change_the_defaults_are_in_force(self, db: Session) -> None:
        now_in_force = settings.current(db)
        assert now_in_force.version == 0
        assert now_in_force.rate_limit_steps == [60, 120, 300, 600]
        assert now_in_force.limit_for("follow").per_day == 400
        assert now_in_force.limit_for("unfollow") == now_in_force.limits["other"]
        assert now_in_force.window_days("like") == 30

    def test_the_environment_sets_defaults_and_the_prefixed_name_goes_first(
        self, db: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COOLDOWN_MINUTES", "10")
        monkeypatch.setenv("RETINUE_COOLDOWN_MINUTES", "20")
        monkeypatch.setenv("RATE_LIMIT_STEPS", "1, 2,3")
        assert settings.current(db).cooldown_minutes == 20
        assert settings.current(db).rate_limit_steps == [1, 2, 3]

        settings.update(db, {"cooldown_minutes": 30}, actor="anna", now=clock.now())
        assert settings.current(db).cooldown_minutes == 30

    def test_a_wrong_variable_is_named_with_an_example(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RATE_LIMIT_STEPS", "soon")
        with pytest.raises(Invalid, match="an example: RATE_LIMIT_STEPS=60,120,300,600"):
            settings.check_environment()


class TestUpdate:
    def test_a_change_is_merged_versioned_and_audited(self, db: Session, clock: Clock) -> None:
        changed = settings.update(
            db, {"limits": {"follow": {"per_hour": 20}}}, actor="operator:anna", now=clock.now()
        )
        assert changed.version == 1
        assert changed.limits["follow"].per_hour == 20
        assert changed.limits["follow"].per_day == 400
        assert changed.limits["like"].per_hour == 60
        assert settings.current(db) == changed

        (entry,) = audit.newest(db, AuditFilter(action="settings.updated"))
        assert entry.actor == "operator:anna"
        assert entry.before is not None
        assert entry.before["limits"]["follow"]["per_hour"] == 50

    def test_a_change_that_changes_nothing_makes_no_version(
        self, db: Session, clock: Clock
    ) -> None:
        assert (
            settings.update(db, {"cooldown_minutes": 45}, actor="a", now=clock.now()).version == 0
        )
        assert settings.update(db, {}, actor="a", now=clock.now()).version == 0

    @pytest.mark.parametrize(
        ("changes", "where", "says"), WRONG, ids=[str(case[0]) for case in WRONG]
    )
    def test_a_wrong_value_is_refused_by_name_and_nothing_changes(
        self, db: Session, clock: Clock, changes: dict[str, Any], where: tuple[str, ...], says: str
    ) -> None:
        with pytest.raises(Invalid) as caught:
            settings.update(db, {**changes, "trace_days": 7}, actor="a", now=clock.now())
        assert caught.value.problems[0].loc == where
        assert says in caught.value.problems[0].msg
        assert settings.current(db).trace_days == 30

    def test_a_change_of_an_older_version_is_refused(self, db: Session, clock: Clock) -> None:
        settings.update(db, {"trace_days": 7}, actor="a", now=clock.now())
        with pytest.raises(SettingsChanged, match="at version 1"):
            settings.update(db, {"version": 0, "trace_days": 8}, actor="b", now=clock.now())

    def test_concurrent_changes_all_take_effect(self, database: Database, clock: Clock) -> None:
        changes = [{"trace_days": 7}, {"cooldown_minutes": 7}, {"cache_seconds": 7}]

        def change(what: dict[str, Any]) -> None:
            with database.writing() as db:
                settings.update(db, what, actor="a", now=clock.now())

        threads = [threading.Thread(target=change, args=(what,)) for what in changes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as db:
            result = settings.current(db)
        assert (
            result.version,
            result.trace_days,
            result.cooldown_minutes,
            result.cache_seconds,
        ) == (3, 7, 7, 7)

    def test_an_action_without_days_of_its_own_again_follows_the_common_ones(
        self, db: Session, clock: Clock
    ) -> None:
        own = {"reengagement_days_by_action": {"like": 7, "view": 1}}
        settings.update(db, own, actor="anna", now=clock.now())
        taken_back = {"reengagement_days_by_action": {"like": None}}
        after = settings.update(db, taken_back, actor="anna", now=clock.now())

        assert after.reengagement_days_by_action == {"view": 1}
        assert after.window_days("like") == 30


class TestPrepareDemo:
    def test_accounts_may_engage_before_warm_up_until_a_person_says_otherwise(
        self, db: Session, clock: Clock
    ) -> None:
        assert settings.prepare_demo(db, now=clock.now()).engage_before_warm_up
        settings.update(db, {"engage_before_warm_up": False}, actor="anna", now=clock.now())
        assert not settings.prepare_demo(db, now=clock.now()).engage_before_warm_up
