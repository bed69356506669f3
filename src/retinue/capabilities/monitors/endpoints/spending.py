"""What reading costs, and what it is opened with."""

from __future__ import annotations

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.errors import KeyNotFound
from retinue.capabilities.monitors.models import SourceName
from retinue.capabilities.monitors.schemas.money import (
    KeyChange,
    MetricsSourceRead,
    SpendOf,
    SpendOfMonth,
    SpendRead,
)
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import Caller, Db, ReadDb, Router, Rt, Scope, documented, requires

router = Router(prefix="/api/monitors", tags=["Monitors"])


@router.get("/spend", dependencies=[requires(Scope.monitors_read)], responses=documented(Forbidden))
def read_spend(db: ReadDb, rt: Rt, caller: Caller) -> SpendRead:
    """This month's money (UTC): the limit, what is spent, and what will be if all goes on as it is."""
    caller.check_is_for_all_accounts()
    found = service.budget(db, now=rt.clock.now())
    return SpendRead(
        month=found.month,
        limit=found.limit,
        spent=found.spent,
        calls=found.calls,
        projected=found.projected,
        is_spent=found.is_spent,
        resumes_at=found.resumes_at,
        sources=[
            SpendOf(source=name, calls=calls, cost=cost)
            for name, (calls, cost) in found.by_source.items()
        ],
        months=[
            SpendOfMonth(month=month, source=source, calls=calls, cost=cost)
            for month, source, calls, cost in service.spent_by_month(db)
        ],
    )


@router.get(
    "/sources", dependencies=[requires(Scope.monitors_read)], responses=documented(Forbidden)
)
def list_sources(db: ReadDb, rt: Rt, caller: Caller) -> list[MetricsSourceRead]:
    """Where numbers are read, and what keeps each from being read. Never a key."""
    caller.check_is_for_all_accounts()
    return service.sources(db, rt)


@router.put(
    "/sources/{source}/key",
    status_code=204,
    dependencies=[requires(Scope.settings_write)],
    responses=documented(Invalid),
)
def put_key(source: SourceName, body: KeyChange, db: Db, rt: Rt, caller: Caller) -> None:
    """Keep the key of a source, sealed. It is shown to nobody any more."""
    service.put_key(db, rt.sealer, source, body.key, actor=caller.actor, now=rt.clock.now())


@router.delete(
    "/sources/{source}/key",
    status_code=204,
    dependencies=[requires(Scope.settings_write)],
    responses=documented(KeyNotFound, Invalid),
)
def delete_key(source: SourceName, db: Db, rt: Rt, caller: Caller) -> None:
    """Forget the key of a source."""
    service.drop_key(db, source, actor=caller.actor, now=rt.clock.now())
