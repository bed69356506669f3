"""An operator who looks after proxies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import endpoints as account_endpoints
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertKind
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.inbox import endpoints as inbox_endpoints
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import CheckedProxy
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import endpoints as attending
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.proxy_watch import endpoints, service
from tests.factories import serving

PROXIES = "/api/proxies"


def nobody(_name: str) -> Any:
    raise NetworkNotConnected("nobody is there")


class Desk:
    """An operator, and a watch that learns of proxies only what a test says."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        with runtime.database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
        routers = [
            endpoints.router,
            account_endpoints.router,
            inbox_endpoints.router,
            attending.router,
        ]
        self.http: TestClient = serving.client(serving.make_app(runtime, routers))

    def proxy(self, port: int, **given: Any) -> int:
        body = {"host": "127.0.0.1", "port": port, "pool": "berlin", **given}
        made = self.http.post(PROXIES, json=body)
        assert made.status_code == 201, made.text
        return int(made.json()["id"])

    def account(self, login: str, proxy_id: int) -> int:
        with self.runtime.database.writing() as db:
            now = self.runtime.clock.now()
            made = accounts.add(
                db, self.runtime.sealer, AccountCreate(login=login), actor="me", now=now
            )
            accounts.change(db, made.id, AccountChange(proxy=proxy_id), actor="me", now=now)
            return made.id

    def check(self, proxy_id: int, *, ok: bool = True, exit_address: str | None = None) -> None:
        with self.runtime.database.writing() as db:
            found = CheckedProxy(ok, "as the test says", exit_address, 12 if ok else None)
            proxies.note_check(db, proxy_id, found, now=self.runtime.clock.now())

    def fall(self, proxy_id: int) -> None:
        for _ in range(4):
            self.check(proxy_id, ok=False)

    def watch(self) -> None:
        service.watch(self.runtime, nobody)

    def way_of(self, account_id: int) -> int | None:
        with self.runtime.database.reading() as db:
            return accounts.get(db, account_id).proxy_id

    def changes(self, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"{PROXIES}/changes", params=params).json()[
            "items"
        ]
        return found

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/api/inbox", params={"state": "open"}).json()[
            "items"
        ]
        return found

    def told(self, kind: AlertKind) -> Sequence[Any]:
        with self.runtime.database.reading() as db:
            return alerts.page(db, AlertFilter(kind=kind))

    def acts(self) -> list[str]:
        with self.runtime.database.reading() as db:
            found = audit.newest(db, AuditFilter(), limit=100)
            return [entry.action for entry in reversed(found)]
