"""Planted secrets go in by every door; afterwards they are looked for wherever something can be read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from retinue.foundation.redaction import spellings
from tests.acceptance.product import Product, run, start
from tests.factories.importing import file_of, row
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

# Not a secret, and kept where secrets are kept: the search must find it, or it proves nothing.
PLAIN = "Plainly Visible Persona"


@dataclass
class Planting:
    """Makes secrets that no other text contains, and remembers them."""

    made: list[str] = field(default_factory=list)

    def secret(self, kind: str) -> str:
        number = len(self.made)
        self.made.append(f'Kanari{number:02d} {kind}/é+"&{number * 7919:05d}')
        return self.made[-1]

    def simple(self, kind: str) -> str:
        """For places that take no spaces."""
        self.made.append(f"kanari{len(self.made):02d}{kind}x{len(self.made) * 7919:05d}")
        return self.made[-1]

    def totp(self) -> str:
        number = len(self.made)
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        self.made.append(
            "KANARI" + letters[number % 32] * 4 + "QRSTUVWX" + letters[number // 32] * 2
        )
        return self.made[-1]

    def row(self, number: int, **cells: str) -> dict[str, str]:
        return row(
            number,
            account_no=f"CANARY{number:03d}",
            login=f"canary_{number}",
            password=self.secret("password"),
            email_password=self.secret("mail"),
            auth_token=self.simple("auth"),
            ct0=self.simple("csrf"),
            two_fa=self.totp() if number % 2 else self.simple("code")[:12],
            **cells,
        )


@dataclass
class Evidence:
    planted: Planting
    readable: dict[str, bytes] = field(default_factory=dict)

    def add(self, place: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.readable[place] = self.readable.get(place, b"") + b"\n" + raw

    def where(self, *wanted: str) -> dict[str, list[str]]:
        """Each of the values that is found in any spelling, with the places."""
        found: dict[str, list[str]] = {}
        for value in wanted:
            forms = [form.encode("utf-8", "surrogatepass") for form in spellings(value)]
            places = [
                place
                for place, text in self.readable.items()
                if any(form in text for form in forms)
            ]
            if places:
                found[value] = places
        return found


def record(evidence: Evidence) -> Any:
    def hook(answer: httpx2.Response) -> None:
        answer.read()
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        evidence.add("HTTP answers", headers.encode() + answer.content)

    return hook


def look_at_processes(product: Product, evidence: Evidence) -> None:
    for process in product.processes():
        with contextlib.suppress(psutil.Error, OSError):
            evidence.add("arguments", Path(f"/proc/{process.pid}/cmdline").read_bytes())
            evidence.add("environment", Path(f"/proc/{process.pid}/environ").read_bytes())


def look_at_files(directory: Path, evidence: Evidence) -> None:
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError):
                evidence.add(str(path.relative_to(directory)), path.read_bytes())


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
        product.wait_for_status(login, "failed")
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
