from __future__ import annotations

from typing import Annotated

from fastapi import File, Query, UploadFile

from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Router, Rt, Scope, documented, requires
from retinue.workflows.batch_files import service
from retinue.workflows.batch_files.errors import ListTooLarge, NoForm, RowsUnusable
from retinue.workflows.batch_files.schemas import LARGEST_FILE, FileOptions, FileReport

router = Router(prefix="/api/batches", tags=["Tasks"])


@router.post(
    "/csv",
    status_code=201,
    dependencies=[requires(Scope.tasks_write)],
    responses=documented(Invalid, TypeNotRunnable, NoForm, RowsUnusable, ListTooLarge),
)
def order_by_file(
    rt: Rt,
    caller: Caller,
    wanted: Annotated[FileOptions, Query()],
    file: Annotated[UploadFile, File(description="CSV, UTF-8, at most 1,000 rows.")],
) -> FileReport:
    """
    Put what a CSV file asks for into the queue, all of it or nothing; each type has its own form.

    With `dry_run` the answer says what there would be, and names every row that does not fit.
    """
    content = file.file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ListTooLarge("file: it is larger than 2 MB; split it.")
    return service.order(rt, content, wanted, actor=caller.actor)
