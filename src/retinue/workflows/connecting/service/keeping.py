"""
Tokens between the database and the line that uses them.

Three steps with the call between them, so that a crash at any point leaves something that can be told
apart: `renewing` committed, the call, the new pair committed. Only then is either of the new ones used.
Where the answer was lost the pair before may still live, and is tried once more; where it does not, only
the account's owner can help, and the account says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.x.network import XNetwork
from retinue.drivers.network.x.protocol import (
    Exchange,
    GrantEnded,
    NewTokens,
    Tokens,
    XApp,
)
from retinue.foundation import failpoints, redaction
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.events import service as events
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting import repository
from retinue.workflows.connecting.models import AccountGrant, GrantState
from retinue.workflows.connecting.schemas import XConnection
from retinue.workflows.connecting.service.granting import open_token, put_tokens
from retinue.workflows.connecting.service.showing import X

_ABANDONED = timedelta(minutes=2)
"""After that nobody is waiting for the answer of a renewal any more."""
_SOON = 15.0
_ANEW = "the account's owner must authorise the app anew (`retinue networks authorise x ACCOUNT`)"


def x_network(
    connection: XConnection, *, database: Database, sealer: Sealer, clock: Clock, holder: str
) -> XNetwork:
    """The adapter on this installation's tokens; `holder` names this process."""
    redaction.know(connection.client_secret)
    app = XApp(connection.base_url, connection.client_id, connection.client_secret)
    keeper = Keeper(database, sealer, app=app, clock=clock, holder=holder)
    return XNetwork(app, keeper=keeper, clock=clock)


