from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from retinue.capabilities.tasks.models import TaskStatus, TaskType


class StepName(StrEnum):
    status = "status"
    email_code = "email_code"
    challenge = "challenge"
    second_factor = "second_factor"
    log_in = "log_in"
    cookies = "cookies"
    verify = "verify"
    person = "person"


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    ok: bool
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "message": self.message}


class OperationStep(BaseModel):
    """One step of a recovery, a rotation or a refresh."""

    at: datetime
    action: str = Field(description="`recovery.step`, `rotation.step` or `cookies.step`.")
    by: str
    task_id: str | None
    step: str
    ok: bool
    message: str


class LogInRead(BaseModel):
    at: datetime
    by: str
    door: str
    outcome: str
    is_by_person: bool


class OperationTask(BaseModel):
    id: str
    type: TaskType
    status: TaskStatus
    waiting_for: str | None
    waiting_why: str | None
    created_at: datetime
    end_time: datetime | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None


class CookiesRead(BaseModel):
    is_stored: bool
    has_previous: bool
    refreshed_at: datetime | None
    age_seconds: int | None


class PasswordRead(BaseModel):
    is_stored: bool
    pending_since: datetime | None = Field(
        description="Since when a new password waits for the log-in that shows that it opens."
    )


class BackupCodesRead(BaseModel):
    is_stored: bool
    used: int


class LogInBudgetRead(BaseModel):
    left: int = Field(description="Of the two log-ins in 24 hours that no person has asked for.")
    free_at: datetime | None


class OperationsRead(BaseModel):
    """What was done to keep an account open; nothing of it is secret."""

    account_id: int
    password: PasswordRead
    cookies: CookiesRead
    backup_codes: BackupCodesRead
    log_in_budget: LogInBudgetRead
    log_ins: list[LogInRead] = Field(description="Of the last seven days, the newest first.")
    tasks: list[OperationTask] = Field(description="The newest first, twenty at most.")
    steps: list[OperationStep] = Field(description="The newest first, a hundred at most.")
    evidence: list[str] = Field(description="Ids; `GET /api/evidence/{id}/file` is the file.")
