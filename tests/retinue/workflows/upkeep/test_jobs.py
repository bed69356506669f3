"""What is asked of the queue once a day, and for whom."""

from __future__ import annotations

from collections import Counter

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskFilter
from retinue.workflows.connecting import service as connecting
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.upkeep.jobs import forget, keep_up
from tests.factories.clinic import ACTOR, Clinic


@pytest.fixture(autouse=True)
def has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "can_browse", lambda _: True)
    monkeypatch.setattr(connecting, "is_connected", lambda _db, _runtime, _name: True)


def asked(clinic: Clinic) -> Counter[TaskType]:
    with clinic.runtime.database.reading() as db:
        rows = tasks.page(db, TaskFilter(), limit=1000)
        assert all(row.requested_by == "upkeep" for row in rows)
        return Counter(row.type for row in rows)


def ready(clinic: Clinic, login: str = "luna") -> int:
    account, _ = clinic.account(login)
    now = clinic.clock.now()
    with clinic.runtime.database.writing() as db:
        row = accounts.hold(db, account.id)
        row.lifecycle, row.last_validated_at = Lifecycle.active, now
    return account.id


class TestKeepUp:
    def test_a_day_later_both_are_asked_for_once(self, clinic: Clinic) -> None:
        for number in range(3):
            ready(clinic, f"luna{number}")
        keep_up(clinic.runtime, {})
        assert asked(clinic) == Counter()
        clinic.pass_time(24 * 60)
        for _ in range(3):
            keep_up(clinic.runtime, {})
        wanted = {TaskType.refresh_cookies: 3, TaskType.validate_account: 3}
        assert asked(clinic) == wanted

    def test_during_the_day_they_come_one_by_one(self, clinic: Clinic) -> None:
        for number in range(60):
            ready(clinic, f"luna{number}")
        clinic.pass_time(12 * 60)
        seen = []
        for _ in range(6):
            clinic.pass_time(2 * 60)
            keep_up(clinic.runtime, {})
            seen.append(asked(clinic)[TaskType.refresh_cookies])
        assert seen == sorted(seen)
        assert seen[-1] == 60
        assert len(set(seen)) > 3

    @pytest.mark.parametrize("health", [Health.locked, Health.suspended])
    def test_what_the_network_has_closed_is_left_alone(
        self, clinic: Clinic, health: Health
    ) -> None:
        one = ready(clinic)
        word = {"class": f"account_{health}", "text": "x"}
        with clinic.runtime.database.writing() as db:
            accounts.set_health(db, one, health, evidence=word, now=clinic.clock.now())
        clinic.pass_time(48 * 60)
        keep_up(clinic.runtime, {})
        assert asked(clinic) == Counter()

    def test_who_waits_for_a_person_is_validated_and_not_logged_in(self, clinic: Clinic) -> None:
        one = ready(clinic)
        with clinic.runtime.database.writing() as db:
            now = clinic.clock.now()
            accounts.set_health(db, one, Health.needs_human, evidence={"class": "x"}, now=now)
        clinic.pass_time(24 * 60)
        keep_up(clinic.runtime, {})
        assert asked(clinic) == {TaskType.validate_account: 1}

    def test_a_network_without_a_known_site_is_validated_and_not_logged_in(
        self, clinic: Clinic
    ) -> None:
        one = ready(clinic)
        with clinic.runtime.database.writing() as db:
            accounts.hold(db, one).network = "x"
        clinic.pass_time(24 * 60)
        keep_up(clinic.runtime, {})
        assert asked(clinic) == {TaskType.validate_account: 1}

    def test_paused_accounts_and_a_switched_off_upkeep_rest(self, clinic: Clinic) -> None:
        one = ready(clinic)
        with clinic.runtime.database.writing() as db:
            now = clinic.clock.now()
            change = AccountChange(paused=True, reason="x")
            accounts.change(db, one, change, actor=ACTOR, now=now)
        ready(clinic, "nova")
        with clinic.runtime.database.writing() as db:
            settings.update(db, {"upkeep": {"enabled": False}}, actor=ACTOR, now=clinic.clock.now())
        clinic.pass_time(48 * 60)
        keep_up(clinic.runtime, {})
        assert asked(clinic) == Counter()
        with clinic.runtime.database.writing() as db:
            settings.update(db, {"upkeep": {"enabled": True}}, actor=ACTOR, now=clinic.clock.now())
        keep_up(clinic.runtime, {})
        assert asked(clinic)[TaskType.refresh_cookies] == 1

    def test_forgetting_does_no_harm(self, clinic: Clinic) -> None:
        forget(clinic.runtime, {})
