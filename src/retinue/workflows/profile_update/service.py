"""What entrypoints hand to the queue."""

from retinue.workflows.profile_update.functions import TASKS, update_profile

__all__ = ["TASKS", "update_profile"]
