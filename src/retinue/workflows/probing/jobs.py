from __future__ import annotations

from typing import Any

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.settings import service as settings
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.probing import service
from retinue.workflows.probing.alone import probe_account

_EVERY = 60.0
_RUNS_IN_15_MINUTES = 15
_ATTEMPTS = 2000


def look(runtime: Runtime, payload: dict[str, Any]) -> None:
    """
    Look for unknown outcomes that are due, one account after the other.

    A look is a look-up, and there are only so many of those in 15 minutes. A minute's
    share of them is what one run may take, and of each account the share of that.
    """
    del payload
    with runtime.database.reading() as db:
        current = settings.current(db)
        ids = ledger.due_accounts(db, now=runtime.clock.now(), limit=_ATTEMPTS)
    left = max(1, current.lookups_per_15_minutes // _RUNS_IN_15_MINUTES)
    each = max(1, current.lookups_per_account // _RUNS_IN_15_MINUTES)
    open_network = connecting.opener(runtime)
    for account_id in ids:
        if left <= 0:
            return
        left -= probe_account(runtime, open_network, account_id, limit=min(each, left))


JOBS = (JobFunction(service.JOB, look, every=_EVERY),)
