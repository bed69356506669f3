"""The tables as Core knows them."""

from __future__ import annotations

from sqlalchemy import literal_column

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.safety.models import AccountSafety, Pause
from retinue.capabilities.tasks import models
from retinue.foundation.database import table_of
from retinue.foundation.database.among import Among
from retinue.foundation.leases.models import LeaseRow

tasks = table_of(models.Task)
batches = table_of(models.Batch)
uses = table_of(models.TaskUse)
workers = table_of(models.Worker)
accounts = table_of(Account)
personas = table_of(Persona)
proxies = table_of(Proxy)
account_safety = table_of(AccountSafety)
pauses = table_of(Pause)
leases = table_of(LeaseRow)

# In the words of the partial indexes, because SQLite uses those for a question that repeats
# them, and for no other.
PENDING = tasks.c.status == literal_column("'pending'")
RUNNING = tasks.c.status == literal_column("'running'")

IDS = Among(tasks.c.id, "ids")
