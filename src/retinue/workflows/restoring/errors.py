from __future__ import annotations

from retinue.foundation.errors import Conflict


class RestoreCutOff(Conflict):
    """A restore did not come to its end; it is to be run again."""

    code = "restore_cut_off"


class NotOnHold(Conflict):
    """Nothing is held, so there is nothing to release."""

    code = "not_on_hold"


class NotReconciled(Conflict):
    """The journals tell of acts that the database does not have, or there are no journals."""

    code = "not_reconciled"
