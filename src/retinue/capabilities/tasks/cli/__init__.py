"""`retinue tasks`, `retinue batches` and `retinue queue`."""

from retinue.capabilities.tasks.cli.batches import app as batches
from retinue.capabilities.tasks.cli.queue import queue
from retinue.capabilities.tasks.cli.tasks import app as tasks

__all__ = ["batches", "queue", "tasks"]
