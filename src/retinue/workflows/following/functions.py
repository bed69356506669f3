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
from retinue.foundation.wording import problems_of
from retinue.workflows.connecting import service as connecting
from retinue.workflows.following.handing_over import hand_over, is_a_persons
from retinue.workflows.following.performing import follow
from retinue.workflows.following.schemas import FollowParams
from retinue.workflows.working.schemas import Reporting, TaskFunction


def _run(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
    perform = hand_over if is_a_persons(runtime, claimed) else follow
    return perform(runtime, connecting.opener(runtime), claimed, report)


def _lint(_: Session, params: dict[str, Any]) -> list[Problem]:
    try:
        FollowParams.model_validate(params)
    except ValidationError as error:
        return problems_of(error, FollowParams)
    return []


FOLLOW = TaskFunction(TaskType.follow, _run, _lint)
TASKS = (FOLLOW,)
