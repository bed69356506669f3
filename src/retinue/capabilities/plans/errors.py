from __future__ import annotations

from retinue.foundation.errors import Conflict, Invalid, NotFound


class PlanRefused(Invalid):
    """The plan would have errors; each is named with its line. Nothing was saved."""

    code = "plan_refused"


class PlanChanged(Conflict):
    """Somebody else has saved the plan meanwhile; read it again and repeat the change."""

    code = "plan_changed"


class PlanUnusable(Conflict):
    """The stored text has errors that an older Retinue did not know; mend it."""

    code = "plan_unusable"


class VersionNotFound(NotFound):
    """The plan never had this version."""

    code = "plan_version_not_found"
