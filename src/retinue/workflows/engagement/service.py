"""A session's work from the first look at its row to the reason for its end, and the start of one."""

from __future__ import annotations

import logging

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans import service as plans
from retinue.capabilities.proxies.errors import ProxyDown
from retinue.capabilities.sessions.schemas import Ending
from retinue.foundation.free_space import Room
from retinue.workflows.engagement.actions import Hands
from retinue.workflows.engagement.alone import at_hand, open_line
from retinue.workflows.engagement.control import Progress, Reins
from retinue.workflows.engagement.doors import (
    PASSED,
    AccountDoor,
    Doors,
    of_nobody,
    of_session,
)
from retinue.workflows.engagement.errors import EngagementEnds, NetworkNotConnected, Unseen
from retinue.workflows.engagement.journal import (
    Intended,
    Learnt,
    last_intent,
    newest_journals,
    prune_journals,
    read_journal_of,
    read_journals,
    read_journals_of_tasks,
    task_journal,
)
from retinue.workflows.engagement.networks import (
    credentials_of,
    egress_of,
    is_connected,
    not_connected,
    opener,
)
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.schemas import Actor, Script, WishOf, Workplace
from retinue.workflows.engagement.story import Story

__all__ = [
    "PASSED",
    "AccountDoor",
    "Doors",
    "Hands",
    "Intended",
    "Learnt",
    "Patience",
    "Progress",
    "Reins",
    "at_hand",
    "check_connected",
    "credentials_of",
    "egress_of",
    "engage",
    "is_connected",
    "last_intent",
    "newest_journals",
    "not_connected",
    "of_nobody",
    "open_line",
    "opener",
    "prune_journals",
    "read_journal_of",
    "read_journals",
    "read_journals_of_tasks",
    "task_journal",
]

logger = logging.getLogger(__name__)


def engage(
    place: Workplace,
    *,
    session_id: str,
    account_id: int,
    fence: int,
    reins: Reins,
    progress: Progress,
) -> Ending:
    """Work until there is nothing left to do, or until something says stop. Never raises an end."""
    try:
        reason = _work(
            place,
            _script(place, session_id, account_id, fence),
            wish=of_session(session_id),
            reins=reins,
            progress=progress,
        )
    except EngagementEnds as end:
        return end.ending
    except Unseen as unseen:
        return EngagementEnds.failed(f"the log-in did not succeed: {unseen.message}").ending
    except (NetworkNotConnected, ProxyDown, LogInWithheld) as refusal:
        return EngagementEnds.failed(refusal.message).ending
    return EngagementEnds.completed(reason).ending


def check_connected(account: Account, *, sandgram_url: str | None) -> None:
    """
    Raises:
        NetworkNotConnected: no adapter reaches the account's network.
    """
    if not is_connected(account.network, sandgram_url=sandgram_url):
        raise not_connected(account.network)


def _script(place: Workplace, session_id: str, account_id: int, fence: int) -> Script:
    with place.database.reading() as db:
        account = accounts.get(db, account_id)
        stored = plans.current(db, account_id)
    actor = Actor(
        account_id=account_id,
        uid=account.uid,
        network=account.network,
        login=account.login,
        session_id=session_id,
        fence=fence,
    )
    return Script(actor, stored.plan, stored.version)


def _work(
    place: Workplace, script: Script, *, wish: WishOf, reins: Reins, progress: Progress
) -> str:
    pace = Pace(
        place.clock,
        place.rng,
        reins=reins,
        progress=progress,
        hours=script.plan.working_hours,
        room=Room(place.data_dir, least=place.least_free_bytes),
    )
    network = place.open_network(script.actor.network)
    doors = Doors(
        place.database,
        place.sealer,
        place.clock,
        wish,
        patience=Patience(place.clock, progress),
    )
    with place.database.reading() as db:
        account = accounts.get(db, script.actor.account_id)
        keeper = doors.keeper(account.id)
        credentials = credentials_of(db, place.sealer, account, keeper=keeper)
        egress = egress_of(db, place.sealer, account)
        user_agent = account.user_agent
    told: list[Story] = []
    line = network.open(
        credentials,
        egress=egress,
        user_agent=user_agent,
        # The line comes before the story whose hands want to know how far a call has come.
        on_phase=lambda phase: told[0].hands.on_phase(phase) if told else None,
    )
    try:
        story = Story(place, script, line, pace=pace, progress=progress)
        told.append(story)
        return story.tell()
    finally:
        for story_told in told:
            story_told.hands.close()
        line.close()
