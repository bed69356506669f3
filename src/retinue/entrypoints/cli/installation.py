"""How a command gets at the installation, and how it says what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retinue.entrypoints.errors import NotStartable
from retinue.foundation.cli import Exit, exit_code_for, say
from retinue.foundation.errors import Refusal

if TYPE_CHECKING:
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.runtime import Runtime


def configured(data_dir: Path | None = None, **overrides: Any) -> Configuration:
    from retinue.foundation import configuration_report

    given = {key: value for key, value in overrides.items() if value is not None}
    if data_dir is not None:
        given["data_dir"] = data_dir
    return configuration_report.load(**given)


@contextmanager
def opened(data_dir: Path | None = None, **overrides: Any) -> Iterator[Runtime]:
    """The installation with its schema at the head and its key checked."""
    from retinue.entrypoints import starting

    with starting.open_installation(configured(data_dir, **overrides)) as runtime:
        yield runtime


def knows_tasks() -> None:
    """What is asked for on this command line is held against what the installation runs."""
    from retinue.entrypoints import tasks  # noqa: F401 - reading the list installs it


def explain(error: Exception) -> Exit | None:
    """Say a known error in one sentence and give its exit code; None for what is a bug."""
    if isinstance(error, Refusal):
        say(f"Refused: {error.message}")
        for problem in error.problems[1:]:
            say(f"  {'.'.join(str(part) for part in problem.loc)}: {problem.msg}")
        return exit_code_for(error.status)
    if isinstance(error, NotStartable):
        say(str(error))
        return error.exit_code
    # Imported here because a refusal, the common case, should not wait for pydantic and SQLAlchemy.
    from sqlalchemy.exc import DatabaseError

    from retinue.foundation.clock_file import ClockFileUnusable, ClockRunOut
    from retinue.foundation.configuration_report import ConfigurationUnusable
    from retinue.foundation.database.backups import BackupFailed, BackupUnusable
    from retinue.foundation.database.health import DatabaseDamaged, is_damage
    from retinue.foundation.database.migrations import SchemaTooNew
    from retinue.foundation.key_file import SealingKeyUnusable
    from retinue.foundation.sealing import SealBroken

    if isinstance(error, (SealingKeyUnusable, SealBroken)):
        say(str(error))
        return Exit.not_found
    if isinstance(error, DatabaseError) and is_damage(error.orig):
        say(f"The database is damaged: {error.orig}. `retinue doctor` says which backup is there.")
        return Exit.failed
    if isinstance(
        error,
        (
            SchemaTooNew,
            DatabaseDamaged,
            BackupFailed,
            BackupUnusable,
            ClockFileUnusable,
            ClockRunOut,
        ),
    ):
        say(str(error))
        return Exit.failed
    if isinstance(error, NotStartable):
        say(str(error))
        return error.exit_code
    if isinstance(error, ConfigurationUnusable):
        for line in error.lines:
            say(line)
        say("`retinue config show --origin` tells where each value comes from.")
        return Exit.usage
    return None
