"""
What the warm-up refuses. Each refusal of a bot's call says in `next` what it may do instead.

    Refusal
    |-- NotFound
    |   |-- NoContentLeft        404  the persona has nothing for this phase; the inbox asks for it
    |   |-- AssignmentNotFound   404
    |   `-- WarmupNotStarted     404  the account has no phases
    |-- Conflict
    |   |-- WarmupRefused        409  the account cannot be warmed up now
    |   |-- PhaseNotAvailable    409  it is not its turn or not its time; `available_at` where that is known
    |   |-- PhaseNotReady        409  something comes before it, or it is over
    |   |-- WarmupIncomplete     409  `missing` names the phases
    |   |-- AccountHeld          409  somebody else works with the account, `until` then
    |   `-- OnHold               409  an incident or a pause keeps the account still
    |-- Forbidden
    |   `-- BotsOnly             403
    `-- Unavailable
        `-- PictureMissing       503  its file is not where it was put
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Forbidden, NotFound, Unavailable


class NoContentLeft(NotFound):
    """The persona has no content left for this phase."""

    code = "no_content_left"


class AssignmentNotFound(NotFound):
    """There is no such assignment, or it is not this bot's."""

    code = "assignment_not_found"


class WarmupNotStarted(NotFound):
    """The account's warm-up has not begun."""

    code = "warmup_not_started"


class WarmupRefused(Conflict):
    """The account cannot be warmed up; the message says why and what mends it."""

    code = "warmup_refused"


class PhaseNotAvailable(Conflict):
    """The phase is not available: its turn or its time has not come."""

    code = "phase_not_available"


class PhaseNotReady(Conflict):
    """The phase does not stand where this call could move it."""

    code = "phase_not_ready"


class WarmupIncomplete(Conflict):
    """Not all five phases are completed."""

    code = "warmup_incomplete"


class AccountHeld(Conflict):
    """Somebody else works with the account."""

    code = "account_held"


class OnHold(Conflict):
    """The account is kept still: by a pause, by its health or by a cooldown."""

    code = "on_hold"


class BotsOnly(Forbidden):
    """These calls are for bots: a bearer token of the role bot."""

    code = "bots_only"


class PictureMissing(Unavailable):
    """The picture's file is not in the data directory."""

    code = "picture_missing"
