"""The shapes of plans: typed, and as the API exchanges them."""

from retinue.capabilities.plans.schemas.exchange import (
    FindingRead,
    PlanEdit,
    PlanRead,
    PlanRestore,
    PlanVersionRead,
    PlanVersionsRead,
)
from retinue.capabilities.plans.schemas.typed import (
    Change,
    FileSource,
    Filters,
    Finding,
    Job,
    JobKind,
    Parsed,
    Plan,
    Range,
    Severity,
    Span,
    StoredPlan,
    Window,
    WorkingHours,
)

__all__ = [
    "Change",
    "FileSource",
    "Filters",
    "Finding",
    "FindingRead",
    "Job",
    "JobKind",
    "Parsed",
    "Plan",
    "PlanEdit",
    "PlanRead",
    "PlanRestore",
    "PlanVersionRead",
    "PlanVersionsRead",
    "Range",
    "Severity",
    "Span",
    "StoredPlan",
    "Window",
    "WorkingHours",
]
