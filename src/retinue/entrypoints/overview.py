"""What the block says that `retinue up` prints when it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.sessions import service as sessions
from retinue.foundation.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Overview:
    accounts: str
    sessions: str
    setup_path: str | None
    to_warm_up: int
    """Accounts whose next step is a bot's."""


def of(runtime: Runtime) -> Overview:
    """A set-up code is made anew here while there is no admin; only the newest one counts."""
    with runtime.database.writing() as db:
        code = access.new_setup_code(db)
    with runtime.database.reading() as db:
        counts = accounts.counts_by_lifecycle(db)
        at_work = sessions.open_logins(db)
    in_use = {one: count for one, (count, _) in counts.items() if one is not Lifecycle.retired}
    most_first = sorted(in_use.items(), key=lambda both: -both[1])
    parts = ", ".join(f"{count} {lifecycle}" for lifecycle, count in most_first)
    return Overview(
        accounts=parts or "none yet: retinue accounts import FILE",
        sessions=", ".join(at_work) or "none running",
        setup_path=f"/ui/setup?code={code}" if code else None,
        to_warm_up=sum(in_use.get(one, 0) for one in (Lifecycle.ready, Lifecycle.warming_up)),
    )
