"""Every background function of the product."""

from __future__ import annotations

from retinue.capabilities.access import jobs as access
from retinue.capabilities.accounts import jobs as accounts
from retinue.capabilities.ledger import jobs as ledger

JOBS = (*access.JOBS, *accounts.JOBS, *ledger.JOBS)
