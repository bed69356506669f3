"""The function behind the task `refresh_cookies`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.workflows.cookies.refreshing import refresh
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.working.schemas import Reporting, TaskFunction


def _run(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    return refresh(signing_in.station_of(runtime), claimed, report)


def _takes_nothing(_: Session, params: Mapping[str, Any]) -> list[Problem]:
    return [Problem((str(name),), "refresh_cookies takes no params") for name in params]


REFRESH = TaskFunction(
    TaskType.refresh_cookies, _run, _takes_nothing, signing_in.at_once, signing_in.close_browsers
)
TASKS = (REFRESH,)
