"""Every router of the product, and the order in which the documentation shows its parts."""

from __future__ import annotations

from retinue.capabilities.access import endpoints as access
from retinue.capabilities.accounts import endpoints as accounts
from retinue.capabilities.alerts import endpoints as alerts
from retinue.capabilities.audit import endpoints as audit
from retinue.capabilities.content import endpoints as content
from retinue.capabilities.evidence import endpoints as evidence
from retinue.capabilities.inbox import endpoints as inbox
from retinue.capabilities.ledger import endpoints as ledger
from retinue.capabilities.monitors import endpoints as monitors
from retinue.capabilities.personas import endpoints as personas
from retinue.capabilities.plans import endpoints as plans
from retinue.capabilities.realtime import endpoints as realtime
from retinue.capabilities.safety import endpoints as safety
from retinue.capabilities.sessions import endpoints as sessions
from retinue.capabilities.settings import endpoints as settings
from retinue.capabilities.tasks import endpoints as tasks
from retinue.capabilities.warmup import endpoints as warmup
from retinue.workflows.account_import import endpoints as account_import
from retinue.workflows.account_overview import endpoints as account_overview
from retinue.workflows.alerting import endpoints as alerting
from retinue.workflows.attending import endpoints as attending
from retinue.workflows.batch_files import endpoints as batch_files
from retinue.workflows.connecting import endpoints as connecting
from retinue.workflows.disclosing import endpoints as disclosing
from retinue.workflows.engagement import endpoints as engagement
from retinue.workflows.exposition import endpoints as exposition
from retinue.workflows.following import endpoints as following
from retinue.workflows.health import endpoints as health
from retinue.workflows.metrics import endpoints as metrics
from retinue.workflows.pausing import endpoints as pausing
from retinue.workflows.probing import endpoints as probing
from retinue.workflows.proxy_watch import endpoints as proxy_watch
from retinue.workflows.recovery import endpoints as recovery
from retinue.workflows.test_interaction import endpoints as test_interaction
from retinue.workflows.validation import endpoints as validation

# Routes are tried one after the other, so what is asked most stands first.
ROUTERS = (
    # `/api/accounts/states` and `/imports` stand before `/api/accounts/{id}`, which would take them for an id.
    safety.router,
    account_import.router,
    validation.router,
    accounts.router,
    disclosing.router,
    recovery.router,
    ledger.router,
    sessions.router,
    engagement.router,
    warmup.router,
    metrics.router,
    test_interaction.router,
    account_overview.router,
    # Before `/api/batches/{id}`, which would take their names for an id.
    following.router,
    batch_files.router,
    tasks.router,
    monitors.router,
    plans.router,
    inbox.router,
    attending.router,
    evidence.router,
    alerting.router,
    alerts.router,
    probing.router,
    settings.router,
    health.router,
    exposition.router,
    pausing.router,
    personas.router,
    content.router,
    proxy_watch.router,
    connecting.router,
    access.router,
    audit.router,
    realtime.router,
)

TAGS = (
    "Sessions",
    "Accounts",
    "Account states",
    "Plans",
    "Interactions",
    "Tasks",
    "Monitors",
    "Warm-up",
    "Bots",
    "Inbox",
    "Alerts",
    "Personas",
    "Content",
    "Proxies",
    "Networks",
    "Settings",
    "Access",
    "Audit",
    "Health",
)
"""The parts of the API in the order in which the documentation shows them."""
