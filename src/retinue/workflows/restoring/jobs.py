from __future__ import annotations

from typing import Any

from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.restoring import service

_EVERY = 60.0


def tidy(runtime: Runtime, payload: dict[str, Any]) -> None:
    """A server runs for months: what waits in a journal must not wait for its next start."""
    del payload
    service.tidy(runtime)


JOBS = (JobFunction("restoring.tidy", tidy, every=_EVERY),)
