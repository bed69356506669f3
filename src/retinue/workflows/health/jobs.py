from __future__ import annotations

import logging
from typing import Any

from retinue.foundation.database import health
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

_EVERY = 86_400.0


def look_over(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Every page of a SQLite file, once a day; servers look after their own."""
    del payload
    configuration = runtime.configuration
    if configuration.database_url is not None:
        return
    complaint = health.look_over(configuration.database_file)
    if complaint is not None:
        logger.error("the database is damaged, and nothing new is begun: %s", complaint)


JOBS = (JobFunction("health.look_over", look_over, every=_EVERY),)
