"""What others may ask of a rotation."""

from retinue.workflows.rotation.functions import ROTATE, TASKS
from retinue.workflows.rotation.rotating import rotate

__all__ = ["ROTATE", "TASKS", "rotate"]
