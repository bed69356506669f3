"""The tables as Core knows them, and the statements that each engine spells differently."""

from __future__ import annotations

from sqlalchemy import Connection, literal_column

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import models
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.safety.models import AccountSafety, DoNotContact, Pause
from retinue.foundation.database import table_of
from retinue.foundation.database.spelled import family_of
from retinue.foundation.leases.models import LeaseRow

accounts = table_of(Account)
personas = table_of(Persona)
account_safety = table_of(AccountSafety)
pauses = table_of(Pause)
do_not_contact = table_of(DoNotContact)
leases = table_of(LeaseRow)
targets = table_of(models.Target)
attempts = table_of(models.Attempt)
windows = table_of(models.Window)
events = table_of(models.InteractionEvent)
latest = table_of(models.InteractionLatest)
traces = table_of(models.DecisionTrace)
history_starts = table_of(models.HistoryStart)
cache_tallies = table_of(models.CacheTally)
tallies = table_of(models.InteractionTally)
tally_states = table_of(models.TallyState)
tally_gaps = table_of(models.TallyGap)
known_followers = table_of(models.KnownFollower)
contacts = table_of(models.Contact)
source_tallies = table_of(models.SourceTally)

OPEN = attempts.c.state.in_([literal_column("'intent'"), literal_column("'unknown'")])
"""
Whose outcome is not known. In the words of the partial index, because SQLite uses that for a
question that repeats them, and for no other; it stands beside whatever else is asked.
"""

WINDOW_KEY = ("network", "scope_key", "target_id", "action")
LATEST_KEY = ("platform", "account_id", "target_id", "action")


def family(connection: Connection) -> str:
    """`sqlite`, `postgresql` or `mysql`, which stands for MariaDB too."""
    return family_of(connection.dialect)
