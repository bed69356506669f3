"""What the account pool refuses."""

from __future__ import annotations

from datetime import datetime

from retinue.foundation.errors import Conflict, Invalid, NotFound, PreconditionFailed, TooLarge


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"

    @classmethod
    def named(cls, name: str) -> AccountNotFound:
        shown = name if len(name) <= 64 and name.isprintable() else "that name"
        return cls(f"account: there is no account {shown}; `GET /accounts` lists them.")


class AmbiguousLogin(Conflict):
    """Several networks have an account of this login."""

    code = "ambiguous_login"


class AccountExists(Conflict):
    """The account number or the login is taken."""

    code = "account_exists"


class AccountBusy(Conflict):
    """Somebody works with the account now; `facts` name the holder and the end of its lease."""

    code = "account_busy"


class LogInWithheld(Conflict):
    """
    A password that is not sent to its network now: nothing of it has left. `until` is when it is worth
    asking again; `is_refused` says that waiting alone does not mend it.
    """

    code = "log_in_withheld"

    def __init__(self, message: str, *, until: datetime, is_refused: bool = False) -> None:
        super().__init__(message, until=until)
        self.until = until
        self.is_refused = is_refused


class LifecycleRefused(Conflict):
    """The account cannot go from where it is to where it was sent."""

    code = "lifecycle_refused"


class RevisionMismatch(PreconditionFailed):
    """The account has changed since it was read."""

    code = "revision_mismatch"


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import_not_found"


class FileTooLarge(TooLarge):
    """The file is above 10 MB."""

    code = "file_too_large"


class FileUnreadable(Invalid):
    """The file is not a CSV file of accounts; the message says what is wrong with it."""

    code = "file_unreadable"


class RowsRefused(Invalid):
    """Some rows are wrong and the mode is all_or_nothing: nothing was imported."""

    code = "rows_refused"


class ImportRaced(Conflict):
    """Another writer changed these accounts between the look and the write. Nothing was written; look again."""

    code = "import_raced"
