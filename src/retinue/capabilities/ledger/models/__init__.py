from __future__ import annotations

from retinue.capabilities.ledger.models.acts import Attempt, Target, Window
from retinue.capabilities.ledger.models.figures import (
    CacheTally,
    Contact,
    InteractionTally,
    KnownFollower,
    SourceTally,
    TallyGap,
    TallyState,
)
from retinue.capabilities.ledger.models.history import (
    RARE_STATUSES,
    DecisionTrace,
    HistoryFilter,
    HistoryStart,
    InteractionEvent,
    InteractionLatest,
)
from retinue.capabilities.ledger.models.states import AttemptState, EventStatus

__all__ = [
    "RARE_STATUSES",
    "Attempt",
    "AttemptState",
    "CacheTally",
    "Contact",
    "DecisionTrace",
    "EventStatus",
    "HistoryFilter",
    "HistoryStart",
    "InteractionEvent",
    "InteractionLatest",
    "InteractionTally",
    "KnownFollower",
    "SourceTally",
    "TallyGap",
    "TallyState",
    "Target",
    "Window",
]
