"""How fast time runs in a demo: asked for by `RETINUE_CLOCK_FACTOR`, granted where nothing real is at stake."""

from __future__ import annotations

from retinue.capabilities.access import service as access
from retinue.entrypoints.errors import NotStartable
from retinue.foundation.cli import Exit
from retinue.foundation.clock import PacedClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import migrations
from retinue.foundation.runtime import Runtime, open_runtime


def check_is_demo(configuration: Configuration, *, starts_as_demo: bool) -> None:
    """
    Raises:
        NotStartable: a fast clock is asked for, and this is no demo.
    """
    if not _is_demo(configuration, starts_as_demo=starts_as_demo):
        message = (
            "RETINUE_CLOCK_FACTOR: only a demo may run faster than the world, and this data directory is "
            "none. Leave the variable out, or start a demo in a new directory: "
            "RETINUE_DATA_DIR=./rehearsal RETINUE_CLOCK_FACTOR=600 make run."
        )
        raise NotStartable(message, exit_code=Exit.usage)


def check_is_true(runtime: Runtime) -> None:
    """
    Raises:
        NotStartable: live networks are to be called, and the clock shows another time than the world's.
    """
    if runtime.configuration.live_networks and isinstance(runtime.clock, PacedClock):
        message = (
            f"The clock of {runtime.configuration.data_dir} has run fast in a demo and shows "
            f"{runtime.clock.now():%Y-%m-%d}. Use a new data directory for live networks, "
            "or set RETINUE_LIVE_NETWORKS=false."
        )
        raise NotStartable(message, exit_code=Exit.usage)


def _is_demo(configuration: Configuration, *, starts_as_demo: bool) -> bool:
    """What it is already; what it is about to become where there is nothing yet."""
    if configuration.database_url is None and not configuration.database_file.exists():
        return starts_as_demo
    with open_runtime(configuration) as runtime:
        if migrations.current(runtime.database) is None:
            return starts_as_demo
        with runtime.database.reading() as db:
            return access.is_demo(db)
