"""
The queue as Celery's own tools see it: `celery -A retinue.entrypoints.celery_app flower`.

Workers are started with `retinue worker`, which has the engines that messages wake.
"""

from __future__ import annotations

from retinue.entrypoints import scaled
from retinue.foundation import configuration_report
from retinue.foundation.jobs.messages import make_app

app = make_app(scaled.redis_url(configuration_report.load()))
