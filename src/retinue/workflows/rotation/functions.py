"""The function behind the task `rotate_password`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.workflows.rotation.rotating import rotate
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.working.schemas import Reporting, TaskFunction


def _run(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    return rotate(signing_in.station_of(runtime), claimed, report)


def _takes_nothing(_: Session, params: Mapping[str, Any]) -> list[Problem]:
    return [Problem((str(name),), "rotate_password takes no params") for name in params]


ROTATE = TaskFunction(
    TaskType.rotate_password, _run, _takes_nothing, signing_in.at_once, signing_in.close_browsers
)
TASKS = (ROTATE,)
