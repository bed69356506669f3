"""`retinue doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import shutil
import socket
import stat
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from retinue.entrypoints.cli import installation
from retinue.foundation.cli import CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retinue.foundation.configuration import Configuration

_ENOUGH_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    mend: str | None = None


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Look the installation over; exit 1 where something is broken. Changes nothing.

    Example: retinue doctor
    """
    commands: CommandContext = context.obj
    findings = list(_examine(installation.configured(commands.data_dir)))
    if as_json:
        emit_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.state:<8} {finding.check:<10} {finding.detail}")
            if finding.mend:
                print(f"{'':<20}{finding.mend}")
    if any(finding.state == "failed" for finding in findings):
        say("Something is broken; the lines above say how to mend it.")
        raise typer.Exit(Exit.failed)


def _examine(configuration: Configuration) -> Iterator[Finding]:
    yield Finding("python", "ok", sys.version.split()[0])
    yield from _data_dir(configuration)
    if configuration.database_file.exists() or configuration.database_url:
        yield from _database(configuration)
    if configuration.redis_url is not None:
        yield _redis(configuration)
    yield _browser(configuration)
    yield _port(configuration)


def _data_dir(configuration: Configuration) -> Iterator[Finding]:
    path = configuration.data_dir
    if not path.exists():
        yield Finding("data", "warning", f"{path} does not exist yet", "`retinue up` makes it.")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            "data", "warning", f"{path} is open to others ({mode:04o})", f"chmod 700 {path}"
        )
    else:
        yield Finding("data", "ok", str(path))
    free = shutil.disk_usage(path).free
    state: Literal["ok", "warning"] = "ok" if free > _ENOUGH_BYTES else "warning"
    mend = None if state == "ok" else "Make room: below 200 MiB nothing new is started."
    yield Finding("disk", state, f"{free / (1 << 30):.1f} GiB free", mend)


def _database(configuration: Configuration) -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from retinue.foundation.database import migrations
    from retinue.foundation.key_file import SealingKeyUnusable
    from retinue.foundation.runtime import open_runtime

    try:
        with open_runtime(configuration) as runtime:
            yield Finding("key", "ok", f"id {runtime.sealer.key_id}")
            current, head = migrations.current(runtime.database), migrations.head()
            backend = runtime.database.backend
    except SealingKeyUnusable as error:
        yield Finding("key", "failed", "unusable", str(error))
        return
    except SQLAlchemyError as error:
        mend = "Is the server up, and is RETINUE_DATABASE_URL right?"
        yield Finding("database", "failed", type(error).__name__, mend)
        return
    if current == head:
        yield Finding("database", "ok", f"{backend}, schema {current}")
    else:
        detail = f"{backend}, schema {current}, needed {head}"
        yield Finding("database", "warning", detail, "`retinue db upgrade`, or just `retinue up`.")


def _redis(configuration: Configuration) -> Finding:
    from retinue.entrypoints import scaled
    from retinue.entrypoints.errors import NotStartable

    try:
        problem = scaled.problem_with_redis(configuration)
    except NotStartable as error:
        return Finding("redis", "failed", "cannot be reached", str(error))
    if problem is None:
        return Finding("redis", "ok", "answers")
    mend = "Is it up, and is RETINUE_REDIS_URL right? Meanwhile work goes on by polling."
    return Finding("redis", "warning", problem, mend)


def _browser(configuration: Configuration) -> Finding:
    from retinue.drivers.browser import launching
    from retinue.drivers.browser.protocol import BrowserUnavailable

    try:
        found = launching.find(configuration.browser_path)
    except BrowserUnavailable as error:
        detail = "none, so that no web site can be opened"
        mend = error.message[:1].upper() + error.message[1:]
        return Finding("browser", "warning", detail, mend)
    return Finding("browser", "ok", str(found))


def _port(configuration: Configuration) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((configuration.bind, configuration.port))
        except OSError as error:
            detail = f"{configuration.bind}:{configuration.port}: {error.strerror}"
            mend = "Retinue is running already, or another program is: choose another RETINUE_PORT."
            return Finding("port", "warning", detail, mend)
    return Finding("port", "ok", f"{configuration.bind}:{configuration.port} is free")
