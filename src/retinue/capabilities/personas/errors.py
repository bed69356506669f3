from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class PersonaNotFound(NotFound):
    """There is no such persona."""

    code = "persona_not_found"


class PersonaExists(Conflict):
    """A persona of this name exists already; case makes no difference."""

    code = "persona_exists"


class PersonaInUse(Conflict):
    """Accounts or content belong to this persona."""

    code = "persona_in_use"
