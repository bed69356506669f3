"""The application: every surface on one world."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sandgram import __version__
from sandgram.faults.book import FaultBook
from sandgram.faults.middleware import Faults
from sandgram.proxies.running import Proxies
from sandgram.surfaces import pictures, wire
from sandgram.surfaces.calls import Calls
from sandgram.surfaces.control import entering as ways_in
from sandgram.surfaces.control import faults, mail_server, metrics, oracle, sources
from sandgram.surfaces.control import proxies as ways_out
from sandgram.surfaces.control import world as control
from sandgram.surfaces.control import x as x_control
from sandgram.surfaces.front import Front
from sandgram.surfaces.graph import weather as graph_weather
from sandgram.surfaces.graph.app import Graph
from sandgram.surfaces.graph.desk import GraphDesk
from sandgram.surfaces.imap.running import Imap
from sandgram.surfaces.native import acting, doors, reading
from sandgram.surfaces.tikhub import weather as tikhub_weather
from sandgram.surfaces.tikhub.app import TikHub
from sandgram.surfaces.tikhub.desk import Desk
from sandgram.surfaces.web import challenging, entering, inside, visitors
from sandgram.surfaces.web import weather as web_weather
from sandgram.surfaces.x import consent
from sandgram.surfaces.x import weather as x_weather
from sandgram.surfaces.x.app import X
from sandgram.surfaces.x.desk import XDesk
from sandgram.world.errors import Refusal
from sandgram.world.world import World


def make_app(world: World, *, control_token: str, book: FaultBook, proxies: Proxies) -> FastAPI:
    app = FastAPI(title="Sandgram", version=__version__, docs_url=None, redoc_url=None)
    app.state.world = world
    app.state.control_token = control_token
    app.state.faults = book
    app.state.proxies = proxies
    app.state.calls = Calls()
    app.state.imap = Imap(world, book=book, calls=app.state.calls)
    app.state.tikhub = Desk()
    app.state.graph = GraphDesk(world)
    app.state.x = XDesk(world)
    for router in (
        doors.router, reading.router, acting.router, pictures.router,
        consent.router, entering.router, challenging.router, inside.router,
        control.router, ways_in.router, oracle.router, faults.router, ways_out.router,
        mail_server.router,
        metrics.router, sources.router, x_control.router,
    ):  # fmt: skip
        app.include_router(router)
    app.add_exception_handler(Refusal, wire.on_refusal)
    app.add_exception_handler(RequestValidationError, wire.on_invalid)
    app.add_exception_handler(HTTPException, visitors.on_http)

    @app.get("/sg/health", tags=["health"])
    async def health() -> wire.Json:
        return {
            "status": "ok",
            "seed": world.seed,
            "people": world.size,
            "now": world.now_text(),
            "proxies": proxies.open_ports,
            "imap": app.state.imap.address,
        }

    return app


def make_front(app: FastAPI, world: World) -> Front:
    """The application behind the quick surfaces; what faults wrap and the server serves."""
    state = app.state
    return Front(
        app,
        quick={
            "tikhub": TikHub(world, desk=state.tikhub, calls=state.calls),
            "graph": Graph(world, desk=state.graph, calls=state.calls),
            "web": web_weather.Remembered(app, world=world, calls=state.calls),
            "x": X(world, desk=state.x, calls=state.calls),
        },
    )


def make_weather(app: FastAPI, world: World) -> Faults:
    """Everything, with the faults around it: what the server serves."""
    state = app.state
    return Faults(
        make_front(app, world),
        book=state.faults,
        world=world,
        dialects={
            "tikhub": tikhub_weather.dialect(world, state.calls),
            "graph": graph_weather.dialect(world, state.calls, state.graph),
            "x": x_weather.dialect(world, state.calls, state.x),
            "web": web_weather.dialect(world, state.calls),
        },
    )
