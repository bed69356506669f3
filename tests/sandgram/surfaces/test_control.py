from __future__ import annotations

from tests.factories import plain_http
from tests.fixtures.sandgram import SEED, Account, RunningSandgram
from tests.sandgram.surfaces.refusals import code_of


class TestControl:
    def test_an_accounts_token_is_not_the_control_token(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        assert code_of(me.client.get("/sg/control/world")) == (401, "not_control")
        answer = plain_http.ask("GET", f"{sandgram.url}/sg/control/oracle/effects")
        assert answer.status_code == 401

    def test_the_health_check_is_open(self, sandgram: RunningSandgram) -> None:
        found = plain_http.ask("GET", f"{sandgram.url}/sg/health").json()
        assert (found["status"], found["seed"]) == ("ok", SEED)

    def test_effects_cannot_be_rewritten_by_a_query(self, sandgram: RunningSandgram) -> None:
        answer = sandgram.control.get("/oracle/effects", params={"account": "x' OR 1=1 --"})
        assert answer.json()["items"] == []
