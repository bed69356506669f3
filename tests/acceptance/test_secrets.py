"""Planted secrets go in by every door; afterwards they are looked for wherever something can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.acceptance.planting import (
    Evidence,
    Planting,
    look_at_files,
    look_at_processes,
    record,
)
from tests.acceptance.product import Product, run, start
from tests.factories.importing import file_of, row
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

# Not a secret, and kept where secrets are kept: the search must find it, or it proves nothing.
PLAIN = "Plainly Visible Persona"


def send(http: httpx2.Client, content: bytes, **params: str) -> dict[str, Any]:
    answer = http.post(
        "/api/accounts/import", params=params, files={"file": ("accounts.csv", content, "text/csv")}
    )
    assert answer.status_code in {200, 202, 422}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bring_them_in(http: httpx2.Client, plant: Planting) -> None:
    dead = {"proxy_url": "http://127.0.0.1", "proxy_port": "9", "proxy_username": "someone"}
    good = [
        plant.row(1, persona=PLAIN),
        plant.row(2, **dead, proxy_password=plant.secret("proxy")),
        *(plant.row(number) for number in range(3, 9)),
    ]
    # Wrong in every column; and a row whose cells have slipped, so that secrets stand where names belong.
    wrong = [
        {**plant.row(20), "email": plant.secret("noemail")},
        {**plant.row(21), "login": plant.secret("nologin")},
        {
            **plant.row(22),
            "account_no": plant.secret("nonumber"),
            "timezone": plant.secret("nozone"),
        },
        {**plant.row(23), "proxy_url": f"http://u:{plant.simple('userinfo')}@127.0.0.1:99999"},
    ]
    slipped = file_of(plant.row(24)) + f"a,{plant.simple('slipped')},b\n".encode()
    assert send(http, file_of(*good, *wrong), dry_run="true")["counts"]["error"] == 4
    send(http, file_of(*good, *wrong))
    send(http, slipped)
    send(http, b'account_no,login\n"' + plant.simple("unclosed").encode())
    assert send(http, file_of(*good))["counts"]["create"] == len(good)
    assert send(http, file_of(*good))["counts"]["unchanged"] == len(good)

    # Above a megabyte the file itself is kept until the work behind is done.
    crowd = [row(number, user_agent="Agent " * 60) for number in range(1000, 3500)]
    many = send(
        http,
        file_of(*crowd, plant.row(30), {**plant.row(31), "email": plant.simple("late")}),
        mode="valid_rows",
    )
    until(
        lambda: http.get(f"/api/accounts/imports/{many['import_id']}").json()["state"] == "completed",
        "the large import", seconds=60,
    )  # fmt: skip
    for part in ("", "/rows", "/failed-rows.csv"):
        http.get(f"/api/accounts/imports/{many['import_id']}{part}")


def read_and_provoke(http: httpx2.Client, plant: Planting) -> None:
    rows = http.get("/api/accounts", params={"search": "canary_", "limit": 100}).json()["items"]
    assert len(rows) >= 9
    one = rows[0]["id"]
    http.get(f"/api/accounts/{one}")
    for path in (
        "/accounts",
        "/api/proxies",
        "/api/personas",
        "/api/accounts/states",
        "/api/audit",
        "/config",
    ):
        http.get(path)
    assert (
        http.patch(f"/api/accounts/{one}", json={"password": plant.secret("patch")}).status_code
        == 422
    )
    assert http.patch(f"/api/accounts/{one}", json={"labels": ["x"]}).status_code == 200
    proxy = {"host": "127.0.0.1", "port": 9, "password": plant.secret("proxy")}
    assert http.post("/api/proxies", json=proxy).status_code == 201
    assert (
        http.post("/api/proxies", json={**proxy, "port": plant.secret("port")}).status_code == 422
    )
    for body in (
        {"account": {"password": plant.secret("nested")}},
        {"account": "x", "token": plant.simple("extra")},
    ):
        assert http.post("/start_session", json=body).status_code == 422
    broken = f'{{"password": "{plant.simple("broken")}", '
    assert (
        http.post(
            "/start_session", content=broken, headers={"Content-Type": "application/json"}
        ).status_code
        == 422
    )
    assert (
        http.post(
            "/api/login", json={"username": "anna", "password": plant.secret("login")}
        ).status_code
        == 401
    )
    assert (
        http.get(
            "/accounts", headers={"Authorization": f"Bearer rt_{plant.simple('bearer')}"}
        ).status_code
        == 401
    )


def let_it_fail(product: Product, http: httpx2.Client, evidence: Evidence) -> None:
    for login in ("canary_1", "canary_2"):
        (found,) = http.get("/api/accounts", params={"search": login, "limit": 1}).json()["items"]
        change = {"lifecycle": "active", "reason": "a test"}
        assert http.patch(f"/api/accounts/{found['id']}", json=change).status_code == 200
        plan = {"set": {"blogger-followers": ["harbour_lights"]}}
        assert http.put(f"/account_config/{login}", json=plan).status_code == 200
        started = http.post("/start_session", json={"account": login})
        look_at_processes(product, evidence)
        assert started.status_code == 200, started.text
        if login == "canary_1":
            product.wait_for_status(login, "failed")
        else:
            # Its proxy is down: it would wait for that.
            until(
                lambda: "Proxy" in str(product.session_of("canary_2")["last_error"]), "its reason"
            )
            assert http.post("/stop_session", json={"account": login}).status_code == 200
        assert product.session_of(login)["last_error"]
        http.get("/session_status", params={"account": login})
        http.get("/api/accounts/states", params={"limit": 1000})
    with product.sandgram() as control:
        control.post("/faults", json={"kind": "html", "status": 500})
        assert http.post("/test_interaction", json={"type": "like"}).status_code >= 500
        control.delete("/faults")


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    place = tmp_path_factory.mktemp("secrets")
    scratch = place / "scratch"
    scratch.mkdir()
    found = Evidence(Planting())
    product = start(place / "data", variables={"TMPDIR": str(scratch)})
    try:
        product.http.event_hooks = {"response": [record(found)]}
        bring_them_in(product.http, found.planted)
        read_and_provoke(product.http, found.planted)
        let_it_fail(product, product.http, found)
        shown = run("--data-dir", str(product.data_dir), "accounts", "list", "--json")
        found.add("command line", shown.stdout + shown.stderr)
        for name in ("events", "audit_entries"):
            found.add(
                f"table {name}", json.dumps(product.rows(f"SELECT * FROM {name}"), default=repr)
            )
        # While it runs, because some files live only as long; and once more when all is written.
        look_at_files(place, found)
        product.interrupt()
        look_at_files(place, found)
        yield found
    finally:
        product.end()


class TestPlantedSecrets:
    def test_none_is_found_anywhere_by_a_search_that_finds_what_is_there(
        self, evidence: Evidence
    ) -> None:
        assert len(evidence.planted.made) >= 40
        assert evidence.where(*evidence.planted.made) == {}

        places = evidence.where(PLAIN)[PLAIN]
        assert "HTTP answers" in places
        assert any("retinue.db" in place for place in places)

        searched = evidence.readable
        assert {
            "HTTP answers", "arguments", "environment", "command line", "table events",
        } <= set(searched)  # fmt: skip
        for ending in ("server.log", "canary_1.log", ".err", "retinue.db-wal"):
            assert any(place.endswith(ending) for place in searched), ending
        assert b"session_process" in searched["arguments"]
