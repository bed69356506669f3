"""What an endpoint asks for by type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from retinue.foundation.http import idempotency
from retinue.foundation.http.routing import Opening
from retinue.foundation.runtime import Runtime


async def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


Rt = Annotated[Runtime, Depends(_runtime)]


@idempotency.keeping
async def _write(request: Request) -> Opening:
    runtime: Runtime = request.app.state.runtime
    once = await idempotency.once_of(request)
    return Opening(runtime.database.writing, only_reads=False, once=once)


async def _read(request: Request) -> Opening:
    runtime: Runtime = request.app.state.runtime
    return Opening(runtime.database.reading, only_reads=True)


# `Router` opens them, so that the commit comes before the answer: with a dependency of
# FastAPI's it would come after it, and a failing commit would still have answered 200.
Db = Annotated[Session, Depends(_write)]
ReadDb = Annotated[Session, Depends(_read)]
