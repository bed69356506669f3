"""Every table, imported so that the metadata is complete wherever a schema is made or compared."""

from __future__ import annotations

from retinue.capabilities.access import models as access
from retinue.capabilities.accounts import models as accounts
from retinue.capabilities.alerts import models as alerts
from retinue.capabilities.audit import models as audit
from retinue.capabilities.content import models as content
from retinue.capabilities.evidence import models as evidence
from retinue.capabilities.inbox import models as inbox
from retinue.capabilities.ledger import models as ledger
from retinue.capabilities.monitors import models as monitors
from retinue.capabilities.personas import models as personas
from retinue.capabilities.plans import models as plans
from retinue.capabilities.proxies import models as proxies
from retinue.capabilities.safety import models as safety
from retinue.capabilities.sessions import models as sessions
from retinue.capabilities.settings import models as settings
from retinue.capabilities.tasks import models as tasks
from retinue.capabilities.warmup import models as warmup
from retinue.foundation.database import Record
from retinue.foundation.events import models as events
from retinue.foundation.idempotency import models as idempotency
from retinue.foundation.jobs import models as jobs
from retinue.foundation.leases import models as leases
from retinue.workflows.connecting import models as connecting

MODULES = (
    access,
    accounts,
    alerts,
    audit,
    content,
    evidence,
    inbox,
    ledger,
    monitors,
    personas,
    plans,
    proxies,
    safety,
    sessions,
    settings,
    tasks,
    warmup,
    events,
    idempotency,
    jobs,
    leases,
    connecting,
)

metadata = Record.metadata
