"""What the queue takes and shows: `work` is for whoever runs tasks, `wire` for whoever asks for them."""

from retinue.capabilities.tasks.schemas.queue import (
    CapacityRead,
    OperationCapacity,
    QueueRead,
    RunningRead,
    WaitingGroup,
    WorkerRead,
)
from retinue.capabilities.tasks.schemas.wire import (
    BatchCreate,
    BatchFilter,
    BatchItem,
    BatchQuery,
    BatchRead,
    BatchResults,
    ChunkRead,
    Counts,
    ResultFormat,
    TaskCreate,
    TaskFilter,
    TaskMetrics,
    TaskQuery,
    TaskRead,
)
from retinue.capabilities.tasks.schemas.work import ClaimedTask, Lint, Settled, TaskFailure

__all__ = [
    "BatchCreate",
    "BatchFilter",
    "BatchItem",
    "BatchQuery",
    "BatchRead",
    "BatchResults",
    "CapacityRead",
    "ChunkRead",
    "ClaimedTask",
    "Counts",
    "Lint",
    "OperationCapacity",
    "QueueRead",
    "ResultFormat",
    "RunningRead",
    "Settled",
    "TaskCreate",
    "TaskFailure",
    "TaskFilter",
    "TaskMetrics",
    "TaskQuery",
    "TaskRead",
    "WaitingGroup",
    "WorkerRead",
]
