from __future__ import annotations

from enum import StrEnum


class AttemptState(StrEnum):
    intent = "intent"
    confirmed = "confirmed"
    refused = "refused"
    unknown = "unknown"
    absent = "absent"


class EventStatus(StrEnum):
    success = "success"
    failed = "failed"
    skipped = "skipped"
    retry = "retry"
    dedupe_hit = "dedupe_hit"
    unknown = "unknown"
