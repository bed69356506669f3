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
    BatchRead,
    ChunkRead,
    Counts,
    TaskCreate,
    TaskFilter,
    TaskMetrics,
    TaskRead,
)
from retinue.capabilities.tasks.schemas.work import ClaimedTask, Lint, Settled, TaskFailure

__all__ = [
    "BatchCreate",
    "BatchFilter",
    "BatchItem",
    "BatchRead",
    "CapacityRead",
    "ChunkRead",
    "ClaimedTask",
    "Counts",
    "Lint",
    "OperationCapacity",
    "QueueRead",
    "RunningRead",
    "Settled",
    "TaskCreate",
    "TaskFailure",
    "TaskFilter",
    "TaskMetrics",
    "TaskRead",
    "WaitingGroup",
    "WorkerRead",
]
