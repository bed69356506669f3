from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class NotConnectable(Conflict):
    """The network cannot be connected, or not in this way; the message says why and what can be done."""

    code = "not_connectable"


class NotOnThisNetwork(Conflict):
    """The account belongs to another network, or the network takes no tokens."""

    code = "not_on_this_network"


class ConsentRefused(Conflict):
    """The network gives no tokens for it, or those of another account; nothing was stored."""

    code = "consent_refused"


class GrantNotFound(NotFound):
    """The account has not been authorised there."""

    code = "grant_not_found"
