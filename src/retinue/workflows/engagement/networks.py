"""Which adapter serves which network, and how an account's line is opened: through its proxy or not at all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.proxies import service as proxies
from retinue.drivers.network.protocol import Credentials, Egress, Network
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation import redaction
from retinue.foundation.clock import Clock
from retinue.foundation.sealing import Sealer
from retinue.workflows.engagement.doors import AccountDoor
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.engagement.schemas import OpenNetwork

SANDGRAM = "sandgram"
_MEND = {
    SANDGRAM: "start Sandgram and set RETINUE_SANDGRAM_URL, or use `retinue up --demo`",
    "x": "an admin connects it for tasks (`retinue networks connect x`); no session works there",
}


def opener(*, sandgram_url: str | None, clock: Clock) -> OpenNetwork:
    """The registry of this installation, by the networks' names."""

    def open_network(name: str) -> Network:
        if sandgram_url is None or not is_connected(name, sandgram_url=sandgram_url):
            raise not_connected(name)
        return SandgramNetwork(sandgram_url, clock=clock)

    return open_network


def is_connected(name: str, *, sandgram_url: str | None) -> bool:
    return name == SANDGRAM and sandgram_url is not None


def not_connected(name: str) -> NetworkNotConnected:
    mend = _MEND.get(name, "its official interface is not part of this version")
    return NetworkNotConnected(f"network: {name} is not connected; {mend}.", network=name)


def credentials_of(
    db: Session, sealer: Sealer, account: Account, *, keeper: AccountDoor
) -> Credentials:
    """No password without a keeper at its door."""
    opened = accounts.open_credentials(db, sealer, account)
    redaction.know(
        opened.password,
        opened.auth_token,
        opened.ct0,
        opened.totp_secret,
        opened.email_password,
        opened.cookies,
        *opened.backup_codes,
    )
    return Credentials(
        login=account.login,
        password=opened.password,
        auth_token=opened.auth_token,
        ct0=opened.ct0,
        totp_secret=opened.totp_secret,
        doorkeeper=keeper,
    )


def egress_of(db: Session, sealer: Sealer, account: Account) -> Egress | None:
    """
    The account's way out; none where it goes out directly.

    Raises:
        ProxyDown: nobody goes through its proxy now, and going without is not an option.
        ProxyNotFound, SealBroken: it cannot be used.
    """
    if account.proxy_id is None:
        return None
    proxies.check_is_up(db, account.proxy_id)
    proxy = proxies.open(db, sealer, account.proxy_id)
    redaction.know(proxy.password)
    return Egress(url=proxy.url, username=proxy.username, password=proxy.password)
