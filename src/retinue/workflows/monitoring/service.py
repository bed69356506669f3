from retinue.workflows.monitoring.scheduler import LEASE_SECONDS, Scheduler
from retinue.workflows.monitoring.schemas import OpenGate, OpenSource

__all__ = ["LEASE_SECONDS", "OpenGate", "OpenSource", "Scheduler"]
