"""`retinue tasks`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.capabilities.tasks.schemas import TaskRead

app = typer.Typer(help="Tasks: work that waits, runs or has ended.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")]


@app.command("list")
def list_tasks(
    context: typer.Context,
    *,
    status: Annotated[
        list[str] | None, typer.Option(help="pending, running, completed or failed.")
    ] = None,
    task_type: Annotated[list[str] | None, typer.Option("--type", help="Of this type.")] = None,
    batch: Annotated[str | None, typer.Option(help="Of this batch.")] = None,
    account: Annotated[str | None, typer.Option(help="Login or account number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """
    List tasks, the newest first.

    Example: retinue tasks list --status failed
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.tasks import service
    from retinue.capabilities.tasks.schemas import TaskFilter, TaskQuery

    asked = typed(TaskQuery, status=status or [], type=task_type or [], limit=limit)
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        account_id = None if account is None else accounts.find(db, account).id
        wanted = TaskFilter(
            statuses=tuple(asked.status),
            types=tuple(asked.type),
            account_id=account_id,
            batch_id=batch,
        )
        now = runtime.clock.now()
        found = [service.read(row, now=now) for row in service.page(db, wanted, limit=limit)]
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_task_line(one))
    say(f"{len(found)} tasks")


@app.command()
def show(context: typer.Context, task: TaskId, as_json: Json = False) -> None:
    """
    Show one task: what it waits for, or what came of it.

    Example: retinue tasks show 0190c2a4-...
    """
    from retinue.capabilities.tasks import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.reading() as db:
        found = service.read(service.get(db, task), now=runtime.clock.now())
    if as_json:
        emit_json(found.model_dump(mode="json"))
        return
    print(_task_line(found))
    for name in ("params", "result", "error"):
        value = getattr(found, name)
        if value:
            print(f"  {name}: {json.dumps(value, ensure_ascii=False, default=str)}")


@app.command()
def create(
    context: typer.Context,
    task_type: Annotated[str, typer.Argument(metavar="TYPE", help="As validate_account.")],
    *,
    account: Annotated[str | None, typer.Option(help="Login or account number.")] = None,
    worker: Annotated[str | None, typer.Option(help="The worker account that looks up.")] = None,
    priority: Annotated[int | None, typer.Option(min=1, max=4, help="1 high to 4 batch.")] = None,
    params: Annotated[str, typer.Option(help="JSON, as the type takes it.")] = "{}",
    as_json: Json = False,
) -> None:
    """
    Put one task into the queue. A running server, or a worker, does it.

    Example: retinue tasks create validate_account --account WACC001
    """
    from retinue.capabilities.tasks import service
    from retinue.capabilities.tasks.schemas import TaskCreate
    from retinue.foundation.errors import Invalid

    try:
        given = json.loads(params)
    except ValueError as error:
        raise Invalid.field("params", f"is no JSON: {error}") from error
    wanted = typed(
        TaskCreate,
        type=task_type,
        account=account,
        worker_account=worker,
        priority=priority,
        params=given,
    )
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.read(service.create(db, wanted, actor=ACTOR, now=runtime.clock.now()))
    _print_task(found, as_json=as_json)


@app.command()
def cancel(context: typer.Context, task: TaskId, as_json: Json = False) -> None:
    """
    End a task; one that runs is asked to end.

    Example: retinue tasks cancel 0190c2a4-...
    """
    from retinue.capabilities.tasks import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.read(service.cancel(db, task, actor=ACTOR, now=runtime.clock.now()))
    _print_task(found, as_json=as_json)


@app.command()
def retry(context: typer.Context, task: TaskId, as_json: Json = False) -> None:
    """
    Let a failed task begin again.

    Example: retinue tasks retry 0190c2a4-...
    """
    from retinue.capabilities.tasks import service

    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        found = service.read(service.retry(db, task, actor=ACTOR, now=runtime.clock.now()))
    _print_task(found, as_json=as_json)


def _print_task(task: TaskRead, *, as_json: bool) -> None:
    if as_json:
        emit_json(task.model_dump(mode="json"))
    else:
        print(_task_line(task))


def _task_line(task: TaskRead) -> str:
    what = task.account or task.params.get("username") or ""
    line = f"{task.id}  {task.type.value:<16} {task.status.value:<9} {what}"
    if task.waiting_for is not None:
        until = f" until {task.waiting_until:%Y-%m-%d %H:%M:%S}" if task.waiting_until else ""
        why = f": {task.waiting_why}" if task.waiting_why else ""
        return f"{line}  waits for {task.waiting_for.value}{until}{why}"
    if task.error is not None:
        return f"{line}  {task.error['code']}: {task.error['message']}"
    why = f": {task.waiting_why}" if task.waiting_why else ""
    return f"{line}  {task.progress} %{why}"
