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
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.engagement.schemas import OpenNetwork

SANDGRAM = "sandgram"


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
    mend = (
        "start Sandgram and set RETINUE_SANDGRAM_URL, or use `retinue up --demo`"
        if name == SANDGRAM
        else "its official interface is not part of this version"
    )
    return NetworkNotConnected(f"network: {name} is not connected; {mend}.", network=name)


def credentials_of(db: Session, sealer: Sealer, account: Account) -> Credentials:
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
    )


def egress_of(db: Session, sealer: Sealer, account: Account) -> Egress | None:
    if account.proxy_id is None:
        return None
    proxy = proxies.open(db, sealer, account.proxy_id)
    redaction.know(proxy.password)
    return Egress(url=proxy.url, username=proxy.username, password=proxy.password)
