"""Serving under a path of a host that has other tenants, as `/ops`."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class UnderPath:
    """
    Everything behind this sees paths without the prefix, and finds the prefix in `root_path`.

    Some proxies take the prefix off and some leave it on; both are understood.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope["root_path"] = self._path
            path: str = scope["path"]
            if path == self._path or path.startswith(f"{self._path}/"):
                scope["path"] = path[len(self._path) :] or "/"
        await self._app(scope, receive, send)
