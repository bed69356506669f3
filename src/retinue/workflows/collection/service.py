"""What entrypoints hand to the queue."""

from retinue.workflows.collection.functions import TASKS, look_up_posts, look_up_profile

__all__ = ["TASKS", "look_up_posts", "look_up_profile"]
