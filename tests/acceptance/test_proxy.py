"""An account that is bound to a proxy goes through it, or nowhere."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.acceptance.product import Product
from tests.factories.importing import file_of, row
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]


def bring_in(product: Product, login: str, **cells: str) -> None:
    """An account that Sandgram knows, with credentials that would open it."""
    with product.sandgram() as control:
        made = control.post("/accounts", json={"login": login}).json()
    one = row(
        1, account_no=login, login=login, password=made["password"], auth_token=made["auth_token"],
        ct0=made["ct0"], two_fa=made["totp_secret"] or "", **cells,
    )  # fmt: skip
    answer = product.http.post(
        "/api/accounts/import", files={"file": ("one.csv", file_of(one), "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    (found,) = product.http.get("/api/accounts", params={"search": login}).json()["items"]
    change = {"lifecycle": "active", "reason": "a test"}
    assert product.http.patch(f"/api/accounts/{found['id']}", json=change).status_code == 200
    plan = {"set": {"blogger-followers": ["harbour_lights"], "working-hours": ["00.00-23.59"]}}
    assert product.http.put(f"/account_config/{login}", json=plan).status_code == 200
    # A session that is refused at once has an answer that says so; both ways are looked at by its status.
    product.http.post("/start_session", json={"account": login})


def logins(product: Product, login: str) -> list[dict[str, Any]]:
    with product.sandgram() as control:
        items: list[dict[str, Any]] = control.get(f"/accounts/{login}/logins").json()["items"]
    return items


def reason(product: Product, login: str) -> str:
    """What the session says of itself."""
    status = product.http.get("/session_status", params={"account": login}).json()
    return str(status["last_error"])


def alerts(product: Product) -> list[dict[str, Any]]:
    found = product.http.get("/api/alerts", params={"kind": "proxy_down", "state": "open"})
    items: list[dict[str, Any]] = found.json()["items"]
    return items


def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestDeadProxy:
    def test_the_network_never_sees_the_account_which_waits_and_one_alert_tells_of_each(
        self, product: Product
    ) -> None:
        schemes = ("http", "socks5")
        for scheme in schemes:
            bring_in(
                product, f"proxied_{scheme}", proxy_url=f"{scheme}://127.0.0.1",
                proxy_port=str(dead_port()), proxy_username="someone", proxy_password="a proxy's password",
            )  # fmt: skip

        for login in (f"proxied_{scheme}" for scheme in schemes):
            until(lambda login=login: "is down since" in reason(product, login), "its reason")  # type: ignore[misc]
            assert reason(product, login).startswith("waiting: Proxy ")
            assert logins(product, login) == []
        until(lambda: len(alerts(product)) == len(schemes), "an alert of each proxy")
        assert all(
            str(one["message"]).endswith("nothing goes another way.") for one in alerts(product)
        )
        for login in (f"proxied_{scheme}" for scheme in schemes):
            assert product.http.post("/stop_session", json={"account": login}).status_code == 200
            assert product.http.post("/start_session", json={"account": login}).status_code == 409
            assert logins(product, login) == []

    def test_without_a_proxy_it_does(self, product: Product) -> None:
        bring_in(product, "unproxied")
        until(lambda: bool(logins(product, "unproxied")), "its log-in")
        product.http.post("/stop_session", json={"account": "unproxied"})
