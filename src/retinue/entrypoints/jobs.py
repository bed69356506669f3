"""Every background function of the product."""

from __future__ import annotations

from retinue.capabilities.access import jobs as access
from retinue.capabilities.alerts import jobs as alerts
from retinue.capabilities.content import jobs as content
from retinue.capabilities.evidence import jobs as evidence
from retinue.capabilities.ledger import jobs as ledger
from retinue.capabilities.monitors import jobs as monitors
from retinue.capabilities.sessions import jobs as sessions
from retinue.capabilities.warmup import jobs as warmup
from retinue.entrypoints import demo_content
from retinue.foundation.idempotency import jobs as idempotency
from retinue.workflows.account_import import jobs as account_import
from retinue.workflows.alerting import jobs as alerting
from retinue.workflows.attending import jobs as attending
from retinue.workflows.health import jobs as health
from retinue.workflows.probing import jobs as probing
from retinue.workflows.proxy_watch import jobs as proxy_watch
from retinue.workflows.restoring import jobs as restoring
from retinue.workflows.upkeep import jobs as upkeep
from retinue.workflows.validation import jobs as validation

JOBS = (
    *access.JOBS,
    *idempotency.JOBS,
    *account_import.JOBS,
    *alerting.JOBS,
    *alerts.JOBS,
    *content.JOBS,
    demo_content.JOB,
    *evidence.JOBS,
    *health.JOBS,
    *attending.JOBS,
    *ledger.JOBS,
    *monitors.JOBS,
    *probing.JOBS,
    *proxy_watch.JOBS,
    *restoring.JOBS,
    *sessions.JOBS,
    *upkeep.JOBS,
    *validation.JOBS,
    *warmup.JOBS,
)
