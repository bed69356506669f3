"""Ledger and oracle side by side: what was done twice, what was forgotten, what is not known."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass

from retinue.capabilities.ledger.models import Attempt, AttemptState
from tests.factories.staging import House


@dataclass(frozen=True)
class Findings:
    effects: int
    attempts: Counter[AttemptState]
    duplicates: list[tuple[str, ...]]
    """By oracle: (account, action, person), or (action, person) with scope `fleet`."""
    forgotten: list[str]
    """Effects that no attempt owns up to."""
    imagined: list[str]
    """Attempts that say `confirmed` without an effect."""
    open_intents: int

    def assert_clean(self) -> None:
        assert not self.duplicates, f"done twice: {self.duplicates}"
        assert not self.forgotten, f"effects that the ledger does not know: {self.forgotten}"
        assert not self.imagined, f"confirmed without an effect: {self.imagined}"
        assert not self.open_intents, f"{self.open_intents} intents were never settled"


def compare(house: House, *, is_fleet: bool = False) -> Findings:
    """A fleet's duplicates are counted over all accounts of the house, an account's by itself."""
    effects = house.effects()
    attempts = house.attempts()
    handle = {account.id: account.login for account in house.accounts()}
    person = house.network_ids()
    done = Counter(
        (one["action"], one["person_id"])
        if is_fleet
        else (one["account"], one["action"], one["person_id"])
        for one in effects
    )

    def key(one: Attempt) -> tuple[str, str, str | None]:
        return (handle[one.account_id], one.action, person[one.target_id])

    owned = {
        key(one) for one in attempts if one.state in {AttemptState.confirmed, AttemptState.unknown}
    }
    real = {(one["account"], one["action"], one["person_id"]) for one in effects}
    return Findings(
        effects=len(effects),
        attempts=Counter(one.state for one in attempts),
        duplicates=[one for one, times in done.items() if times > 1],
        forgotten=[str(one) for one in real - owned],
        imagined=[
            str(key(one))
            for one in attempts
            if one.state is AttemptState.confirmed and key(one) not in real
        ],
        open_intents=sum(one.state is AttemptState.intent for one in attempts),
    )


def rounds(few: int, many: int) -> int:
    """A few in `make test`, many in `make chaos`; `RETINUE_CHAOS_ROUNDS` says it exactly."""
    exact = os.environ.get("RETINUE_CHAOS_ROUNDS")
    if exact:
        return int(exact)
    return many if os.environ.get("RETINUE_CHAOS") == "long" else few
