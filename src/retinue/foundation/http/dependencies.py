"""What an endpoint asks for by type."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from retinue.foundation.http.routing import READ_ONLY
from retinue.foundation.runtime import Runtime


async def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


Rt = Annotated[Runtime, Depends(_runtime)]


def _write(runtime: Rt) -> Iterator[Session]:
    with runtime.database.writing() as db:
        yield db


async def _read(runtime: Rt) -> AsyncIterator[Session]:
    # Nothing is opened here: the handle takes its connection with the first question, on
    # the endpoint's own thread, and a `Router` gives it back there too.
    db = Session(runtime.database.reader, expire_on_commit=False, info={READ_ONLY: True})
    try:
        yield db
    finally:
        if db.in_transaction():
            await run_in_threadpool(db.close)
        else:
            db.close()


# With the default scope the commit would happen after the answer has left, and a
# failing commit would still have answered 200.
Db = Annotated[Session, Depends(_write, scope="function")]
ReadDb = Annotated[Session, Depends(_read, scope="function")]
