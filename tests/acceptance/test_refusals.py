"""One refusal of each status, in the envelope of its path."""

from __future__ import annotations

import httpx2
import pytest

from tests.acceptance.envelopes import problem, refused
from tests.acceptance.product import Product

pytestmark = [pytest.mark.slow]


@pytest.fixture
def http(product: Product) -> httpx2.Client:
    return product.http


class TestRefusals:
    def test_a_request_from_behind_a_proxy_has_to_say_who_it_is(self, http: httpx2.Client) -> None:
        forwarded = {"X-Forwarded-For": "203.0.113.7"}
        refused(http.get("/accounts", headers=forwarded), 401, code="unauthenticated")
        problem(http.get("/api/accounts", headers=forwarded), 401)

    def test_a_token_may_do_no_more_than_its_scopes(self, http: httpx2.Client) -> None:
        made = http.post(
            "/api/tokens", json={"name": "reader", "role": "viewer", "scopes": ["accounts:read"]}
        ).json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        assert http.get("/accounts", headers=bearer).status_code == 200
        refused(
            http.post("/stop_session", json={"account": "test_account"}, headers=bearer),
            403,
            names="sessions:control",
        )
        problem(http.put("/api/settings", json={}, headers=bearer), 403, names="settings:write")
        refused(http.get("/accounts", headers={"Authorization": "Bearer rt_wrong"}), 401)

    def test_a_page_of_another_site_may_not_ask(self, http: httpx2.Client) -> None:
        answer = http.post(
            "/stop_session",
            json={"account": "test_account"},
            headers={"Origin": "http://evil.example"},
        )
        refused(answer, 403, code="foreign_origin")

    def test_another_host_name_is_not_ours(self, http: httpx2.Client) -> None:
        refused(
            http.get("/accounts", headers={"Host": "evil.example"}), 400, code="host_not_allowed"
        )

    def test_wrong_paths_methods_and_types(self, http: httpx2.Client) -> None:
        refused(http.get("/nothing_here"), 404, code="not_found")
        problem(http.get("/api/nothing_here"), 404)
        refused(http.delete("/start_session"), 405)
        problem(http.delete("/api/settings"), 405)
        refused(
            http.post(
                "/start_session", content="account=x", headers={"Content-Type": "text/plain"}
            ),
            415,
        )
        problem(http.put("/api/settings", content="x", headers={"Content-Type": "text/plain"}), 415)
        refused(http.post("/start_session", json={"account": 5}), 422, names="account")

    def test_guessing_the_setup_code_is_slowed_down(self, http: httpx2.Client) -> None:
        guess = {"code": "wrong", "username": "anna", "password": "a long enough passphrase"}
        answers = [http.post("/api/setup", json=guess) for _ in range(12)]
        assert {one.status_code for one in answers} <= {400, 401, 403, 429}
        last = problem(answers[-1], 429)
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert "anna" not in str(last)
