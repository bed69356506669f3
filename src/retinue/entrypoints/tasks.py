"""Every type of task that this installation runs, with the function behind it."""

from __future__ import annotations

from retinue.capabilities.tasks import service as tasks
from retinue.workflows.collection import service as collection
from retinue.workflows.cookies import service as cookies
from retinue.workflows.following import service as following
from retinue.workflows.profile_update import service as profile_update
from retinue.workflows.recovery import service as recovery
from retinue.workflows.rotation import service as rotation
from retinue.workflows.validation import service as validation
from retinue.workflows.working.schemas import TaskFunction

TASKS: tuple[TaskFunction, ...] = (
    *validation.TASKS,
    *recovery.TASKS,
    *rotation.TASKS,
    *cookies.TASKS,
    *collection.TASKS,
    *following.TASKS,
    *profile_update.TASKS,
)

# Whoever asks for work is in a process that has read this list: what is not on it is refused there.
tasks.catalogue.install({function.type: function.lint for function in TASKS})
