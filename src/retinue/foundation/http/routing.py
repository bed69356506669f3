"""
A router whose endpoints cost one turn of one thread.

FastAPI runs a plain `def` endpoint in a thread, and its dependencies before, its
clean-up after and the check of its answer each in another turn. Under load those turns cost
more than a point read, and a writer would hold the write lock through all of them. Here one
turn opens the transaction, runs the endpoint, writes the answer down and commits.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, cast

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import ResponseValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from retinue.foundation.http.idempotency import Once

# Few, because threads that wake each other for a millisecond's work mostly wait for each other; and
# apart from the rest, where one may wait for seconds until it can write.
_READERS = ThreadPoolExecutor(8, thread_name_prefix="retinue-read")


@dataclass(frozen=True, slots=True)
class Opening:
    """A transaction to come: the endpoint is given its handle, opened on the endpoint's own thread."""

    open: Callable[[], AbstractContextManager[Session]]
    only_reads: bool
    once: Once | None = None
    """Where the caller has named its request, so that its effect and its answer are kept as one."""


class Router(APIRouter):
    """`APIRouter` for plain `def` endpoints; what is `async def` stays as it is and asks for no database."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if inspect.iscoroutinefunction(endpoint):
            super().add_api_route(path, endpoint, **options)
            return
        turn = _Turn(endpoint)
        super().add_api_route(path, turn.as_endpoint(), **options)
        turn.route = cast("APIRoute", self.routes[-1])

    @classmethod
    def of(cls, *routers: APIRouter) -> Router:
        """All of them as one."""
        whole = cls()
        take(whole, *routers)
        return whole


def take(whole: APIRouter, *routers: APIRouter) -> None:
    """
    Put the routes of others into a router, as they are.

    `include_router` makes each of them anew, for each app: at a start that takes as long as making them.
    """
    for router in routers:
        whole.routes.extend(router.routes)


class RouteWithoutTurn(Exception):
    """Someone asked for the database on a router that does not open it."""


def check_every_turn(app: FastAPI) -> None:
    """
    Call it when every route is there.

    Raises:
        RouteWithoutTurn: a route asks for the database but is not on a `Router`, or is `async def`.
    """
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            asked = [dependency.call for dependency in route.dependant.dependencies]
            if any(_opens(call) for call in asked) and not hasattr(route.endpoint, "__wrapped__"):
                message = f"{route.path} asks for the database: put it on a foundation.http.Router, as plain def"
                raise RouteWithoutTurn(message)


def _opens(dependency: Callable[..., Any] | None) -> bool:
    return getattr(dependency, "__annotations__", {}).get("return") == Opening.__name__


class _Turn:
    """One endpoint, and the route that says how its answer is written down."""

    route: APIRoute

    def __init__(self, endpoint: Callable[..., Any]) -> None:
        self._endpoint = endpoint

    def as_endpoint(self) -> Callable[..., Any]:
        @functools.wraps(self._endpoint)
        async def in_one_turn(**given: Any) -> Any:
            if not any(isinstance(value, Opening) and value.only_reads for value in given.values()):
                return await run_in_threadpool(self._take, given)
            take = functools.partial(contextvars.copy_context().run, self._take, given)
            return await asyncio.get_running_loop().run_in_executor(_READERS, take)

        return in_one_turn

    def _take(self, given: dict[str, Any]) -> Any:
        with ExitStack() as transactions:
            once: list[tuple[Once, Session]] = []
            for name, value in given.items():
                if isinstance(value, Opening):
                    db = given[name] = transactions.enter_context(value.open())
                    once += [] if value.once is None else [(value.once, db)]
            for named, db in once:
                if (earlier := named.begin(db)) is not None:
                    return earlier
            answer = self._written_down(self._endpoint(**given), given)
            for named, db in once:
                named.keep(db, answer, begun=_begun(given), status=self.route.status_code)
            return answer

    def _written_down(self, answer: Any, given: dict[str, Any]) -> Any:
        """The answer as FastAPI would send it. A failing check still rolls the transaction back."""
        field = self.route.response_field
        if field is None or isinstance(answer, Response):
            return answer
        value, errors = field.validate(answer, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=answer)
        body = field.serialize_json(value, by_alias=self.route.response_model_by_alias)
        begun = _begun(given)
        status = (begun and begun.status_code) or self.route.status_code or 200
        response = Response(body, status_code=status, media_type="application/json")
        if begun is not None:
            response.raw_headers.extend(begun.raw_headers)
        return response


def _begun(given: dict[str, Any]) -> Response | None:
    """Where the endpoint has asked for one, to set a header or a cookie."""
    return next((value for value in given.values() if isinstance(value, Response)), None)
