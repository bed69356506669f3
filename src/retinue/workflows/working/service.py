"""What entrypoints start and other workflows build on."""

from retinue.workflows.working.following import follow, is_somebody_working
from retinue.workflows.working.performing import Report
from retinue.workflows.working.wishes import wish_of_task
from retinue.workflows.working.worker import PLACES, Worker

__all__ = ["PLACES", "Report", "Worker", "follow", "is_somebody_working", "wish_of_task"]
