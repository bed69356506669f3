from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.ledger.models import Attempt, Window
from retinue.foundation.runtime import Runtime
from retinue.workflows.test_interaction import service
from retinue.workflows.test_interaction.errors import ActFailed, NoTestNetwork
from retinue.workflows.test_interaction.schemas import TestType
from tests.factories.staging import House, make_house
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


@pytest.fixture
def runtime(house: House, data_dir: Path) -> Runtime:
    token_file = data_dir / "control.token"
    token_file.write_text(house.sandgram.token)
    configuration = house.runtime.configuration.model_copy(
        update={"sandgram_control_token_file": token_file}
    )
    runtime = house.runtime
    return Runtime(
        configuration=configuration,
        database=runtime.database,
        clock=runtime.clock,
        rng=runtime.rng,
        sealer=runtime.sealer,
        incarnation=runtime.incarnation,
    )


class TestRun:
    @pytest.mark.parametrize("kind", ["like", "follow", "comment"])
    def test_the_act_reaches_the_network_and_touches_nobodys_window(
        self, house: House, runtime: Runtime, kind: TestType
    ) -> None:
        result = service.run(runtime, kind, actor="a test")
        assert result.message == "Test successful"
        assert result.latency_ms <= result.total_ms
        effects = house.sandgram.effects(account=service.LOGIN, limit=10_000)
        assert str(effects[-1]["seq"]) == result.effect_id or effects[-1]["action"] == kind
        with runtime.database.reading() as db:
            assert db.scalar(select(func.count()).select_from(Window)) == 0
            assert db.scalar(select(func.count()).select_from(Attempt)) == 0
            found = audit.newest(db, AuditFilter(action="interactions.recorded"))
            assert [one.actor for one in found] == ["a test"]
        (event,) = house.events()
        assert (event.action, event.target_username) == (kind, result.target_username)

    def test_it_can_be_done_again_with_the_same_account(
        self, house: House, runtime: Runtime
    ) -> None:
        service.run(runtime, "like", actor="a test")
        service.run(runtime, "like", actor="a test")
        with runtime.database.reading() as db:
            assert [one.is_test for one in db.scalars(select(Account))] == [True]
            assert accounts.find(db, service.LOGIN).is_test

    def test_without_a_sandgram_it_says_what_is_missing(self, house: House) -> None:
        with pytest.raises(NoTestNetwork, match="RETINUE_SANDGRAM_CONTROL_TOKEN_FILE"):
            service.run(house.runtime, "like", actor="a test")

    def test_what_the_network_said_is_told(self, house: House, runtime: Runtime) -> None:
        house.sandgram.fault("action_block", action="like", account=service.LOGIN)
        with pytest.raises(ActFailed, match="The like was not done"):
            service.run(runtime, "like", actor="a test")
