"""Who is let in with which token, and how often they may ask."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from sandgram.surfaces.graph.desk import GraphDesk, token_of
from sandgram.world.world import World
from tests.fixtures.sandgram import Account
from tests.sandgram.conftest import Numbers


class TestTokens:
    @pytest.mark.parametrize("token", ["nonsense", "SGG", "SGG" + "0" * 48, "SGGzzzzzzzz", "é"])
    def test_what_is_no_token_is_190(self, numbers: Numbers, token: str) -> None:
        headers = [(b"Authorization", f"Bearer {token}".encode())]
        answer = numbers.client.get("/graph/v25.0/me", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == 190
        assert numbers.client.get("/graph/v25.0/me").json()["error"]["code"] == 190

    def test_an_account_in_trouble_meets_a_checkpoint(
        self, numbers: Numbers, me: Account, token: str
    ) -> None:
        numbers.control.patch(f"/accounts/{me.login}", json={"status": "challenge"})
        assert numbers.graph_error("me", token=token) == (400, 190, 459)

    def test_the_documented_token_can_be_set_and_stand_for_another(
        self, numbers: Numbers, me: Account
    ) -> None:
        numbers.set("graph", token="another", login=me.login)
        assert numbers.graph("me", token="another").json()["id"] == me.person_id
        assert numbers.graph_error("me")[1] == 190
        assert numbers.control.patch("/graph", json={"login": "nobody"}).status_code == 422


class TestUsage:
    def test_it_is_told_when_enough_calls_were_made_and_then_refused(
        self, numbers: Numbers
    ) -> None:
        numbers.set("graph", calls_per_hour=40)
        first = numbers.graph("me")
        assert "x-app-usage" not in first.headers
        answers = [numbers.graph("me") for _ in range(60)]
        told = next(one for one in answers if "x-app-usage" in one.headers)
        assert httpx2.Response(200, text=told.headers["x-app-usage"]).json()["call_count"] == 5
        assert "x-business-use-case-usage" in told.headers
        last: dict[str, Any] = answers[-1].json()["error"]
        assert (last["code"], last["is_transient"]) == (80002, True)
        fields = "business_discovery.username(instagram){id}"
        assert numbers.graph("me", fields=fields).status_code == 200
        found = [numbers.graph("me", fields=fields) for _ in range(50)][-1]
        assert (found.status_code, found.json()["error"]["code"]) == (403, 4)

    def test_an_hour_later_all_is_forgotten(self, tmp_path: Any) -> None:
        world = World(seed=7, size=100, directory=tmp_path)
        at = [0.0]
        desk = GraphDesk(world, ticks=lambda: at[0])
        desk.change(token=None, account=None, calls_per_hour=100)
        for _ in range(99):
            desk.count(1, kind="app")
        assert desk.count(1, kind="app") == 100
        assert desk.count(2, kind="app") == desk.count(1, kind="account") == 1
        at[0] = 3_661.0
        assert desk.count(1, kind="app") == 1
        assert desk.number_of(token_of(7, 1_234)) == 1_234
        assert desk.number_of(token_of(8, 1_234)) is None
        world.close()
