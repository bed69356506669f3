"""
What monitors refuse.

    Refusal
    |-- NotFound
    |   |-- MonitorNotFound      no such monitor, or its subject was never monitored
    |   `-- KeyNotFound          no key is stored for the source
    `-- Conflict
        |-- AlreadyMonitored     an active or paused monitor watches the subject
        `-- MonitorStopped       it is over; creating its subject again brings it back
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class MonitorNotFound(NotFound):
    """There is no such monitor."""

    code = "monitor_not_found"


class KeyNotFound(NotFound):
    """No key is stored for the source."""

    code = "source_key_not_found"


class AlreadyMonitored(Conflict):
    """The subject is monitored already, actively or paused."""

    code = "already_monitored"


class MonitorStopped(Conflict):
    """The monitor is stopped; creating its subject again brings it back."""

    code = "monitor_stopped"
