"""
Finds the route of a request by what its path looks like, instead of trying all of them in turn.

FastAPI asks each included router, and each of its routes, twice. With a hundred routes
that costs as much as a point read.
"""

from __future__ import annotations

from collections import defaultdict

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

_Look = tuple[str, int]
"""The method, and how deep the path is."""


class Directory:
    """In front of the app's own router, which still answers whatever is not found here."""

    def __init__(self, app: FastAPI) -> None:
        self._otherwise: ASGIApp = app.router.app
        self._routes: dict[_Look, list[tuple[str, RouteContext]]] = defaultdict(list)
        for route in iter_route_contexts(app.routes):
            if isinstance(route.original_route, APIRoute):
                self._list(route)

    def _list(self, route: RouteContext) -> None:
        path = route.path or ""
        if ":path}" in path:
            # It is as deep as it likes.
            return
        head = path.partition("{")[0]
        for method in route.methods or ():
            self._routes[method, path.count("/")].append((head, route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._find(scope) if scope["type"] == "http" else None
        if route is None:
            await self._otherwise(scope, receive, send)
        else:
            await route.app(scope, receive, send)

    def _find(self, scope: Scope) -> RouteContext | None:
        path = scope["path"]
        root = scope.get("root_path", "")
        if root and path.startswith(root):
            return None
        for head, route in self._routes.get((scope["method"], path.count("/")), ()):
            if path.startswith(head):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, route=route.original_route)
                    return route
        return None


def install(app: FastAPI) -> None:
    """Call it when every route is there."""
    app.router.middleware_stack = Directory(app)