class Keeper:
    """
    Its transactions are short and its own: it is called from between those of others.

    Tokens that were granted to another app, or elsewhere, it gives to nobody.
    """

    def __init__(
        self, database: Database, sealer: Sealer, *, app: XApp, clock: Clock, holder: str
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._app = app
        self._clock = clock
        self._holder = holder[:100]

    def current(self, login: str) -> Tokens:
        with self._database.reading() as db:
            account, row = self._found(db, login, is_to_change=False)
            if row.state is GrantState.ended:
                raise GrantEnded(row.trouble or _ANEW)
            return self._opened(account, row)

    def renew(self, login: str, *, stale: Tokens, exchange: Exchange) -> Tokens:
        with self._database.writing() as db:
            account, row = self._found(db, login, is_to_change=True)
            if row.generation != stale.generation and row.state is not GrantState.ended:
                return self._opened(account, row)
            refresh_token = self._begun(db, account, row)
        if refresh_token is None:
            raise GrantEnded(f"its access token has run out, and none came to renew it: {_ANEW}")
        failpoints.reach("after_renewal_promise")
        try:
            made = exchange(refresh_token)
        except DriverError as error:
            raise self._failed(account.id, error) from error
        failpoints.reach("after_renewal_answer")
        return self._stored(account.id, made)

    def _begun(self, db: Session, account: Account, row: AccountGrant) -> str | None:
        """Write down that the refresh token is about to be used. None where there is none."""
        now = self._clock.now()
        if row.state is GrantState.ended:
            raise GrantEnded(row.trouble or _ANEW)
        token = open_token(self._sealer, account.uid, "refresh_token", row.refresh_token)
        if token is None:
            self._end(db, account, row, f"its access token has run out: {_ANEW}", now=now)
            return None
        if row.state is GrantState.renewing:
            since = row.renewing_since or now
            if row.renewing_by != self._holder and since + _ABANDONED > now:
                raise _later("another process is renewing the account's tokens")
            # Nobody knows whether the token has been used up; only using it tells.
            row.trouble = f"the answer to a renewal was lost at {since:%Y-%m-%d %H:%M} UTC"
        row.state = GrantState.renewing
        row.renewing_by, row.renewing_since = self._holder, now
        db.flush()
        return token

    def _failed(self, account_id: int, error: DriverError) -> DriverError:
        """Write down what is known now, and answer what the caller is told."""
        now = self._clock.now()
        with self._database.writing() as db:
            row = repository.grant_for_change(db, account_id)
            account = accounts.get(db, account_id)
            if row is None or row.state is not GrantState.renewing:
                return error
            if isinstance(error, GrantEnded):
                lost = f"{row.trouble}, and " if row.trouble else ""
                told = f"{lost}X no longer takes its refresh token: {_ANEW}"
                self._end(db, account, row, told, now=now)
                return GrantEnded(told)
            if error.had_no_effect:
                if row.trouble is None:
                    row.state = GrantState.ready
                    row.renewing_by = row.renewing_since = None
                return error
            row.trouble = f"the answer to a renewal was lost at {now:%Y-%m-%d %H:%M} UTC"
            db.flush()
        return _later(f"{row.trouble}; the token before is tried once more")

    def _stored(self, account_id: int, made: NewTokens) -> Tokens:
        with self._database.writing() as db:
            row = repository.grant_for_change(db, account_id)
            account = accounts.get(db, account_id)
            if row is None:
                raise GrantEnded(f"its authorisation was withdrawn meanwhile: {_ANEW}")
            put_tokens(
                self._sealer,
                account.uid,
                row,
                access_token=made.access_token,
                refresh_token=made.refresh_token,
            )
            row.state, row.trouble = GrantState.ready, None
            row.renewing_by = row.renewing_since = None
            row.expires_at = made.expires_at
            row.scope = made.scope[:500] or row.scope
            row.renewed_at = self._clock.now()
            db.flush()
            stored = self._opened(account, row)
        failpoints.reach("after_renewal_stored")
        return stored

    def _end(
        self, db: Session, account: Account, row: AccountGrant, why: str, *, now: datetime
    ) -> None:
        row.state, row.trouble = GrantState.ended, why[:300]
        row.renewing_by = row.renewing_since = None
        db.flush()
        told = {"network": X, "account_id": account.id, "account_no": account.account_no}
        events.publish(db, "network_update", told, now=now)
        audit.record(
            db,
            actor="retinue",
            action="networks.grant_ended",
            subject=("account", str(account.id)),
            now=now,
            reason=why[:300],
            after={"network": X},
        )

    def _found(
        self, db: Session, login: str, *, is_to_change: bool
    ) -> tuple[Account, AccountGrant]:
        account, row = _found(db, login, is_to_change=is_to_change)
        app = self._app
        if (row.base_url, row.client_id) != (app.base_url, app.client_id):
            # They are as good as ever, for whom they were meant; nothing is written down.
            raise GrantEnded(
                f"its tokens were granted to the app {row.client_id} at {row.base_url}, and X is connected"
                f" as {app.client_id} at {app.base_url}: connect it as it was, or {_ANEW}",
                phase=CallPhase.not_sent,
            )
        return account, row

    def _opened(self, account: Account, row: AccountGrant) -> Tokens:
        return Tokens(
            generation=row.generation,
            access_token=open_token(self._sealer, account.uid, "access_token", row.access_token),
            refresh_token=open_token(self._sealer, account.uid, "refresh_token", row.refresh_token),
            expires_at=row.expires_at,
        )


def _found(db: Session, login: str, *, is_to_change: bool) -> tuple[Account, AccountGrant]:
    """
    Raises:
        GrantEnded: the account has none.
    """
    account = accounts.with_login(db, X, login)
    row = None
    if account is not None:
        find = repository.grant_for_change if is_to_change else repository.grant
        row = find(db, account.id)
    if account is None or row is None:
        raise GrantEnded(f"it has not been authorised on X yet: {_ANEW}")
    return account, row


def _later(message: str) -> DriverError:
    return DriverError(
        FailureClass.transient,
        phase=CallPhase.not_sent,
        message=message,
        retry_after=_SOON,
    )
