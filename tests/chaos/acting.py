"""A session that makes promises without a process: its intent transactions, one by one."""

from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Declined, IntentRequest, Reserved
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.protocol import Person
from retinue.foundation.clock_jumps import Jumps
from tests.factories.staging import House

FREE = {"like": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}
PLAN = "blogger-followers: [harbour_lights]\nworking-hours: [00.00-23.59]\n"


def begin(house: House, account: Account) -> EngagementSession:
    session = house.order(account)
    with house.runtime.database.writing() as db:
        now = house.runtime.clock.now()
        sessions.begin(db, session.id, fence=session.fence, pid=1, pid_birth="never", now=now)
    return session


def intend(
    house: House,
    session: EngagementSession,
    person: str,
    *,
    later: timedelta = timedelta(0),
    asks_first: bool = True,
    jumps: Jumps | None = None,
) -> Reserved | Declined:
    """The intent transaction of a session, as the engagement makes it."""
    now = house.runtime.clock.now() + later
    request = IntentRequest(
        account_id=session.account_id,
        network="sandgram",
        action="like",
        target=Person(network_id=person, handle=f"handle_{person}"),
        fence=session.fence,
        session_id=session.id,
        jumps=jumps,
    )
    with house.runtime.database.writing() as db:
        if asks_first:
            sessions.ensure_may_act(db, session.id, fence=session.fence, now=now)
        return ledger.reserve(db, request, settings=settings.current(db), now=now)
