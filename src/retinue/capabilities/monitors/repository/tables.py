"""The tables as Core knows them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, literal_column

from retinue.capabilities.monitors import models
from retinue.capabilities.monitors.models import MonitorKind
from retinue.foundation.database import table_of
from retinue.foundation.database.among import Among

monitors = table_of(models.Monitor)
rollups = table_of(models.MetricsRollup)
spend = table_of(models.SpendRow)
keys = table_of(models.SourceKey)
HISTORY: Mapping[MonitorKind, Table] = {
    MonitorKind.influencer: table_of(models.InfluencerMetricsHistory),
    MonitorKind.post: table_of(models.PostMetricsHistory),
}

ACTIVE = monitors.c.status == literal_column("'active'")

IDS = Among(monitors.c.id, "ids")
