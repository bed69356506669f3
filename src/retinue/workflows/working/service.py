"""What entrypoints start and other workflows build on."""

from retinue.workflows.working.performing import Report
from retinue.workflows.working.worker import PLACES, Worker

__all__ = ["PLACES", "Report", "Worker"]
