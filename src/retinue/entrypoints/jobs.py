"""Every background function of the product."""

from __future__ import annotations

from retinue.capabilities.access import jobs as access
from retinue.capabilities.inbox import jobs as inbox
from retinue.capabilities.ledger import jobs as ledger
from retinue.capabilities.sessions import jobs as sessions
from retinue.foundation.idempotency import jobs as idempotency
from retinue.workflows.account_import import jobs as account_import
from retinue.workflows.health import jobs as health
from retinue.workflows.probing import jobs as probing
from retinue.workflows.restoring import jobs as restoring
from retinue.workflows.validation import jobs as validation

JOBS = (
    *access.JOBS,
    *idempotency.JOBS,
    *account_import.JOBS,
    *health.JOBS,
    *inbox.JOBS,
    *ledger.JOBS,
    *probing.JOBS,
    *restoring.JOBS,
    *sessions.JOBS,
    *validation.JOBS,
)
