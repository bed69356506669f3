"""Which adapter speaks for which network, and how one account's line is opened."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.proxies import service as proxies
from retinue.drivers.network.protocol import Credentials, Egress, Line, Network, PhaseHook
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.errors import Conflict
from retinue.foundation.runtime import Runtime


class NotConnected(Conflict):
    """No adapter is set up for the account's network."""

    code = "network_not_connected"


@dataclass(frozen=True, slots=True)
class Access:
    """What opens an account's line, read in one short transaction and used after it."""

    credentials: Credentials
    egress: Egress | None
    user_agent: str | None


def adapter(runtime: Runtime, network: str) -> Network:
    """
    Raises:
        NotConnected: the network has no adapter here.
    """
    url = runtime.configuration.sandgram_url
    if network == "sandgram" and url:
        return SandgramNetwork(url, clock=runtime.clock)
    if network == "sandgram":
        message = (
            "Sandgram is not running: start with `retinue up --demo`, or set RETINUE_SANDGRAM_URL."
        )
    else:
        message = f"No live network is connected, so accounts of {network} cannot work yet."
    raise NotConnected(message, network=network)


def read_access(runtime: Runtime, account: Account) -> Access:
    """The account's credentials and, where it has one, its proxy. Never a direct line in the proxy's place."""
    with runtime.database.reading() as db:
        opened = accounts.open_credentials(db, runtime.sealer, account)
        egress = None
        if account.proxy_id is not None:
            proxy = proxies.open(db, runtime.sealer, account.proxy_id)
            egress = Egress(url=proxy.url, username=proxy.username, password=proxy.password)
    return Access(
        credentials=Credentials(
            login=account.login,
            password=opened.password,
            auth_token=opened.auth_token,
            ct0=opened.ct0,
            totp_secret=opened.totp_secret,
        ),
        egress=egress,
        user_agent=account.user_agent,
    )


def open_line(runtime: Runtime, account: Account, *, on_phase: PhaseHook | None = None) -> Line:
    """
    Raises:
        NotConnected: the network has no adapter here.
    """
    network = adapter(runtime, account.network)
    access = read_access(runtime, account)
    return network.open(
        access.credentials, egress=access.egress, user_agent=access.user_agent, on_phase=on_phase
    )
