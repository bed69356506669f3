from __future__ import annotations

from typing import Any

from retinue.capabilities.proxies import service as proxies
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.proxy_watch import service

_EVERY = 5.0
_PRUNED_EVERY = 600.0


def watch(runtime: Runtime, payload: dict[str, Any]) -> None:
    del payload
    service.watch(runtime, connecting.opener(runtime))


def prune(runtime: Runtime, payload: dict[str, Any]) -> None:
    del payload
    with runtime.database.writing() as db:
        proxies.prune_checks(db, now=runtime.clock.now())


JOBS = (
    JobFunction(proxies.WATCH, watch),
    JobFunction("proxies.watch_down", watch, every=_EVERY),
    JobFunction("proxies.prune_checks", prune, every=_PRUNED_EVERY),
)
