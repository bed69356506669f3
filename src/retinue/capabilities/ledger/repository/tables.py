"""The tables as Core knows them, and the statements that each engine spells differently."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, Table, literal_column

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import models
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.safety.models import AccountSafety, DoNotContact, Pause
from retinue.foundation.database.spelled import family_of
from retinue.foundation.leases.models import LeaseRow


def _table(record: Any) -> Table:
    return cast("Table", record.__table__)


accounts = _table(Account)
personas = _table(Persona)
account_safety = _table(AccountSafety)
pauses = _table(Pause)
do_not_contact = _table(DoNotContact)
leases = _table(LeaseRow)
targets = _table(models.Target)
attempts = _table(models.Attempt)
windows = _table(models.Window)
events = _table(models.InteractionEvent)
latest = _table(models.InteractionLatest)
traces = _table(models.DecisionTrace)
history_starts = _table(models.HistoryStart)
cache_tallies = _table(models.CacheTally)
tallies = _table(models.InteractionTally)
tally_states = _table(models.TallyState)
tally_gaps = _table(models.TallyGap)
known_followers = _table(models.KnownFollower)
contacts = _table(models.Contact)
source_tallies = _table(models.SourceTally)

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


def changed(connection: Connection, statement: Executable, values: Any) -> int:
    """How many rows the statement has inserted, changed or removed."""
    result = cast("CursorResult[Any]", connection.execute(statement, values))
    return result.rowcount
