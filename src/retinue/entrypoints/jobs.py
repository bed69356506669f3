"""Every background function of the product."""

from __future__ import annotations

from retinue.capabilities.accounts import jobs as accounts
from retinue.capabilities.ledger import jobs as ledger

JOBS = (*accounts.JOBS, *ledger.JOBS)
