from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.foundation.http import Scope
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service
from retinue.workflows.connecting.endpoints import router
from retinue.workflows.connecting.schemas import TokensWanted
from tests.factories.serving import client, make_app

LIVE = {"reason": "we go live", "base_url": "https://api.x.com", "client_id": "an-app"}


def network(caller: TestClient, name: str) -> dict[str, Any]:
    found = caller.get("/api/networks").json()["items"]
    return next(one for one in found if one["name"] == name)


def level(caller: TestClient, name: str, ability: str) -> tuple[str, bool]:
    rows = network(caller, name)["capabilities"]
    row = next(one for one in rows if one["name"] == ability)
    return row["level"], row["performed"]


def connect(caller: TestClient, **more: Any) -> Any:
    return caller.post("/api/networks/x/connect", json={"reason": "a rehearsal", **more})


class TestListNetworks:
    def test_all_three_are_there_and_x_is_off_by_default(self, caller: TestClient) -> None:
        states = {one["name"]: one["state"] for one in caller.get("/api/networks").json()["items"]}
        assert states == {
            "sandgram": "connected",
            "instagram": "not_connectable",
            "x": "disconnected",
        }
        assert "an admin connects it" in network(caller, "x")["problem"]

    def test_every_ability_has_a_level_and_a_reason_on_every_network(
        self, caller: TestClient
    ) -> None:
        for one in caller.get("/api/networks").json()["items"]:
            assert len(one["capabilities"]) == 17
            assert all(row["reason"] and row["title"] for row in one["capabilities"])

    def test_a_follow_is_a_persons_task_until_the_app_is_an_enterprise(
        self, caller: TestClient
    ) -> None:
        assert level(caller, "x", "follow") == ("assisted", True)
        connect(caller, tier="enterprise")
        assert level(caller, "x", "follow") == ("restricted", True)

    def test_nothing_of_instagram_is_performed(self, caller: TestClient) -> None:
        assert level(caller, "instagram", "reply_to_own") == ("official", False)
        assert not any(row["performed"] for row in network(caller, "instagram")["capabilities"])


