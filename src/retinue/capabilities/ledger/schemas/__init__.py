"""What the ledger is asked and what it answers: `acts` inside the process, `wire` over HTTP."""

from retinue.capabilities.ledger.schemas.acts import (
    ABOUT_TARGET,
    VISIT,
    ByHand,
    CheckedTarget,
    DayFigures,
    Declined,
    DeclineKind,
    EventFilter,
    IntentRequest,
    OpenUnknowns,
    Outcome,
    Reserved,
    RuleSeen,
    Settled,
    SettledBy,
    Skip,
    Swept,
)
from retinue.capabilities.ledger.schemas.doubts import AttemptFilter, Doubt, Finding, Sight
from retinue.capabilities.safety.schemas import PlanLimits

__all__ = [
    "ABOUT_TARGET",
    "VISIT",
    "AttemptFilter",
    "ByHand",
    "CheckedTarget",
    "DayFigures",
    "DeclineKind",
    "Declined",
    "Doubt",
    "EventFilter",
    "Finding",
    "IntentRequest",
    "OpenUnknowns",
    "Outcome",
    "PlanLimits",
    "Reserved",
    "RuleSeen",
    "Settled",
    "SettledBy",
    "Sight",
    "Skip",
    "Swept",
]
