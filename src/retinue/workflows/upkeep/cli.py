"""`retinue accounts recover|rotate|refresh-cookies`: ask the queue, and watch it work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, emit_json, say

if TYPE_CHECKING:
    from retinue.capabilities.accounts.schemas import BulkAction, BulkReport
    from retinue.capabilities.tasks.schemas import TaskRead
    from retinue.workflows.working.schemas import TaskFunction

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Logins or numbers.")
]
Everyone = Annotated[bool, typer.Option("--all", help="Every account.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Watch until all of them are done.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def recover(
    *,
    context: typer.Context,
    accounts: Names = None,
    everyone: Everyone = False,
    wait: Wait = True,
    as_json: Json = False,
) -> None:
    """
    Bring back accounts that do not open: log in with a browser, give codes, ask a person in the inbox.

    Where no server is running the work is done here. Exits 5 where some failed, 1 where all did.

    Example: retinue accounts recover test_account
    """
    from retinue.capabilities.accounts.schemas import BulkAction
    from retinue.workflows.recovery.service import TASKS

    wanted = _Wanted(BulkAction.recover, TASKS, "recovered", "Recovering")
    wanted.order(context, accounts or (), everyone=everyone, has_to_wait=wait, as_json=as_json)


def rotate(
    *,
    context: typer.Context,
    accounts: Names = None,
    everyone: Everyone = False,
    wait: Wait = True,
    as_json: Json = False,
) -> None:
    """
    Give accounts new passwords, stored here before they are sent and in force once a log-in has succeeded.

    Example: retinue accounts rotate test_account --json
    """
    from retinue.capabilities.accounts.schemas import BulkAction
    from retinue.workflows.rotation.service import TASKS

    wanted = _Wanted(BulkAction.rotate, TASKS, "rotated", "Changing passwords")
    wanted.order(context, accounts or (), everyone=everyone, has_to_wait=wait, as_json=as_json)


def refresh_cookies(
    *,
    context: typer.Context,
    accounts: Names = None,
    everyone: Everyone = False,
    wait: Wait = True,
    as_json: Json = False,
) -> None:
    """
    Fetch fresh cookies with a log-in; the ones before them are kept.

    Example: retinue accounts refresh-cookies test_account quecreate
    """
    from retinue.capabilities.accounts.schemas import BulkAction
    from retinue.workflows.cookies.service import TASKS

    wanted = _Wanted(BulkAction.refresh_cookies, TASKS, "refreshed", "Refreshing cookies")
    wanted.order(context, accounts or (), everyone=everyone, has_to_wait=wait, as_json=as_json)


class _Wanted:
    """`key` is what a result says true of where it has succeeded."""

    def __init__(
        self, action: BulkAction, functions: Sequence[TaskFunction], key: str, title: str
    ) -> None:
        self._action = action
        self._functions = functions
        self._key = key
        self._title = title

    def order(
        self,
        context: typer.Context,
        named: Sequence[str],
        *,
        everyone: bool,
        has_to_wait: bool,
        as_json: bool,
    ) -> None:
        from retinue.capabilities.accounts import service as accounts
        from retinue.capabilities.accounts.schemas import BulkRequest, FilterQuery
        from retinue.capabilities.tasks import service as tasks
        from retinue.foundation.errors import Invalid
        from retinue.workflows.validation import service as validation
        from retinue.workflows.working import service as working

        if bool(named) == everyone:
            raise Invalid.field("accounts", "name accounts, or say --all")
        # This process asks for nothing else, so it reads no longer list.
        tasks.catalogue.install({one.type: one.lint for one in self._functions})
        commands: CommandContext = context.obj
        with commands.open() as runtime:
            with runtime.database.reading() as db:
                ids = [accounts.find(db, name, include_retired=True).id for name in named]
            meant = {"filter": FilterQuery()} if everyone else {"ids": ids}
            wanted = BulkRequest(action=self._action, **meant)
            is_elsewhere = working.is_somebody_working(runtime, self._functions[0].type)
            by = accounts.Initiator(ACTOR)
            report = validation.order(runtime, wanted, by=by, is_done_elsewhere=is_elsewhere)
            ended: list[TaskRead] = []
            if has_to_wait:
                ended = working.follow(
                    runtime,
                    report.batch_ids,
                    self._functions,
                    title=self._title,
                    is_elsewhere=is_elsewhere,
                    say=say,
                )
        self._print(report, ended, as_json=as_json)
        self._leave(report, ended, has_waited=has_to_wait)

    def _print(self, report: BulkReport, ended: Sequence[TaskRead], *, as_json: bool) -> None:
        if as_json:
            results = [
                {"account": one.account, "ok": self._passed(one), "message": _message(one)}
                for one in ended
            ]
            emit_json({**report.model_dump(mode="json"), "results": results})
            return
        for row in report.rows:
            if row.outcome != "changed":
                print(
                    "  ".join(filter(None, (row.account or str(row.id), row.outcome, row.reason)))
                )
        for one in ended:
            word = self._key if self._passed(one) else "failed"
            print(f"{one.account or '':<12} {word:<10} {_message(one)}")
        passed = sum(map(self._passed, ended))
        left = report.changed - len(ended)
        say(
            f"{report.changed} asked for: {passed} {self._key}, {len(ended) - passed} failed,"
            f" {left} in the queue; {report.unchanged} stood there already, {report.refused} refused"
        )

    def _passed(self, task: TaskRead) -> bool:
        return bool((task.result or {}).get(self._key))

    def _leave(self, report: BulkReport, ended: Sequence[TaskRead], *, has_waited: bool) -> None:
        passed = sum(map(self._passed, ended))
        failed = len(ended) - passed + report.refused
        if has_waited and failed:
            raise typer.Exit(Exit.partial if passed else Exit.failed)
        if report.refused:
            raise typer.Exit(Exit.partial)


def _message(task: TaskRead) -> str:
    if task.result is not None:
        return str(task.result.get("message", ""))
    return str((task.error or {}).get("message") or task.reason or "no reason was kept")
