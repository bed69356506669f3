"""An owner lets the app in, in a browser on Sandgram's site; what comes back becomes tokens."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.accounts.models import Account
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting.models import GrantState
from tests.factories import on_x, plain_http
from tests.fixtures.sandgram import RunningSandgram

BACK = "http://127.0.0.1:9/back"


@pytest.fixture
def runtime(runtime: Runtime, sandgram: RunningSandgram) -> Runtime:
    on_x.connect(
        runtime,
        base_url=f"{sandgram.url}/x",
        client_id="sandgram-x-app",
        client_secret="sandgram-x-secret",
    )
    return runtime


@pytest.fixture
def account(runtime: Runtime, sandgram: RunningSandgram) -> Account:
    return on_x.add_account(runtime, sandgram)


def invited(caller: TestClient, account: Account) -> dict[str, Any]:
    path = f"/api/networks/x/grants/{account.id}/invitation"
    answer = caller.get(path, params={"redirect_uri": BACK})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def allowed(sandgram: RunningSandgram, url: str, login: str) -> str:
    """What the owner's browser is led back to, once they have pressed the button."""
    made = sandgram.control.get(f"/accounts/{login}").json()
    with plain_http.client(sandgram.url, follow_redirects=True) as browser:
        browser.cookies.set("auth_token", made["auth_token"])
        browser.cookies.set("ct0", made["ct0"])
        page = browser.get(url)
        assert page.status_code == 200, page.text
        form = dict(re.findall(r'type="hidden" [^>]*?name="([^"]+)" value="([^"]*)"', page.text))
        back = browser.post("/web/authorise", data=form, follow_redirects=False)
    return back.headers["location"]


def complete(caller: TestClient, **given: Any) -> Any:
    return caller.post("/api/networks/x/grants/complete", json=given)


class TestConsent:
    def test_the_owners_consent_becomes_tokens_that_open(
        self, caller: TestClient, account: Account, sandgram: RunningSandgram, runtime: Runtime
    ) -> None:
        asked = invited(caller, account)
        query = dict(parse_qsl(urlsplit(asked["url"]).query))
        assert "offline.access" in query["scope"].split()
        assert "follows.write" not in query["scope"].split()
        before = on_x.grant_of(runtime, account).generation

        back = allowed(sandgram, asked["url"], account.login)
        answer = complete(caller, address=back)

        assert answer.status_code == 200, answer.text
        assert answer.json()["account_no"] == account.account_no
        grant = on_x.grant_of(runtime, account)
        assert (grant.state, grant.generation) == (GrantState.ready, before + 1)
        assert "networks.authorised" in caller.get("/api/audit").text

    def test_the_code_is_good_once(
        self, caller: TestClient, account: Account, sandgram: RunningSandgram
    ) -> None:
        back = allowed(sandgram, invited(caller, account)["url"], account.login)
        found = dict(parse_qsl(urlsplit(back).query))
        assert complete(caller, code=found["code"], state=found["state"]).status_code == 200
        again = complete(caller, address=back)
        assert (again.status_code, again.json()["code"]) == (409, "consent_refused")
        assert found["code"] not in again.text

    def test_another_accounts_consent_is_not_stored_for_this_one(
        self, caller: TestClient, account: Account, sandgram: RunningSandgram, runtime: Runtime
    ) -> None:
        other = on_x.add_account(runtime, sandgram)
        before = on_x.grant_of(runtime, account).generation
        answer = complete(
            caller, address=allowed(sandgram, invited(caller, account)["url"], other.login)
        )
        assert answer.status_code == 409
        assert f"@{other.login}" in answer.json()["detail"]
        assert on_x.grant_of(runtime, account).generation == before

    def test_what_is_not_ours_or_too_old_is_refused(
        self,
        caller: TestClient,
        account: Account,
        sandgram: RunningSandgram,
        clock: ManualClock,
    ) -> None:
        back = allowed(sandgram, invited(caller, account)["url"], account.login)
        found = dict(parse_qsl(urlsplit(back).query))
        forged = complete(caller, code=found["code"], state=f"x{found['state']}")
        assert (forged.status_code, forged.json()["errors"][0]["loc"]) == (422, ["state"])
        assert complete(caller, address=f"{BACK}?error=access_denied").status_code == 422
        assert complete(caller).status_code == 422
        clock.sleep(901)
        old = complete(caller, address=back)
        assert (old.status_code, "quarter of an hour" in old.text) == (422, True)

    def test_another_app_gets_no_code_of_the_owners(
        self, caller: TestClient, account: Account, sandgram: RunningSandgram, runtime: Runtime
    ) -> None:
        back = allowed(sandgram, invited(caller, account)["url"], account.login)
        on_x.connect(runtime, client_id="another-app")
        sandgram.control.delete("/oracle/calls")
        answer = complete(caller, address=back)
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["state"])
        assert sandgram.control.get("/oracle/calls", params={"surface": "x"}).json()["items"] == []

    def test_a_network_that_is_not_connected_invites_nobody(
        self, caller: TestClient, account: Account, runtime: Runtime
    ) -> None:
        on_x.disconnect(runtime)
        path = f"/api/networks/x/grants/{account.id}/invitation"
        assert caller.get(path).status_code == 409
