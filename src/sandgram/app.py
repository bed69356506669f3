"""The application: every surface on one world."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sandgram import __version__
from sandgram.faults.book import FaultBook
from sandgram.proxies.running import Proxies
from sandgram.surfaces import pictures, wire
from sandgram.surfaces.control import faults, oracle
from sandgram.surfaces.control import proxies as ways_out
from sandgram.surfaces.control import world as control
from sandgram.surfaces.native import acting, doors, reading
from sandgram.world.errors import Refusal
from sandgram.world.world import World


def make_app(world: World, *, control_token: str, book: FaultBook, proxies: Proxies) -> FastAPI:
    app = FastAPI(title="Sandgram", version=__version__, docs_url=None, redoc_url=None)
    app.state.world = world
    app.state.control_token = control_token
    app.state.faults = book
    app.state.proxies = proxies
    for router in (
        doors.router, reading.router, acting.router, pictures.router,
        control.router, oracle.router, faults.router, ways_out.router,
    ):  # fmt: skip
        app.include_router(router)
    app.add_exception_handler(Refusal, wire.on_refusal)
    app.add_exception_handler(RequestValidationError, wire.on_invalid)
    app.add_exception_handler(HTTPException, wire.on_http)

    @app.get("/sg/health", tags=["health"])
    async def health() -> wire.Json:
        return {
            "status": "ok",
            "seed": world.seed,
            "people": world.size,
            "now": world.now_text(),
            "proxies": proxies.open_ports,
        }

    return app
