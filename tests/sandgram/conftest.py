from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.factories import plain_http
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

TIKHUB_KEY = "sandgram-tikhub-key"
GRAPH_TOKEN = "sandgram-graph-token"


class Numbers:
    """A world whose clock stands still until a test moves it, with its number-selling surfaces."""

    def __init__(self, running: RunningSandgram) -> None:
        self.running = running
        self.control = running.control
        self.client = plain_http.client(running.url, timeout=30)

    def tikhub(self, path: str, *, key: str = TIKHUB_KEY, **params: Any) -> httpx2.Response:
        return self.client.get(
            f"/tikhub/api/v1/{path}", params=params, headers={"Authorization": f"Bearer {key}"}
        )

    def data(self, path: str, **params: Any) -> Any:
        answer = self.tikhub(f"instagram/{path}", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def graph(self, path: str, *, token: str = GRAPH_TOKEN, **params: Any) -> httpx2.Response:
        return self.client.get(
            f"/graph/v25.0/{path}", params=params, headers={"Authorization": f"Bearer {token}"}
        )

    def graph_error(self, path: str, **params: Any) -> tuple[int, int, int | None]:
        answer = self.graph(path, **params)
        error = answer.json()["error"]
        return answer.status_code, error["code"], error.get("error_subcode")

    def oracle(self, path: str, **params: Any) -> Any:
        answer = self.control.get(f"/oracle/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def set(self, surface: str, **fields: Any) -> Any:
        answer = self.control.patch(f"/{surface}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def step(self, seconds: float) -> str:
        now: str = self.control.post("/clock", json={"step": seconds}).json()["now"]
        return now

    def newest_post(self, handle: str, *, kind: int | None = None) -> dict[str, Any]:
        items = self.data("v2/fetch_user_posts", username=handle)["data"]["items"]
        found: dict[str, Any] = next(one for one in items if kind in (None, one["media_type"]))
        return found


@pytest.fixture(scope="session")
def _numbers_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Numbers]:
    running = start_sandgram(tmp_path_factory.mktemp("numbers"), "--speed", "0")
    made = Numbers(running)
    yield made
    made.client.close()
    running.close()


@pytest.fixture
def numbers(_numbers_server: Numbers) -> Iterator[Numbers]:
    """Fair weather, no limits, a full purse, nothing asked yet."""
    control = _numbers_server.control
    control.delete("/faults")
    control.delete("/oracle/calls")
    control.delete("/tikhub")
    control.delete("/graph")
    _numbers_server.set("tikhub", rate=0)
    _numbers_server.set("graph", calls_per_hour=0)
    yield _numbers_server
    control.delete("/faults")
