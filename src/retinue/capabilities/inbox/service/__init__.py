"""The verbs of the inbox."""

from retinue.capabilities.inbox.service.asking import (
    ask,
    close,
    close_about,
    latest,
    waiting_of,
)
from retinue.capabilities.inbox.service.handling import (
    CHUNK,
    MOST_ADDED,
    assign,
    claim,
    expired,
    overdue,
    release,
    resolve,
)
from retinue.capabilities.inbox.service.reading import COUNTED_AT_MOST, count, get, page
from retinue.capabilities.inbox.service.showing import add_evidence, receive_evidence

__all__ = [
    "CHUNK",
    "COUNTED_AT_MOST",
    "MOST_ADDED",
    "add_evidence",
    "ask",
    "assign",
    "claim",
    "close",
    "close_about",
    "count",
    "expired",
    "get",
    "latest",
    "overdue",
    "page",
    "receive_evidence",
    "release",
    "resolve",
    "waiting_of",
]
