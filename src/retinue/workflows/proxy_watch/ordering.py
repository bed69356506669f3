"""From "try these proxies" to batches of the queue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyFilter
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.foundation.runtime import Runtime
from retinue.workflows.proxy_watch.schemas import ChecksOrdered, ChecksWanted

_BATCH = 1000
_MOST = 100_000


def order_checks(runtime: Runtime, wanted: ChecksWanted, *, actor: str) -> ChecksOrdered:
    """
    Put a check of each into the queue, a thousand to a batch.

    Raises:
        ProxyNotFound: one of the ids is of no proxy.
        TypeNotRunnable: nothing in this installation checks proxies.
    """
    with runtime.database.reading() as db:
        ids = _meant(db, wanted, runtime)
    batch_ids = []
    for start in range(0, len(ids), _BATCH):
        chunk = ids[start : start + _BATCH]
        batch = BatchCreate(
            type=TaskType.check_proxy,
            name="check of proxies",
            tasks=[BatchItem(params={"proxy": one}) for one in chunk],
        )
        with runtime.database.writing() as db:
            made = tasks.create_batch(db, batch, actor=actor, now=runtime.clock.now())
            batch_ids.append(made.id)
    return ChecksOrdered(matched=len(ids), batch_ids=batch_ids)


def _meant(db: Session, wanted: ChecksWanted, runtime: Runtime) -> list[int]:
    if wanted.ids is not None:
        return [proxies.get(db, one).id for one in sorted(set(wanted.ids))]
    meant = wanted.filter.filter() if wanted.filter else ProxyFilter()
    return list(proxies.ids_of(db, meant, now=runtime.clock.now(), limit=_MOST))
