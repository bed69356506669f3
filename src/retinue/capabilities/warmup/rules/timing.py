"""When the next phase may begin, and when a failed one may be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from retinue.capabilities.settings.schemas import WarmupSettings
from retinue.capabilities.warmup.models import PhaseStatus
from retinue.capabilities.warmup.schemas import Terms
from retinue.foundation.randomness import Random


def terms_for(settings: WarmupSettings, own: Mapping[str, Any] | None) -> Terms:
    """What a persona says for itself goes before the settings."""
    said = {key: value for key, value in (own or {}).items() if value is not None}
    least = float(said.get("gap_hours_min", settings.gap_hours_min))
    most = float(said.get("gap_hours_max", settings.gap_hours_max))
    in_general = {str(phase): category for phase, category in settings.categories.items()}
    return Terms(
        gap_hours_min=least,
        # One of the two alone may stand against the other one of the settings.
        gap_hours_max=max(least, most),
        retry_delays=tuple(settings.retry_delays),
        max_failures=settings.max_failures,
        min_quality_score=int(said.get("min_quality_score", settings.min_quality_score)),
        reuse_days=int(said.get("reuse_days", settings.reuse_days)),
        categories={**in_general, **said.get("categories", {})},
    )


def draw_gap(terms: Terms, rng: Random) -> timedelta:
    """How long the next phase waits; drawn once, when the one before it is completed."""
    return timedelta(hours=rng.uniform(terms.gap_hours_min, terms.gap_hours_max))


def after_failure(
    terms: Terms, *, failures: int, is_retryable: bool, now: datetime
) -> tuple[PhaseStatus, datetime | None]:
    """Where a phase goes that has failed `failures` times, and from when on it is available again."""
    if not is_retryable or failures >= terms.max_failures:
        return PhaseStatus.requires_review, None
    delay = terms.retry_delays[min(failures, len(terms.retry_delays)) - 1]
    return PhaseStatus.failed, now + timedelta(seconds=delay)
