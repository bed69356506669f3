from __future__ import annotations

from typing import Any

from retinue.capabilities.alerts import service as alerts
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.alerting import service

_EVERY = 60.0
"""For what a process has held that has died; all else comes when it is due."""


def deliver(runtime: Runtime, payload: dict[str, Any]) -> None:
    del payload
    service.deliver(runtime, service.messenger_of(runtime))


JOBS = (
    JobFunction(alerts.DELIVER, deliver),
    JobFunction("alerts.deliver_lost", deliver, every=_EVERY),
)
