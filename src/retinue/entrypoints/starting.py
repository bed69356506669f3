"""From a configuration to an installation that is ready: the key, the schema, the first row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from retinue.capabilities.access import service as access
from retinue.capabilities.settings import service as settings
from retinue.drivers.browser import folders
from retinue.entrypoints import pacing
from retinue.entrypoints.errors import NotStartable
from retinue.foundation.cli import Exit
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import health, migrations
from retinue.foundation.runtime import Runtime, open_runtime
from retinue.workflows.restoring import service as restoring


@contextmanager
def open_installation(
    configuration: Configuration, *, is_demo: bool = False, is_to_work: bool = False
) -> Iterator[Runtime]:
    """
    Open the data directory and bring it up to date. `is_demo` counts on the very first start only.

    `is_to_work` is for whoever will write on its own for hours: every page of a SQLite file is
    looked at first, and what sessions left in their journals is written down.

    Raises:
        NotStartable: the database cannot be reached, or live networks would be told another time than the world's.
        DatabaseDamaged: the file is not whole.
        RestoreCutOff: a restore did not come to its end.
        SchemaTooNew: it was written by a newer Retinue.
        SealingKeyUnusable: the key is missing, readable by others, or not the one it was written with.
    """
    if is_to_work and configuration.database_url is None:
        health.check(configuration.database_file)
    with open_runtime(configuration) as runtime:
        pacing.check_is_true(runtime)
        try:
            migrations.upgrade(runtime.database, data_dir=configuration.data_dir)
        except OperationalError as error:
            where = runtime.database.url.render_as_string(hide_password=True)
            message = (
                f"The database {where} cannot be opened: {error.orig}. Check RETINUE_DATABASE_URL."
            )
            raise NotStartable(message, exit_code=Exit.unavailable) from error
        with runtime.database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=is_demo, now=runtime.clock.now())
            settings.check_environment()
            if access.is_demo(db):
                settings.prepare_demo(db, now=runtime.clock.now())
        restoring.hold_if_older(runtime, looks_into_journals=is_to_work)
        if is_to_work:
            restoring.tidy(runtime)
            # Profiles of browsers that were killed together with us hold cookies of accounts.
            folders.sweep(configuration.data_dir / folders.NAME)
        yield runtime
