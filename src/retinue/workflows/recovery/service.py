"""What others may ask of a recovery."""

from retinue.workflows.recovery.functions import RECOVER, TASKS
from retinue.workflows.recovery.operations import operations
from retinue.workflows.recovery.recovering import recover

__all__ = ["RECOVER", "TASKS", "operations", "recover"]
