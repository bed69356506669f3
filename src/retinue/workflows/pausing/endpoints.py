from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.service import FLEET
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    Principal,
    ReadDb,
    Router,
    Rt,
    Scope,
    documented,
    requires,
)
from retinue.foundation.runtime import Runtime
from retinue.workflows.pausing import service
from retinue.workflows.pausing.errors import OnHold
from retinue.workflows.pausing.schemas import PauseRead, PauseScope, Switch, Switched

router = Router(prefix="/api", tags=["Account states"])


@router.post(
    "/pause",
    dependencies=[requires(Scope.sessions_control, is_for_restricted=True)],
    responses=documented(AccountNotFound),
)
def pause(wanted: Switch, db: Db, rt: Rt, caller: Caller) -> Switched:
    """Let nothing new start: in the whole fleet, of a persona, of an account, or of one kind of action."""
    _switch(db, wanted, rt, caller, is_paused=True)
    return Switched(message="Paused", scope=wanted.scope, name=wanted.name, paused=True)


@router.post(
    "/resume",
    dependencies=[requires(Scope.sessions_control, is_for_restricted=True)],
    responses=documented(AccountNotFound, OnHold),
)
def resume(wanted: Switch, db: Db, rt: Rt, caller: Caller) -> Switched:
    """Take a pause back."""
    _switch(db, wanted, rt, caller, is_paused=False)
    return Switched(message="Resumed", scope=wanted.scope, name=wanted.name, paused=False)


@router.get("/pauses", dependencies=[requires(Scope.sessions_read)])
def list_pauses(db: ReadDb) -> Page[PauseRead]:
    """The pauses of the fleet and of actions. Those of personas and accounts stand on themselves."""
    items = [
        PauseRead(
            scope="fleet" if row.key == FLEET else "action",
            name=None if row.key == FLEET else row.key.partition(":")[2],
            reason=row.reason,
            paused_by=row.paused_by,
            paused_at=row.paused_at,
        )
        for row in safety.pauses(db)
    ]
    return Page(items=items, total=len(items))


def _switch(
    db: Session, wanted: Switch, rt: Runtime, caller: Principal, *, is_paused: bool
) -> None:
    if wanted.scope is not PauseScope.account:
        caller.check_is_for_all_accounts()
    service.switch(
        db,
        wanted,
        is_paused=is_paused,
        actor=caller.actor,
        now=rt.clock.now(),
        only_ids=caller.account_ids,
    )
