"""The queue over HTTP."""

from retinue.capabilities.tasks.endpoints import batches, queue, tasks
from retinue.foundation.http import Router

router = Router.of(queue.router, batches.router, tasks.router)
