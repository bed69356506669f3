"""The start of a session. It stands here because only the engagement knows which networks are connected."""

from __future__ import annotations

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentSilent, AlreadyRunning
from retinue.capabilities.sessions.schemas import AccountName, SessionStarted
from retinue.foundation.http import Caller, Router, Rt, Scope, documented, requires
from retinue.workflows.engagement import service

router = Router(tags=["Sessions"])


@router.post(
    "/start_session",
    dependencies=[requires(Scope.sessions_control, is_for_restricted=True)],
    responses=documented(AccountNotFound, AlreadyRunning, AgentSilent),
)
def start_session(body: AccountName, rt: Rt, caller: Caller) -> SessionStarted:
    """Start a session of the account by its plan. The answer comes once its process is at work."""
    with rt.database.reading() as db:
        account = accounts.find(db, body.account, only_ids=caller.account_ids)
    service.check_connected(account, sandgram_url=rt.configuration.sandgram_url)
    # No transaction is held while the process comes to life, which takes a second.
    session = sessions.start(rt, account.id, requested_by=caller.actor)
    return SessionStarted(session_id=session.id, account=account.login)
