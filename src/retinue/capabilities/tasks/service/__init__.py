"""The verbs of the queue."""

from retinue.capabilities.tasks.service import catalogue
from retinue.capabilities.tasks.service.acting import cancel, cancel_batch, retry, retry_failed
from retinue.capabilities.tasks.service.asking import asked, create, create_batch
from retinue.capabilities.tasks.service.claiming import claim
from retinue.capabilities.tasks.service.exporting import (
    result_header,
    result_names,
    result_rows,
)
from retinue.capabilities.tasks.service.forecasting import capacity
from retinue.capabilities.tasks.service.reading import (
    batch,
    batch_piece,
    batches,
    count,
    get,
    page,
    read,
    read_batches,
    results,
)
from retinue.capabilities.tasks.service.resuming import (
    budgets_in_force,
    has_resumed,
    wake_budgeted,
    wake_of_person,
    wake_resumed,
)
from retinue.capabilities.tasks.service.settling import (
    complete,
    complete_many,
    fail,
    give_back,
    has_lost,
    is_cancel_asked,
    renew,
    report,
    settle_lost,
    wait,
)
from retinue.capabilities.tasks.service.taking import LEASE
from retinue.capabilities.tasks.service.watching import (
    beat,
    counts,
    has_due,
    leave,
    next_due_at,
    overview,
    prune_uses,
    workers,
)
from retinue.capabilities.tasks.service.watching import waiting_groups as waiting

__all__ = [
    "LEASE",
    "asked",
    "batch",
    "batch_piece",
    "batches",
    "beat",
    "budgets_in_force",
    "cancel",
    "cancel_batch",
    "capacity",
    "catalogue",
    "claim",
    "complete",
    "complete_many",
    "count",
    "counts",
    "create",
    "create_batch",
    "fail",
    "get",
    "give_back",
    "has_due",
    "has_lost",
    "has_resumed",
    "is_cancel_asked",
    "leave",
    "next_due_at",
    "overview",
    "page",
    "prune_uses",
    "read",
    "read_batches",
    "renew",
    "report",
    "result_header",
    "result_names",
    "result_rows",
    "results",
    "retry",
    "retry_failed",
    "settle_lost",
    "wait",
    "waiting",
    "wake_budgeted",
    "wake_of_person",
    "wake_resumed",
    "workers",
]
