"""`retinue accounts validate`: ask the queue, and watch it work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.accounts.schemas import BulkReport
    from retinue.capabilities.tasks.schemas import TaskRead


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
    from retinue.capabilities.tasks.models import TaskType
    from retinue.foundation.errors import Invalid
    from retinue.workflows.validation.functions import TASKS
    from retinue.workflows.validation.ordering import order
    from retinue.workflows.working import service as working

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
        is_elsewhere = working.is_somebody_working(runtime, TaskType.validate_account)
        report = order(runtime, wanted, by=service.Initiator(ACTOR), is_done_elsewhere=is_elsewhere)
        ended: list[TaskRead] = []
        if wait:
            ended = working.follow(
                runtime,
                report.batch_ids,
                TASKS,
                title="Validating",
                is_elsewhere=is_elsewhere,
                say=say,
            )
    _print(report, ended, as_json=as_json)
    _leave(report, ended, has_waited=wait)


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
