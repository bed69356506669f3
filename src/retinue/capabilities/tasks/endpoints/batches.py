from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import StreamingResponse

from retinue.capabilities.tasks import service
from retinue.capabilities.tasks.errors import BatchNotFound, NothingFailed, TypeNotRunnable
from retinue.capabilities.tasks.schemas import (
    BatchCreate,
    BatchFilter,
    BatchQuery,
    BatchRead,
    BatchResults,
    ResultFormat,
    TaskRead,
)
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    ReadDb,
    RecordId,
    Router,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    heavy,
    requires,
    streaming,
)
from retinue.foundation.runtime import Runtime
from retinue.kit.csv_out import rows_as_csv

router = Router(prefix="/api/batches", tags=["Tasks"])

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "model": BatchResults,
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get("", dependencies=[requires(Scope.tasks_read)], responses=documented(Invalid, Forbidden))
def list_batches(
    db: ReadDb, caller: Caller, asked: Annotated[BatchQuery, Query()]
) -> Page[BatchRead]:
    """Batches with their counts, the newest first."""
    caller.check_is_for_all_accounts()
    key = decode_cursor(asked.cursor, str)
    rows = service.batches(
        db,
        BatchFilter(type=asked.type, is_open=asked.open),
        before_id=key[0] if key else None,
        limit=asked.limit + 1,
    )
    shown = service.read_batches(db, rows[: asked.limit], with_chunks=False)
    following = encode_cursor(shown[-1].id) if len(rows) > asked.limit else None
    return Page(items=shown, next_cursor=following)


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Scope.tasks_write)],
    responses=documented(Invalid, TypeNotRunnable),
)
def create_batch(body: BatchCreate, db: Db, rt: Rt, caller: Caller) -> BatchRead:
    """
    Put up to a thousand tasks of one type into the queue, in chunks of a hundred: all of them or none.

    Its tasks have priority 4 unless the request says otherwise, and share the places with other batches.
    """
    row = service.create_batch(db, body, actor=caller.actor, now=rt.clock.now())
    return service.read_batches(db, [row], with_chunks=True)[0]


@router.get(
    "/{batch_id}",
    dependencies=[requires(Scope.tasks_read)],
    responses=documented(BatchNotFound, Forbidden),
)
def read_batch(batch_id: RecordId, db: ReadDb, caller: Caller) -> BatchRead:
    """One batch with the progress of each chunk. Its tasks: `GET /api/tasks?batch_id=`."""
    caller.check_is_for_all_accounts()
    row = service.batch(db, batch_id)
    return service.read_batches(db, [row], with_chunks=True)[0]


@router.post(
    "/{batch_id}/cancel",
    dependencies=[requires(Scope.tasks_write)],
    responses=documented(BatchNotFound),
)
def cancel_batch(batch_id: RecordId, db: Db, rt: Rt, caller: Caller) -> BatchRead:
    """End what waits of it, and ask what runs to end. What has ended stays as it is."""
    row = service.cancel_batch(db, batch_id, actor=caller.actor, now=rt.clock.now())
    return service.read_batches(db, [row], with_chunks=True)[0]


@router.post(
    "/{batch_id}/retry-failed",
    dependencies=[requires(Scope.tasks_write)],
    responses=documented(BatchNotFound, NothingFailed),
)
def retry_failed(batch_id: RecordId, db: Db, rt: Rt, caller: Caller) -> BatchRead:
    """Let everything of it that has failed begin again, with all its retries."""
    row = service.retry_failed(db, batch_id, actor=caller.actor, now=rt.clock.now())
    return service.read_batches(db, [row], with_chunks=True)[0]


@router.get(
    "/{batch_id}/results",
    dependencies=[requires(Scope.tasks_read), heavy()],
    responses={**_FILE, **documented(BatchNotFound, Forbidden, Invalid)},
    response_class=StreamingResponse,
)
def batch_results(
    batch_id: RecordId,
    rt: Rt,
    caller: Caller,
    form: Annotated[
        ResultFormat, Query(alias="format", description="What the file is to be.")
    ] = ResultFormat.csv,
) -> StreamingResponse:
    """
    Every task of a batch in its order, with its result or its error, as a file.

    In CSV each member of the results has a column of its own, named `result.` and its name.
    """
    caller.check_is_for_all_accounts()
    with rt.database.reading() as db:
        batch = service.read_batches(db, [service.batch(db, batch_id)], with_chunks=True)[0]
        names = service.result_names(db, batch_id)
    tasks = _tasks(rt, batch_id)
    file_name = f"{batch.type.value}-{batch_id}"
    if form is ResultFormat.csv:
        rows = (row for task in tasks for row in service.result_rows(task, names))
        header = service.result_header(names)
        return streaming.csv(rows_as_csv(header, rows), name=file_name)
    return streaming.json(_as_json(batch, tasks), name=file_name)


def _tasks(runtime: Runtime, batch_id: str) -> Iterator[TaskRead]:
    # The request's own handle would be closed before the first piece leaves.
    position = -1
    while True:
        with runtime.database.reading() as db:
            rows = service.batch_piece(db, batch_id, after_position=position)
        if not rows:
            return
        yield from (service.read(row) for row in rows)
        position = rows[-1].position


def _as_json(batch: BatchRead, tasks: Iterator[TaskRead]) -> Iterator[str]:
    yield f'{{"batch":{batch.model_dump_json()},"tasks":['
    for index, task in enumerate(tasks):
        yield ("," if index else "") + "\n" + task.model_dump_json()
    yield "\n]}\n"
