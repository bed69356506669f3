from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class ProxyNotFound(NotFound):
    """There is no such proxy."""

    code = "proxy_not_found"


class ProxyExists(Conflict):
    """A proxy of this scheme, host, port and user name exists already."""

    code = "proxy_exists"


class ProxyInUse(Conflict):
    """Accounts go out through this proxy."""

    code = "proxy_in_use"
