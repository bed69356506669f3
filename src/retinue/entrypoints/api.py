"""The HTTP application: every router, one envelope of errors, and a scope on each route."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from retinue import __version__
from retinue.capabilities.access import service as access
from retinue.capabilities.realtime import service as realtime
from retinue.entrypoints import dashboard, docs_page
from retinue.entrypoints import tasks as _tasks  # noqa: F401 - reading the list installs it
from retinue.entrypoints.routers import ROUTERS, TAGS
from retinue.foundation.http import (
    contract,
    directory,
    middleware,
    principals,
    problems,
    public,
    routing,
)
from retinue.foundation.runtime import Runtime

_DESCRIPTION = """
Retinue, the crew behind every account. Root paths answer `{"status", "message"}`; paths under `/api` answer
resources, and errors as RFC 9457 problems.

A write under `/api` may carry an `Idempotency-Key`: the same request again within 24 hours has no second effect and
gets the first answer, byte for byte. Where a route does not list the header it keeps no answers and refuses it (422):
imports, bulk acts, log-ins and passwords work in steps of their own, and a file that is streamed is not kept.
"""


class Status(BaseModel):
    status: Literal["ok"] = "ok"


def create_app(runtime: Runtime) -> FastAPI:
    """
    Raises:
        RouteWithoutScope: a route does not say who may call it.
        RouteWithoutTurn: a route asks for the database where nothing opens it.
    """
    app = FastAPI(
        title="Retinue",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        openapi_tags=[{"name": name} for name in TAGS],
    )
    app.state.runtime = runtime
    app.state.authenticator = access.authenticator(runtime)
    app.state.live = realtime.Hub(runtime, app.state.authenticator)
    routing.take(app.router, *ROUTERS, docs_page.router, dashboard.router, _front_door())
    problems.install(app)
    principals.check_every_route(app)
    routing.check_every_turn(app)
    contract.install(app)
    directory.install(app)
    middleware.install(app, runtime.configuration)
    return app


def _front_door() -> APIRouter:
    router = APIRouter(tags=["Health"])

    @router.get("/", dependencies=[public()], response_model=Status)
    async def root(request: Request) -> Response | Status:
        """That the server is there. A browser is sent to the dashboard."""
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(_below(request, "/ui/"), status_code=307)
        return Status()

    return router


def _below(request: Request, path: str) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/") + path
