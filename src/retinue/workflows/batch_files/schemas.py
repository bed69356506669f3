"""What a file is taken for, and what is said of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.tasks.models import Priority, TaskType
from retinue.foundation.wording import ONE_LINE
from retinue.workflows.following.schemas import FollowReport, PlannedBatch

MOST_ROWS = 1000
LARGEST_FILE = 2_000_000


class FileOptions(BaseModel):
    """`accounts`, `internal` and `per_account_max` are for follow lists."""

    model_config = ConfigDict(extra="forbid")

    type: TaskType
    name: str | None = Field(default=None, min_length=1, max_length=150, pattern=ONE_LINE)
    priority: Priority = Priority.batch
    accounts: list[str] = Field(default_factory=list, max_length=1000)
    internal: bool = False
    per_account_max: int = Field(default=50, ge=1, le=1000)
    dry_run: bool = False


class RowError(BaseModel):
    """One place in the file that does not fit. `line` counts from 1 with the header."""

    line: int
    column: str | None
    reason: str
    fix: str


class FileReport(BaseModel):
    """`tasks` is how many there are, or would be. With `errors` there are none."""

    type: TaskType
    dry_run: bool
    rows: int
    tasks: int
    batches: list[PlannedBatch]
    ignored_columns: list[str]
    errors: list[RowError]
    follow: FollowReport | None = None
