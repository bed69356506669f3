from __future__ import annotations

import pytest

from retinue.capabilities.accounts.models import Account, AccountKind, Health, Lifecycle
from retinue.capabilities.accounts.rules import availability
from retinue.capabilities.accounts.schemas import Denial


def account(**given: object) -> Account:
    values = {
        "account_no": "W1",
        "lifecycle": Lifecycle.active,
        "health": Health.unknown,
        "kind": AccountKind.normal,
    }
    return Account(**{**values, **given})


def denial(
    found: Account, *, before_warm_up: bool = False, persona_paused: bool = False
) -> Denial | None:
    return availability.may_engage(
        found, engage_before_warm_up=before_warm_up, is_persona_paused=persona_paused
    )


class TestMayEngage:
    @pytest.mark.parametrize(
        ("lifecycle", "before_warm_up", "may"),
        [
            (Lifecycle.imported, True, False),
            (Lifecycle.ready, False, False),
            (Lifecycle.ready, True, True),
            (Lifecycle.warming_up, True, False),
            (Lifecycle.active, False, True),
            (Lifecycle.retired, True, False),
        ],
    )
    def test_the_lifecycle_decides_first(
        self, lifecycle: Lifecycle, before_warm_up: bool, may: bool
    ) -> None:
        found = denial(account(lifecycle=lifecycle), before_warm_up=before_warm_up)
        assert (found is None) is may

    @pytest.mark.parametrize("health", list(Health))
    def test_only_a_healthy_account_may_and_a_cooldown_is_for_safety_to_say(
        self, health: Health
    ) -> None:
        found = denial(account(health=health, health_evidence={"text": "said the network"}))
        assert (found is None) is (health in {Health.ok, Health.unknown, Health.cooldown})
        if found is not None:
            assert "said the network" in found.message

    def test_a_pause_names_its_reason(self, noon: object) -> None:
        found = denial(account(paused_at=noon, pause_reason="new photos"))
        assert found is not None
        assert (found.code, "new photos" in found.message) == ("account_paused", True)

    def test_a_paused_persona_and_a_worker_do_not(self) -> None:
        paused = denial(account(), persona_paused=True)
        worker = denial(account(kind=AccountKind.worker))
        assert [found and found.code for found in (paused, worker)] == [
            "persona_paused",
            "account_is_worker",
        ]


class TestHealthShownBy:
    @pytest.mark.parametrize(
        "words", ["transient", "auth_expired", "permission", "unknown", "rate_limit"]
    )
    @pytest.mark.parametrize("wanted", [Health.locked, Health.suspended])
    def test_thin_evidence_is_an_error_and_no_more(self, wanted: Health, words: str) -> None:
        assert availability.health_shown_by(wanted, {"class": words}) is Health.error
        assert availability.health_shown_by(wanted, None) is Health.error

    def test_the_networks_own_word_closes(self) -> None:
        locked = availability.health_shown_by(Health.locked, {"class": "account_locked"})
        suspended = availability.health_shown_by(Health.suspended, {"class": "account_suspended"})
        assert (locked, suspended) == (Health.locked, Health.suspended)
