from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sandgram.surfaces.answers import App
from sandgram.surfaces.calls import Calls
from sandgram.surfaces.front import Front
from sandgram.surfaces.graph.app import Graph
from sandgram.surfaces.graph.desk import GraphDesk
from sandgram.surfaces.tikhub.app import TikHub
from sandgram.surfaces.tikhub.desk import Desk
from sandgram.surfaces.tikhub.endpoints import ENDPOINTS
from sandgram.world.world import World

PARAMETERS = sorted({one.name for each in ENDPOINTS.values() for one in each.parameters})
KNOWN = ("instagram", "harbour_lights", "CxYQJO8xuC6", "10851427597", "3195374938890887354", "1",
         "50", "0", "-1", "s0", "v3", "faded_neon", "test_account", "999999999999999999999")  # fmt: skip
values = some.sampled_from(KNOWN) | some.text(max_size=30)


@pytest.fixture(scope="module")
def surfaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TikHub, Graph]]:
    world = World(seed=7, size=300, directory=tmp_path_factory.mktemp("world"))
    desk, graph_desk = Desk(), GraphDesk(world)
    desk.change(key=None, rate=0, balance=None, scopes=None)
    graph_desk.change(token=None, account=None, calls_per_hour=0)
    yield (
        TikHub(world, desk=desk, calls=Calls()),
        Graph(world, desk=graph_desk, calls=Calls()),
    )
    world.close()


def ask(app: App, path: str, params: dict[str, str], token: str) -> tuple[int, Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {
        "type": "http", "method": "GET", "scheme": "http", "path": path, "client": ("x", 1),
        "query_string": urlencode(params, errors="surrogatepass").encode(),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }  # fmt: skip

    async def serve() -> None:
        await app(scope, receive, send)

    asyncio.run(serve())
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(sent[1]["body"])).encode()
    return sent[0]["status"], json.loads(sent[1]["body"])


class TestWhateverIsAsked:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        some.sampled_from(sorted(ENDPOINTS)),
        some.dictionaries(some.sampled_from(PARAMETERS), values, max_size=6),
    )
    def test_tikhub_answers_in_its_shape(
        self, surfaces: tuple[TikHub, Graph], path: str, params: dict[str, str]
    ) -> None:
        status, body = ask(surfaces[0], f"/tikhub{path}", params, "sandgram-tikhub-key")
        assert status in {200, 400, 404, 422}
        assert ("data" in body) == (status == 200)
        assert status == 200 or body["detail"]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        some.sampled_from(["me", "me/media", "me/insights", "me/stories", "1", "x/comments"])
        | some.text(max_size=20).map(quote),
        some.dictionaries(
            some.sampled_from(["fields", "limit", "after", "metric", "since", "until", "period"]),
            values | some.sampled_from(["reach", "id,media{id}", "media.limit(2).after(s1){id}"]),
            max_size=5,
        ),
    )
    def test_graph_answers_in_its_shape(
        self, surfaces: tuple[TikHub, Graph], path: str, params: dict[str, str]
    ) -> None:
        status, body = ask(surfaces[1], f"/graph/v25.0/{path}", params, "sandgram-graph-token")
        assert status in {200, 400}
        assert ("error" in body) == (status == 400)


class TestFront:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/tikhub/x", "quick"), ("/tikhub", "quick"), ("/tikhubs/x", "rest"),
            ("/", "rest"), ("", "rest"), ("*", "rest"), ("/sg/tikhub", "rest"),
        ],
    )  # fmt: skip
    def test_the_first_part_of_the_path_decides(self, path: str, expected: str) -> None:
        met: list[str] = []

        def named(name: str) -> App:
            async def app(scope: Any, receive: Any, send: Any) -> None:
                met.append(name)

            return app

        front = Front(named("rest"), quick={"tikhub": named("quick")})

        async def nothing(*_: Any) -> Any:
            return {}

        asyncio.run(front({"type": "http", "path": path}, nothing, nothing))
        assert met == [expected]
