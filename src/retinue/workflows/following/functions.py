"""The function behind the task `follow`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement import service as engagement
from retinue.workflows.following.performing import follow
from retinue.workflows.following.schemas import FollowParams
from retinue.workflows.working.schemas import Reporting, TaskFunction


def _run(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    url = runtime.configuration.sandgram_url
    return follow(
        runtime, engagement.opener(sandgram_url=url, clock=runtime.clock), claimed, report
    )


def _lint(_: Session, params: dict[str, Any]) -> list[Problem]:
    try:
        FollowParams.model_validate(params)
    except ValidationError as error:
        return [
            Problem(tuple(one["loc"]), one["msg"], one["type"])
            for one in error.errors(include_input=False, include_url=False)
        ]
    return []


FOLLOW = TaskFunction(TaskType.follow, _run, _lint)
TASKS = (FOLLOW,)
