"""An installation that knows X and nobody who could say where a proxy leads out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertKind, AlertState
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.proxy_watch import service
from retinue.workflows.validation import service as validation
from tests.factories import on_x, serving
from tests.fixtures.sandgram import RunningSandgram


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    made = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, made.sealer, is_demo=True, now=clock.now())
    return made


class TestWatch:
    @pytest.mark.parametrize("scheme", ["http", "socks5"])
    def test_a_proxy_is_found_down_told_of_and_let_in_again(
        self,
        runtime: Runtime,
        clock: ManualClock,
        sandgram: RunningSandgram,
        scheme: Literal["http", "socks5"],
    ) -> None:
        on_x.connect(runtime, base_url=f"{sandgram.url}/x", client_id="an-app")
        made = sandgram.proxy()
        wanted = ProxyCreate(
            scheme=scheme,
            host=made["host"],
            port=made["port"],
            username=made["username"],
            password=SecretStr(made["password"]),
        )
        with runtime.database.writing() as db:
            now = clock.now()
            proxy_id = proxies.add(db, runtime.sealer, wanted, actor="me", now=now).id
            ava = AccountCreate(login="ava", network="x")
            account = accounts.add(db, runtime.sealer, ava, actor="me", now=now)
            accounts.change(db, account.id, AccountChange(proxy=proxy_id), actor="me", now=now)
            for _ in range(3):
                proxies.note_failure(db, proxy_id, "as the test says", now=now)
        sandgram.trouble(made, "refuse")
        watch(runtime)
        with runtime.database.reading() as db:
            (alert,) = alerts.page(db, AlertFilter(kind=AlertKind.proxy_down))
            assert proxies.is_confirmed(proxies.get(db, proxy_id))
            assert alert.state is AlertState.open

        sandgram.trouble(made, "none")
        clock.advance(timedelta(minutes=30))
        watch(runtime)
        with runtime.database.reading() as db:
            proxy = proxies.get(db, proxy_id)
            assert (proxy.down_since, proxy.check_ok, proxy.exit_address) == (None, True, None)
            assert "leads to the network" in (proxy.check_message or "")
            (alert,) = alerts.page(db, AlertFilter(kind=AlertKind.proxy_down))
            assert alert.state is AlertState.resolved


class TestCheckProxy:
    def test_with_no_network_at_all_nothing_is_learnt(self, runtime: Runtime) -> None:
        with pytest.raises(NetworkNotConnected, match="sandgram is not connected"):
            validation.check_proxy(runtime, connecting.opener(runtime), 1)


def watch(runtime: Runtime) -> None:
    service.watch(runtime, connecting.opener(runtime))
