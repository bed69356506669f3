from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound, Unavailable


class ProxyNotFound(NotFound):
    """There is no such proxy."""

    code = "proxy_not_found"


class ProxyExists(Conflict):
    """A proxy of this scheme, host, port and user name exists already."""

    code = "proxy_exists"


class ProxyInUse(Conflict):
    """Accounts go out through this proxy."""

    code = "proxy_in_use"


class ProxyFull(Conflict):
    """As many accounts go out through this proxy as it is good for."""

    code = "proxy_full"


class ChangeNotFound(NotFound):
    """There is no such planned change."""

    code = "proxy_change_not_found"


class ChangeOpen(Conflict):
    """The same change waits to be decided about, or is being carried out."""

    code = "proxy_change_open"


class ChangeDecided(Conflict):
    """Somebody has decided about this change already, or it has lost its point."""

    code = "proxy_change_decided"


class ProxyDown(Unavailable):
    """The circuit of this proxy is open: nobody goes through it until a check has succeeded."""

    code = "proxy_down"
