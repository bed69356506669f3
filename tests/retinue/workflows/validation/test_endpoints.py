from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts import endpoints as accounts_endpoints
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.foundation.http.principals import Scope
from retinue.workflows.proxy_watch import endpoints as proxies_endpoints
from retinue.workflows.validation import endpoints
from retinue.workflows.validation.service import TASKS
from tests.factories import serving
from tests.retinue.workflows.validation.conftest import ACTOR, Ward

BULK = "/api/accounts/bulk"
ROUTERS = [endpoints.router, accounts_endpoints.router, proxies_endpoints.router]


@pytest.fixture(autouse=True)
def catalogue() -> None:
    from retinue.entrypoints import tasks as entry

    tasks.catalogue.install({one.type: one.lint for one in (*TASKS, *entry.TASKS)})


@pytest.fixture
def local(ward: Ward) -> TestClient:
    with ward.runtime.database.writing() as db:
        access.initialise(db, ward.runtime.sealer, is_demo=True, now=ward.clock.now())
    return serving.client(serving.make_app(ward.runtime, ROUTERS))


def restricted(ward: Ward, *ids: int) -> TestClient:
    wanted = TokenCreate(name="some", role=Role.admin, account_ids=list(ids))
    with ward.runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            wanted,
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=ward.clock.now(),
        )
    return serving.client(
        serving.make_app(ward.runtime, ROUTERS),
        peer=serving.ELSEWHERE,
        authorization=f"Bearer {issued.token}",
    )


def rows_of(ward: Ward, batch_id: str) -> list[Any]:
    with ward.runtime.database.reading() as db:
        return list(tasks.results(db, batch_id))


class TestBulk:
    def test_a_validation_of_each_is_put_into_the_queue(
        self, ward: Ward, local: TestClient
    ) -> None:
        ids = [ward.account().id for _ in range(3)]
        answer = local.post(BULK, json={"action": "validate", "ids": ids})
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert (report["matched"], report["changed"], len(report["batch_ids"])) == (3, 3, 1)
        rows = rows_of(ward, report["batch_ids"][0])
        assert [row.account_id for row in rows] == ids
        assert {row.type for row in rows} == {TaskType.validate_account}

    def test_asked_again_nothing_is_put_in_twice(self, ward: Ward, local: TestClient) -> None:
        account = ward.account()
        local.post(BULK, json={"action": "validate", "ids": [account.id]})
        again = local.post(BULK, json={"action": "validate", "filter": {}}).json()
        assert (again["changed"], again["unchanged"], again["batch_ids"]) == (0, 1, [])

    def test_a_dry_run_puts_nothing_in(self, ward: Ward, local: TestClient) -> None:
        account = ward.account()
        body = {"action": "validate", "ids": [account.id], "dry_run": True}
        assert local.post(BULK, json=body).json()["changed"] == 1
        again = local.post(BULK, json={"action": "validate", "ids": [account.id]}).json()
        assert again["changed"] == 1

    def test_each_row_says_what_became_of_it(self, ward: Ward, local: TestClient) -> None:
        retired, paused = ward.account(), ward.account()
        now = ward.clock.now()
        with ward.runtime.database.writing() as db:
            accounts.retire(db, accounts.get(db, retired.id), actor=ACTOR, now=now)
        local.post(BULK, json={"action": "pause", "reason": "x", "ids": [paused.id]})
        foreign = local.post(
            "/api/accounts/bulk",
            json={"action": "validate", "ids": [retired.id, paused.id, 987_654]},
        )
        rows = {row["id"]: (row["outcome"], row["reason"]) for row in foreign.json()["rows"]}
        assert rows[retired.id][0] == "refused"
        assert "revive" in rows[retired.id][1]
        assert rows[paused.id][0] == "changed"
        assert "resumed" in rows[paused.id][1]
        assert rows[987_654] == ("refused", "there is no such account")

    def test_a_network_that_is_not_connected_is_refused(
        self, ward: Ward, local: TestClient
    ) -> None:
        account = ward.account()
        with ward.runtime.database.writing() as db:
            accounts.get(db, account.id).network = "instagram"
        row = local.post(BULK, json={"action": "validate", "ids": [account.id]}).json()["rows"][0]
        assert row["outcome"] == "refused"
        assert "not connected" in row["reason"]

    def test_a_restricted_caller_reaches_its_own_accounts_only(self, ward: Ward) -> None:
        own, other = ward.account(), ward.account()
        answer = restricted(ward, own.id).post(
            BULK, json={"action": "validate", "ids": [own.id, other.id]}
        )
        report = answer.json()
        assert (report["changed"], report["refused"]) == (1, 1)
        rows = rows_of(ward, report["batch_ids"][0])
        assert [row.account_id for row in rows] == [own.id]


class TestProxyCheck:
    def test_it_goes_out_and_says_where(self, ward: Ward, local: TestClient) -> None:
        proxy_id, made = ward.proxy()
        assert local.get(f"/api/proxies/{proxy_id}").json()["checked_at"] is None
        answer = local.post(f"/api/proxies/{proxy_id}/check")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert (found["ok"], found["exit_address"]) == (True, made["exit"])
        assert 0 <= found["milliseconds"] < 10_000
        kept = local.get(f"/api/proxies/{proxy_id}").json()
        assert kept | found == kept

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [("down", "cannot be reached"), ("refuse", "407"), ("fail", "502")],
    )
    def test_what_is_wrong_is_told_and_kept(
        self, ward: Ward, local: TestClient, trouble: str, words: str
    ) -> None:
        proxy_id, made = ward.proxy()
        local.post(f"/api/proxies/{proxy_id}/check")
        ward.sandgram.trouble(made, trouble)
        found = local.post(f"/api/proxies/{proxy_id}/check").json()
        assert (found["ok"], found["milliseconds"]) == (False, None)
        assert words in found["message"]
        # Where it led out when it last worked is still known.
        assert found["exit_address"] == made["exit"]

    def test_a_password_is_in_no_answer(self, ward: Ward, local: TestClient) -> None:
        proxy_id, _ = ward.proxy(password="canary-proxy-password")
        answer = local.post(f"/api/proxies/{proxy_id}/check")
        assert answer.json()["ok"] is False
        assert "canary" not in answer.text

    def test_proxies_belong_to_all_accounts(self, ward: Ward) -> None:
        proxy_id, _ = ward.proxy()
        answer = restricted(ward, ward.account().id).post(f"/api/proxies/{proxy_id}/check")
        assert answer.status_code == 403

    def test_none_of_that_id_is_404(self, local: TestClient) -> None:
        assert local.post("/api/proxies/987654/check").status_code == 404
