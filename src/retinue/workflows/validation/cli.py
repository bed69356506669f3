"""`retinue accounts validate`: ask the queue, and watch it work."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.accounts.schemas import BulkReport
    from retinue.capabilities.tasks.schemas import TaskRead
    from retinue.foundation.runtime import Runtime

_POLL_SECONDS = 0.3
_STOP_SECONDS = 12.0
_ENDED = {"completed", "failed"}
_FOR_OTHERS = {"account_busy", "paused", "person"}
"""What no waiting here brings nearer: a session that ends, somebody who resumes."""


def validate(
    *,
    context: typer.Context,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Logins or numbers.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every account.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Watch until all of them are done.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """
    Try whether accounts open: credentials, proxy, log-in, second factor, status.

    Where no server is running the work is done here. Exits 5 where some failed, 1 where all did.

    Example: retinue accounts validate test_account quecreate
    """
    from retinue.capabilities.accounts import service
    from retinue.capabilities.accounts.schemas import BulkAction, BulkRequest, FilterQuery
    from retinue.capabilities.tasks import service as tasks
    from retinue.foundation.errors import Invalid
    from retinue.workflows.validation.functions import TASKS
    from retinue.workflows.validation.ordering import order

    if bool(accounts) == everyone:
        raise Invalid.field("accounts", "name accounts, or say --all")
    # This process asks for nothing else, so it reads no longer list.
    tasks.catalogue.install({one.type: one.lint for one in TASKS})
    commands: CommandContext = context.obj
    with commands.open() as runtime:
        with runtime.database.reading() as db:
            ids = [service.find(db, name, include_retired=True).id for name in accounts or ()]
        meant = {"filter": FilterQuery()} if everyone else {"ids": ids}
        wanted = BulkRequest(action=BulkAction.validate, **meant)
        is_elsewhere = _is_somebody_working(runtime)
        report = order(runtime, wanted, by=service.Initiator(ACTOR), is_done_elsewhere=is_elsewhere)
        ended = _followed(runtime, report, is_elsewhere=is_elsewhere) if wait else []
    _print(report, ended, as_json=as_json)
    _leave(report, ended, has_waited=wait)


def _followed(runtime: Runtime, report: BulkReport, *, is_elsewhere: bool) -> list[TaskRead]:
    if not report.batch_ids:
        return []
    from rich.console import Console
    from rich.progress import Progress

    with (
        nullcontext() if is_elsewhere else _working(runtime),
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("Validating", total=report.changed)
        while True:
            found = _tasks(runtime, report.batch_ids)
            ended = [one for one in found if one.status in _ENDED]
            waiting = [one for one in found if one.waiting_for in _FOR_OTHERS]
            bar.update(task, completed=len(ended))
            if len(ended) + len(waiting) == len(found):
                for one in waiting:
                    say(f"{one.account} waits: {one.waiting_why}")
                return ended
            if is_elsewhere and not _is_somebody_working(runtime):
                say("Nobody is at work any more; what is left waits in the queue.")
                return ended
            runtime.clock.sleep(_POLL_SECONDS)


def _tasks(runtime: Runtime, batch_ids: Sequence[str]) -> list[TaskRead]:
    from retinue.capabilities.tasks import service as tasks

    with runtime.database.reading() as db:
        return [tasks.read(row) for one in batch_ids for row in tasks.results(db, one)]


def _is_somebody_working(runtime: Runtime) -> bool:
    from retinue.capabilities.tasks import service as tasks
    from retinue.capabilities.tasks.models import TaskType

    with runtime.database.reading() as db:
        found = tasks.workers(db, now=runtime.clock.now())
    return any(not one.is_lost and TaskType.validate_account in one.types for one in found)


@contextmanager
def _working(runtime: Runtime) -> Iterator[None]:
    """A worker of our own for as long as the block runs."""
    from retinue.workflows.validation.functions import TASKS
    from retinue.workflows.working.service import Worker

    stop = threading.Event()
    thread = threading.Thread(target=Worker(runtime, TASKS).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_SECONDS)


def _print(report: BulkReport, ended: Sequence[TaskRead], *, as_json: bool) -> None:
    if as_json:
        results = [_shown(one) for one in ended]
        emit_json({**report.model_dump(mode="json"), "results": results})
        return
    for row in report.rows:
        if row.outcome != "changed":
            print("  ".join(filter(None, (row.account or str(row.id), row.outcome, row.reason))))
    for one in map(_shown, ended):
        print(f"{one['account_no'] or '':<12} {one['validation_status']:<10} {one['message']}")
    passed = sum(_has_passed(one) for one in ended)
    failed = len(ended) - passed
    left = report.changed - len(ended)
    say(
        f"{report.changed} asked for: {passed} completed, {failed} failed, {left} in the queue;"
        f" {report.unchanged} stood there already, {report.refused} refused"
    )


def _shown(task: TaskRead) -> dict[str, Any]:
    if task.result is not None:
        return task.result
    error = task.error or {}
    return {
        "account_no": task.account,
        "validation_status": "failed",
        "message": error.get("message") or task.reason or "no reason was kept",
        "steps": [],
    }


def _has_passed(task: TaskRead) -> bool:
    return (task.result or {}).get("validation_status") == "completed"


def _leave(report: BulkReport, ended: Sequence[TaskRead], *, has_waited: bool) -> None:
    passed = sum(_has_passed(one) for one in ended)
    failed = report.changed - passed + report.refused
    if has_waited and failed:
        raise typer.Exit(Exit.partial if passed else Exit.failed)
    if report.refused:
        raise typer.Exit(Exit.partial)
