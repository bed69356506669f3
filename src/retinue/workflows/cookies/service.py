"""What others may ask of cookies."""

from retinue.workflows.cookies.functions import REFRESH, TASKS
from retinue.workflows.cookies.refreshing import refresh

__all__ = ["REFRESH", "TASKS", "refresh"]
