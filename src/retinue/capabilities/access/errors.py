from __future__ import annotations

from retinue.foundation.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
)


class OperatorNotFound(NotFound):
    """There is no such operator."""

    code = "operator_not_found"


class TokenNotFound(NotFound):
    """There is no such token."""

    code = "token_not_found"


class UsernameTaken(Conflict):
    """Another operator has this name; upper and lower case are the same."""

    code = "username_taken"


class LastAdmin(Conflict):
    """Without another admin nobody could let people in any more."""

    code = "last_admin"


class NotLoggedIn(Conflict):
    """The caller has no log-in that could be ended or changed: it is a token, or the local operator."""

    code = "not_logged_in"


class SetupCodeWrong(Forbidden):
    """The set-up code is wrong, used, or replaced by a newer one."""

    code = "setup_code_wrong"


class NotYours(Forbidden):
    """More was asked for than the caller may do itself."""

    code = "not_yours"


class WrongCredentials(Unauthenticated):
    """User name, password or second factor do not fit together."""

    code = "wrong_credentials"


class SecondFactorNeeded(Unauthenticated):
    """The password is right; the code of the second factor is missing or wrong."""

    code = "second_factor_needed"


class LoginSlowed(TooMany):
    """Too many attempts; `retry_after` says when the next one counts."""

    code = "login_slowed"


class Exposed(Invalid):
    """Listening beyond this machine needs an admin and a list of host names."""

    code = "exposed"
