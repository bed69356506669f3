"""What an endpoint asks for by type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from retinue.foundation.runtime import Runtime


async def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


Rt = Annotated[Runtime, Depends(_runtime)]


def _write(runtime: Rt) -> Iterator[Session]:
    with runtime.database.writing() as db:
        yield db


def _read(runtime: Rt) -> Iterator[Session]:
    with runtime.database.reading() as db:
        yield db


# With the default scope the commit would happen after the answer has left, and a
# failing commit would still have answered 200.
Db = Annotated[Session, Depends(_write, scope="function")]
ReadDb = Annotated[Session, Depends(_read, scope="function")]
