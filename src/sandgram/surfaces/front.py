"""The way in: the surfaces that must be quick go past the framework."""

from sandgram.surfaces.answers import App, Receive, Scope, Send


class Front:
    def __init__(self, app: App, *, quick: dict[str, App]) -> None:
        """`quick` holds the first part of a path and who answers it."""
        self._app = app
        self._quick = quick

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http":
            first = scope["path"].removeprefix("/").partition("/")[0]
            app = self._quick.get(first, app)
        await app(scope, receive, send)
