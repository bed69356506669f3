"""What entrypoints and files of lists ask of follows."""

from retinue.workflows.following.functions import TASKS
from retinue.workflows.following.ordering import order
from retinue.workflows.following.performing import follow

__all__ = ["TASKS", "follow", "order"]