class TestConnect:
    def test_sandgrams_x_needs_no_more_than_a_reason(self, caller: TestClient) -> None:
        answer = connect(caller)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["state"] == "connected"
        assert found["base_url"] == "http://127.0.0.1:8900/x"
        assert (found["is_live"], found["problem"], found["tier"]) == (False, None, "self_serve")
        assert found["has_client_secret"]

    def test_a_network_of_this_machine_leaves_the_demo_as_it_is(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        connect(caller)
        with runtime.database.reading() as db:
            assert access.is_demo(db)

    def test_a_live_network_is_refused_while_live_networks_are_off(
        self, caller: TestClient
    ) -> None:
        answer = caller.post("/api/networks/x/connect", json=LIVE)
        assert answer.status_code == 422
        assert "RETINUE_LIVE_NETWORKS=true" in answer.json()["detail"]
        assert network(caller, "x")["state"] == "disconnected"

    def test_a_live_network_ends_the_demo(self, live: Runtime) -> None:
        caller = client(make_app(live, [router]))
        answer = caller.post("/api/networks/x/connect", json=LIVE)
        assert answer.status_code == 200, answer.text
        assert answer.json()["is_live"]
        with live.database.reading() as db:
            assert not access.is_demo(db)

    def test_tokens_go_nowhere_without_tls(self, live: Runtime) -> None:
        caller = client(make_app(live, [router]))
        answer = caller.post(
            "/api/networks/x/connect", json={**LIVE, "base_url": "http://api.x.com"}
        )
        assert answer.status_code == 422
        assert "https" in answer.json()["detail"]

    def test_an_app_elsewhere_must_be_named(self, caller: TestClient) -> None:
        answer = connect(caller, base_url="http://127.0.0.1:9/elsewhere")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["client_id"]

    def test_what_is_left_out_stays(self, caller: TestClient) -> None:
        connect(caller, client_id="ours", client_secret="a-secret-of-ours", tier="enterprise")
        again = connect(caller).json()
        assert (again["client_id"], again["tier"]) == ("ours", "enterprise")
        assert again["has_client_secret"]

    def test_a_secret_does_not_follow_the_app_to_another_address(self, caller: TestClient) -> None:
        connect(caller, client_id="ours", client_secret="a-secret-of-ours")
        assert not connect(caller, base_url="http://127.0.0.1:9").json()["has_client_secret"]

    def test_the_secret_is_in_no_answer_and_in_no_entry_of_the_audit_log(
        self, caller: TestClient
    ) -> None:
        connect(caller, client_id="ours", client_secret="a-secret-of-ours")
        entries = caller.get("/api/audit").text
        assert "networks.connected" in entries
        for text in (entries, caller.get("/api/networks").text):
            assert "a-secret-of-ours" not in text

    @pytest.mark.parametrize("name", ["sandgram", "instagram"])
    def test_the_others_cannot_be_connected_and_say_why(
        self, caller: TestClient, name: str
    ) -> None:
        answer = caller.post(f"/api/networks/{name}/connect", json={"reason": "x"})
        assert answer.status_code == 409
        assert answer.json()["code"] == "not_connectable"

    def test_a_reason_is_asked_for(self, caller: TestClient) -> None:
        assert caller.post("/api/networks/x/connect", json={}).status_code == 422


class TestDisconnect:
    def test_it_is_called_no_more_and_keeps_what_it_had(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        connect(caller)
        answer = caller.post("/api/networks/x/disconnect", json={"reason": "enough"})
        assert answer.json()["state"] == "disconnected"
        assert answer.json()["client_id"] == "sandgram-x-app"
        with runtime.database.reading() as db:
            assert service.x_connection(db, runtime) is None

    def test_a_second_time_changes_nothing(self, caller: TestClient) -> None:
        for _ in range(2):
            answer = caller.post("/api/networks/x/disconnect", json={"reason": "enough"})
            assert answer.status_code == 200
        assert "networks.disconnected" not in caller.get("/api/audit").text


class TestGrantsBefore:
    def test_tokens_for_no_app_are_not_taken(self, caller: TestClient, account: Account) -> None:
        answer = caller.put(f"/api/networks/x/grants/{account.id}", json={"refresh_token": "x"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_connectable")
        assert "connect the network first" in answer.json()["detail"]


class TestGrants:
    @pytest.fixture(autouse=True)
    def connected(self, caller: TestClient) -> None:
        connect(caller)

    def test_a_caller_of_some_accounts_meets_theirs_only(
        self, runtime: Runtime, account: Account
    ) -> None:
        with runtime.database.writing() as db:
            wanted, now = AccountCreate(login="mia", network="x"), runtime.clock.now()
            other = accounts.add(db, runtime.sealer, wanted, actor="test", now=now).id
            tokens = TokensWanted(refresh_token=SecretStr("a-token"))
            for account_id in (account.id, other):
                service.authorise(db, runtime, "x", account_id, tokens, by=service.By("test"))
            issued = access.issue_token(
                db,
                TokenCreate(name="someone", role=Role.admin, account_ids=[other]),
                granted_by=frozenset(Scope),
                origin=Origin("a test"),
                now=now,
            )
        theirs = client(make_app(runtime, [router]), authorization=f"Bearer {issued.token}")

        listed = theirs.get("/api/networks/x/grants").json()
        assert [one["account_id"] for one in listed["items"]] == [other]
        assert listed["total"] == 1
        path = "/api/networks/x/grants"
        for account_id, expected in ((account.id, 404), (other, 200)):
            assert theirs.get(f"{path}/{account_id}/invitation").status_code == expected
            # What opens an account is for callers of all accounts, as the rest of its credentials.
            stored = theirs.put(f"{path}/{account_id}", json={"refresh_token": "x"})
            assert (stored.status_code, theirs.delete(f"{path}/{account_id}").status_code) == (
                403,
                403,
            )

    def test_tokens_are_stored_listed_and_never_shown(
        self, caller: TestClient, account: Account
    ) -> None:
        path = f"/api/networks/x/grants/{account.id}"
        stored = caller.put(
            path, json={"access_token": "at-1234567", "refresh_token": "rt-7654321"}
        )
        assert stored.status_code == 200, stored.text
        listed = caller.get("/api/networks/x/grants")
        assert listed.json()["items"] == [stored.json()]
        assert (stored.json()["state"], stored.json()["has_refresh_token"]) == ("ready", True)
        assert network(caller, "x")["accounts"] == {"total": 1, "authorised": 1, "needs_person": 0}
        for text in (stored.text, listed.text, caller.get("/api/audit").text):
            assert "at-1234567" not in text
            assert "rt-7654321" not in text

    def test_one_of_the_two_must_be_given(self, caller: TestClient, account: Account) -> None:
        answer = caller.put(f"/api/networks/x/grants/{account.id}", json={})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["refresh_token"]

    def test_an_account_of_another_network_is_refused(
        self, caller: TestClient, account: Account
    ) -> None:
        path = f"/api/networks/sandgram/grants/{account.id}"
        assert caller.put(path, json={"refresh_token": "x"}).status_code == 409

    def test_they_are_forgotten_once(self, caller: TestClient, account: Account) -> None:
        path = f"/api/networks/x/grants/{account.id}"
        caller.put(path, json={"refresh_token": "x"})
        assert [caller.delete(path).status_code for _ in range(2)] == [204, 404]
        assert caller.get("/api/networks/x/grants").json()["total"] == 0
