"""The queue over HTTP."""

from retinue.capabilities.tasks.endpoints import batches, queue, tasks
from retinue.foundation.http import Router

router = Router()
router.include_router(queue.router)
router.include_router(batches.router)
router.include_router(tasks.router)
