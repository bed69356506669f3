"""
How an account's owner lets the app in: an address for their browser, and what it leads back with.

Nothing is kept in between. The state that goes along and comes back names the account and the moment,
under our seal, and the verifier that proves who asked follows from it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import SecretStr
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.schemas import NetworkName
from retinue.drivers.errors import DriverError
from retinue.drivers.network.protocol import Credentials
from retinue.drivers.network.x.memory import MemoryKeeper
from retinue.drivers.network.x.network import XNetwork
from retinue.drivers.network.x.protocol import Consent, NewTokens, Tokens, XApp
from retinue.foundation.errors import Invalid
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting.errors import ConsentRefused, NotConnectable
from retinue.workflows.connecting.models import Tier
from retinue.workflows.connecting.schemas import (
    ConsentAnswer,
    GrantRead,
    InvitationRead,
    TokensWanted,
    XConnection,
)
from retinue.workflows.connecting.service.deciding import By
from retinue.workflows.connecting.service.granting import account_there, authorise
from retinue.workflows.connecting.service.showing import X, problem_of, x_connection
from retinue.workflows.engagement import service as engagement

_LASTS = timedelta(minutes=15)
_X_HOSTS = frozenset({"api.x.com", "api.twitter.com"})
_X_PAGE = "https://x.com/i/oauth2/authorize"
_SCOPES = ("tweet.read", "tweet.write", "users.read", "follows.read", "media.write")
_OF_ENTERPRISES = ("follows.write", "like.read", "like.write")


@dataclass(frozen=True, slots=True)
class _State:
    account_id: int
    redirect_uri: str
    app: str
    """Which app the owner was asked about, and where; another one gets no code of theirs."""


def invitation(
    db: Session, runtime: Runtime, name: NetworkName, account_id: int, *, redirect_uri: str | None
) -> InvitationRead:
    """
    The address at which the account's owner lets the app in. It is good for a quarter of an hour.

    Raises:
        AccountNotFound, NotOnThisNetwork: there is nothing to let it in to.
        NotConnectable: the network is not connected.
    """
    account = account_there(db, name, account_id)
    connection = _connection(db, runtime)
    back = redirect_uri or _own_page(runtime)
    until = runtime.clock.now() + _LASTS
    wanted = _State(account_id, back, _app_of(runtime.sealer, connection))
    state = _sealed_state(runtime.sealer, wanted, until)
    challenge = hashlib.sha256(_verifier(runtime.sealer, state).encode()).digest()
    extra = _OF_ENTERPRISES if connection.tier is Tier.enterprise else ()
    query = {
        "response_type": "code",
        "client_id": connection.client_id,
        "redirect_uri": back,
        "scope": " ".join((*_SCOPES, *extra, "offline.access")),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return InvitationRead(
        account_no=account.account_no,
        login=account.login,
        url=f"{_page_of(connection)}?{urlencode(query)}",
        redirect_uri=back,
        expires_at=until,
    )


def complete(runtime: Runtime, name: NetworkName, given: ConsentAnswer, *, by: By) -> GrantRead:
    """
    Fetch the tokens that the owner's consent is worth, see that they open this very account, and keep
    them. The network is asked between two transactions.

    Raises:
        Invalid: what came back is not ours, or too old.
        ConsentRefused: the network gives nothing for it, or the tokens of another account.
    """
    code, state = _returned(given)
    known = _opened_state(runtime, state)
    with runtime.database.reading() as db:
        account = account_there(db, name, known.account_id)
        connection = _connection(db, runtime)
        egress = engagement.egress_of(db, runtime.sealer, account)
    if known.app != _app_of(runtime.sealer, connection):
        raise Invalid.field("state", "was made for another app; ask for a new address")
    consent = Consent(code, known.redirect_uri, _verifier(runtime.sealer, state))
    keeper = MemoryKeeper()
    app = XApp(connection.base_url, connection.client_id, connection.client_secret)
    network = XNetwork(app, keeper=keeper, clock=runtime.clock)
    try:
        made = network.redeem(consent, egress=egress)
        keeper.tokens[account.login] = Tokens(1, made.access_token, None, made.expires_at)
        with closing(network.open(Credentials(login=account.login), egress=egress)) as line:
            line.log_in()
    except DriverError as error:
        message = f"{name}: {error.message}; nothing was stored, ask for a new address."
        raise ConsentRefused(message) from error
    with runtime.database.writing() as db:
        if _connection(db, runtime) != connection:
            message = f"{name}: it was connected in another way meanwhile; nothing was stored, ask for a new address."
            raise ConsentRefused(message)
        wanted = _wanted(made, now=runtime.clock.now())
        return authorise(db, runtime, name, known.account_id, wanted, by=by)


def _connection(db: Session, runtime: Runtime) -> XConnection:
    found = x_connection(db, runtime)
    if found is None:
        raise NotConnectable(f"x: {problem_of(db, runtime, X)}.", network=X)
    return found


def _own_page(runtime: Runtime) -> str:
    configuration = runtime.configuration
    return f"http://127.0.0.1:{configuration.port}{configuration.url_path}/ui/networks"


def _page_of(connection: XConnection) -> str:
    if urlsplit(connection.base_url).hostname in _X_HOSTS:
        return _X_PAGE
    return f"{connection.base_url}/i/oauth2/authorize"


def _app_of(sealer: Sealer, connection: XConnection) -> str:
    return sealer.digest("connecting.app", f"{connection.client_id} {connection.base_url}")[:16]


def _sealed_state(sealer: Sealer, wanted: _State, until: datetime) -> str:
    facts = {
        "a": wanted.account_id,
        "b": wanted.redirect_uri,
        "c": wanted.app,
        "u": int(until.timestamp()),
        "n": new_id()[-12:],
    }
    text = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")
    return f"{text}.{_mark(sealer, text)}"


def _opened_state(runtime: Runtime, state: str) -> _State:
    """
    Raises:
        Invalid: it is not ours, or too old.
    """
    text, _, mark = state.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(runtime.sealer, text).encode()):
        raise Invalid.field("state", "is not one of ours; ask for a new address")
    facts: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if datetime.fromtimestamp(facts["u"], UTC) <= runtime.clock.now():
        raise Invalid.field("state", "is older than a quarter of an hour; ask for a new address")
    return _State(facts["a"], facts["b"], facts["c"])


def _mark(sealer: Sealer, text: str) -> str:
    return sealer.digest("connecting.state", text)[:32]


def _verifier(sealer: Sealer, state: str) -> str:
    return sealer.digest("connecting.verifier", state)


def _returned(given: ConsentAnswer) -> tuple[str, str]:
    """The code and the state, from the address that the browser was led back to or as they are."""
    code = None if given.code is None else given.code.get_secret_value()
    state = given.state
    if given.address is not None:
        query = parse_qs(urlsplit(given.address.get_secret_value()).query)
        if "error" in query:
            raise Invalid.field("address", "says that the owner has not let the app in")
        code, state = query.get("code", [None])[0], query.get("state", [None])[0]
    if not code or not state:
        raise Invalid.field(
            "address", "holds no code and state; copy the whole address that the browser ended at"
        )
    return code, state


def _wanted(made: NewTokens, *, now: datetime) -> TokensWanted:
    return TokensWanted(
        access_token=SecretStr(made.access_token),
        refresh_token=SecretStr(made.refresh_token) if made.refresh_token else None,
        expires_in=max(1, int((made.expires_at - now).total_seconds())),
        scope=made.scope,
    )
