"""What others may ask of validation."""

from retinue.workflows.validation.functions import CHECK_PROXY, TASKS, VALIDATE
from retinue.workflows.validation.gate import Gate, GateFull
from retinue.workflows.validation.ordering import order
from retinue.workflows.validation.validating import Validated, check_proxy, validate

__all__ = [
    "CHECK_PROXY",
    "TASKS",
    "VALIDATE",
    "Gate",
    "GateFull",
    "Validated",
    "check_proxy",
    "order",
    "validate",
]
