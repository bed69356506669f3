"""The shapes under `/api/v1/instagram`, for clients that know them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from retinue.capabilities.monitors.models import MonitorStatus
from retinue.foundation.http.schemas import Body

Data = TypeVar("Data")

IntervalName = Literal["30s", "30m", "1h", "1d", "7d"]


class Envelope(BaseModel, Generic[Data]):
    status_code: int = 200
    success: Literal[True] = True
    data: Data


class InfluencerCreate(Body):
    username: Annotated[str, Field(min_length=1, max_length=100)]
    interval: IntervalName


class PostCreate(Body):
    post_url: Annotated[str, Field(min_length=1, max_length=500)]
    interval: IntervalName


class InfluencerMade(BaseModel):
    task_id: int
    username: str
    user_id: str | None
    """Null until the first reading."""
    status: MonitorStatus
    interval_seconds: int


class PostMade(BaseModel):
    task_id: int
    post_code: str
    status: MonitorStatus
    interval_seconds: int


class InfluencerPoint(BaseModel):
    follower_count: int | None
    following_count: int | None
    post_count: int | None
    bio: str | None
    recorded_at: datetime


class InfluencerHistory(BaseModel):
    user_id: str
    username: str
    history: list[InfluencerPoint]
    stale: bool
    """Whether the last run failed, or is long past: the newest numbers are older than they should be."""


class PostPoint(BaseModel):
    like_count: int | None
    comment_count: int | None
    play_count: int | None
    recorded_at: datetime


class PostHistory(BaseModel):
    post_code: str
    history: list[PostPoint]
    stale: bool


class InfluencerTask(BaseModel):
    task_id: int
    username: str
    status: MonitorStatus
    interval_seconds: int
    created_at: datetime
    updated_at: datetime


class PostTask(BaseModel):
    task_id: int
    post_code: str
    status: MonitorStatus
    interval_seconds: int
    created_at: datetime
    updated_at: datetime


class StopTasks(Body):
    task_ids: Annotated[
        list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=1000)
    ]


class Stopped(BaseModel):
    deleted_task_ids: list[int]
    not_found: list[int]


class MonitorTaskStatus(BaseModel):
    status: MonitorStatus


class TaskState(BaseModel):
    task_id: int
    status: MonitorStatus
