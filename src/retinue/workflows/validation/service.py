"""What others may ask of validation."""

from retinue.workflows.validation.functions import (
    CHECK_PROXY,
    TASKS,
    VALIDATE,
    failure_of,
    no_place,
)
from retinue.workflows.validation.gate import Gate, GateFull
from retinue.workflows.validation.ordering import asked_for, order
from retinue.workflows.validation.schemas import Asked, LogInsSpent
from retinue.workflows.validation.validating import Validated, check_proxy, validate
from retinue.workflows.validation.writing import proxy_name

__all__ = [
    "CHECK_PROXY",
    "TASKS",
    "VALIDATE",
    "Asked",
    "Gate",
    "GateFull",
    "LogInsSpent",
    "Validated",
    "asked_for",
    "check_proxy",
    "failure_of",
    "no_place",
    "order",
    "proxy_name",
    "validate",
]
