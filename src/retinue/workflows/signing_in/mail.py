"""Where the mailbox of an address is, and from whom a code may come."""

from __future__ import annotations

from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.mailbox.protocol import MailServer, Security
from retinue.foundation.configuration import Configuration

_SANDGRAM_DOMAIN = "mail.sandgram.test"
_SENDERS = {"sandgram": ("security@sandgram.test",)}


def server_of(
    address: str, *, settings: RuntimeSettings, configuration: Configuration
) -> MailServer | None:
    """What the settings say of the address's domain; Sandgram's own where they say nothing of it."""
    domain = address.rpartition("@")[2].casefold()
    found = settings.mail.servers.get(domain)
    if found is not None:
        return MailServer(
            host=found.host,
            port=found.port,
            security=Security(found.security),
            is_authenticating=found.authenticating,
        )
    if domain != _SANDGRAM_DOMAIN or configuration.sandgram_mail is None:
        return None
    host, _, port = configuration.sandgram_mail.rpartition(":")
    return MailServer(host=host, port=int(port), security=Security.plain)


def senders_of(network: str, *, settings: RuntimeSettings) -> tuple[str, ...]:
    return (*_SENDERS.get(network, ()), *settings.mail.senders)
