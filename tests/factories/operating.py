"""All that an operator does with secrets, under the eyes of whoever looks for them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.acceptance.planting import Evidence, Planting
from tests.acceptance.product import COMMAND, Product, environment
from tests.acceptance.watching import Watcher
from tests.factories.importing import file_of
from tests.factories.staging import until

PLAIN = "Plainly Visible Persona"
TROUBLES = (
    "none",
    "none",
    "email_code",
    "challenge",
    "locked",
    "suspended",
    "wrong",
    "none",
    "down",
)
SECONDS = 240.0
_SETTLED = {"person", "proxy", "retry", "upkeep"}


@dataclass
class Stage:
    product: Product
    evidence: Evidence
    watcher: Watcher
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    @property
    def http(self) -> httpx2.Client:
        return self.product.http

    @property
    def planted(self) -> Planting:
        return self.evidence.planted

    def know(self, *values: str | None) -> None:
        known = set(self.planted.made)
        self.planted.made += [one for one in values if one and one not in known]

    def post(self, path: str, body: Any, *codes: int) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code in (codes or (200, 201, 202)), f"{path}: {answer.text}"
        return answer.json() if answer.content else None

    def command(self, *arguments: str, said: str = "", is_shown: bool = True, code: int = 0) -> str:
        """A command of its own, with what it is told on stdin; it is watched while it runs."""
        process = subprocess.Popen(
            [*COMMAND, "--data-dir", str(self.product.data_dir), *arguments],
            env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.watcher.extra.append(process.pid)
        out, err = process.communicate(said, timeout=120)
        assert process.returncode == code, err
        self.evidence.add("command line", (out if is_shown else "") + err)
        return out

    def settle(self, *batch_ids: str) -> None:
        """Until nothing of these runs any more, or could without a person, a proxy or a wait."""

        def is_settled() -> bool:
            for one in batch_ids:
                found = self.http.get("/api/tasks", params={"batch_id": one, "limit": 100}).json()
                for task in found["items"]:
                    is_open = task["status"] in {"pending", "running"}
                    if is_open and task["waiting_for"] not in _SETTLED:
                        return False
            return True

        until(is_settled, f"the batches {batch_ids}", seconds=SECONDS)

    def ask(self, action: str, *logins: str) -> None:
        ids = [self.ids[one] for one in logins or self.ids]
        body = {"action": action, "ids": ids, "reason": "show"}
        found = self.post("/api/accounts/bulk", body)
        self.settle(*found["batch_ids"])


def bring_in(stage: Stage) -> None:
    """Accounts of the network with all that opens them, half of them behind proxies with passwords."""
    rows = []
    with stage.product.sandgram() as control:
        ways = [control.post("/proxies").json() for _ in range(3)]
        for number, trouble in enumerate(TROUBLES):
            made = control.post("/accounts", json={"login": f"canary_{number}"}).json()
            login = made["login"]
            codes = []
            if trouble == "none" and number:
                answer = control.post(f"/accounts/{login}/backup-codes", json={"count": 3})
                codes = answer.json()["items"]
            password = stage.planted.simple("wrong") if trouble == "wrong" else made["password"]
            cells = {
                "account_no": f"CANARY{number}",
                "login": login,
                "password": password,
                "email": made["email"],
                "email_password": made["email_password"],
                "auth_token": made["auth_token"],
                "ct0": made["ct0"],
                "two_fa": made["totp_secret"] or made["backup_code"] or "",
                "backup_codes": json.dumps(codes) if codes else "",
                "persona": PLAIN,
            }
            if number % 2 == 0:
                way = ways[number // 2 % 3]
                cells |= {
                    "proxy_url": f"http://{way['host']}",
                    "proxy_port": str(way["port"]),
                    "proxy_username": way["username"],
                    "proxy_password": way["password"],
                }
                stage.know(way["password"])
            stage.know(
                *(made[name] for name in ("password", "email_password", "auth_token", "ct0")),
                made["totp_secret"],
            )
            stage.codes += [*codes, made["backup_code"] or ""]
            stage.made[login] = {**made, "trouble": trouble}
            rows.append(cells)
            # Its cookies are over: everything begins with the password.
            control.delete(f"/accounts/{login}/cookies")
            if trouble in {"email_code", "challenge", "locked", "suspended"}:
                control.patch(f"/accounts/{login}", json={"status": trouble})
        control.patch(f"/proxies/{ways[1]['number']}", json={"trouble": "down"})
    files = {"file": ("accounts.csv", file_of(*rows), "text/csv")}
    answer = stage.http.post("/api/accounts/import", files=files)
    assert answer.json()["counts"]["create"] == len(TROUBLES), answer.text
    found = stage.http.get("/api/accounts", params={"search": "canary_", "limit": 100}).json()
    stage.ids = {row["login"]: row["id"] for row in found["items"]}


def store_more(stage: Stage) -> None:
    """Secrets that belong to no account: proxies, channels, keys, the app and the tokens of a network."""
    plant, http = stage.planted, stage.http
    stage.command(
        "proxies", "add", "http://127.0.0.1:9", "--username", "me", said=plant.simple("way") + "\n"
    )
    body = {"host": "127.0.0.1", "port": 10, "password": plant.secret("way"), "pool": "here"}
    proxy = stage.post("/api/proxies", body)
    stage.post(f"/api/proxies/{proxy['id']}/check", {})
    http.patch(f"/api/proxies/{proxy['id']}", json={"password": plant.secret("changed")})
    url = f"json://127.0.0.1:9/{plant.simple('hook')}"
    channel = stage.post("/api/alerts/channels", {"name": "desk", "url": url})
    http.post(f"/api/alerts/channels/{channel['id']}/test")
    http.put("/api/monitors/sources/tikhub/key", json={"key": plant.simple("tikhub")})
    connect = {"reason": "show", "client_id": "an-app", "client_secret": plant.simple("app")}
    http.post("/api/networks/x/connect", json=connect)
    on_x = http.post("/accounts", json={"account": "canary_on_x", "network": "x"})
    assert on_x.status_code in {200, 201}, on_x.text
    found = http.get("/api/accounts", params={"search": "canary_on_x"}).json()["items"]
    tokens = {"access_token": plant.simple("access"), "refresh_token": plant.simple("refresh")}
    http.put(f"/api/networks/x/grants/{found[0]['id']}", json=tokens)
    task = {"type": "lookup_profile", "worker_account": "canary_on_x", "params": {"username": "a"}}
    http.post("/api/tasks", json=task)
    http.post("/api/proxies", json={"host": "x", "port": 1, "passwrod": plant.secret("typo")})
    http.post(
        f"/api/accounts/{found[0]['id']}/credentials/reveal", json={"reason": plant.simple("why")}
    )
    plant.made.pop()  # A reason is meant to be read.


def work(stage: Stage) -> None:
    """Everything that is done to keep accounts open, where it succeeds and where it does not."""
    stage.ask("validate")
    stage.ask("recover")
    stage.ask("refresh_cookies", "canary_0", "canary_1")
    with stage.product.sandgram() as control:
        control.post("/faults", json={"kind": "changed_ui", "times": 2})
        stage.ask("rotate", "canary_0")
        control.delete("/faults")
        control.post("/faults", json={"kind": "html", "status": 500, "surface": "web", "times": 3})
        stage.ask("refresh_cookies", "canary_7")
        control.delete("/faults")
        stage.ask("rotate", "canary_1", "canary_2", "canary_7")
        # Nobody is there to give the code.
        control.patch("/imap", json={"is_up": False})
        control.patch("/accounts/canary_7", json={"status": "email_code"})
        stage.ask("validate", "canary_7")
        control.patch("/imap", json={"is_up": True})
        for login in stage.made:
            mailed = control.get(f"/accounts/{login}/mailbox").json()["items"]
            stage.codes += [str(one["code"]) for one in mailed]


def let_out(stage: Stage, place: Path) -> None:
    """A new key, a token that may see secrets, a file under a passphrase, and back again."""
    phrase = stage.planted.secret("phrase")
    file = place / "accounts.retinue"
    stage.command("keys", "rotate-sealing", "--reason", "show")
    stage.command("keys", "status", "--json")
    stage.command("accounts", "export-secrets", str(file), "--reason", "show", said=f"{phrase}\n")
    # One of them lacks what an import asks for: the account that was added by its name alone.
    stage.command("accounts", "import", str(file), "--dry-run", said=f"{phrase}\n", code=5)
    wrong = subprocess.run(
        [*COMMAND, "--data-dir", str(stage.product.data_dir), "accounts", "import", str(file)],
        env=environment(), input=stage.planted.simple("guess"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert wrong.returncode == 2
    stage.evidence.add("command line", wrong.stdout + wrong.stderr)
    for login in (one for one in stage.ids if one.startswith("canary_")):
        told = stage.command(
            "accounts", "reveal", login, "--reason", "show", "--json", is_shown=False
        )
        for name, value in json.loads(told)["secrets"].items():
            if name.startswith("backup_codes"):
                continue
            if name.startswith("cookies"):
                cookies = json.loads(value)
                jar = cookies if isinstance(cookies, list) else cookies.get("cookies", [])
                secret = {"auth_token", "ct0"}
                stage.know(*(one["value"] for one in jar if one.get("name") in secret))
            else:
                stage.know(value)
    admin = json.loads(
        stage.command(
            "access", "tokens", "create", "show", "--role", "admin", "--json", is_shown=False
        )
    )["token"]
    stage.know(admin)
    wanted = {"reason": "show", "passphrase": phrase, "filter": {"search": "canary_"}}
    headers = {"Authorization": f"Bearer {admin}"}
    made = stage.http.post("/api/accounts/export", json=wanted, headers=headers)
    assert made.status_code == 200, made.text


def read_everything(stage: Stage) -> None:
    http = stage.http
    for path in (
        "/accounts", "/config", "/health", "/metrics", "/api/accounts", "/api/accounts/states",
        "/api/accounts/export", "/api/proxies", "/api/proxies/pools", "/api/proxies/changes",
        "/api/tasks?limit=1000", "/api/batches", "/api/queue", "/api/alerts", "/api/alerts/channels",
        "/api/inbox?limit=1000", "/api/evidence", "/api/networks", "/api/settings",
        "/api/audit?limit=1000", "/api/monitors/sources",
    ):  # fmt: skip
        http.get(path)
    for account_id in stage.ids.values():
        for part in ("", "/operations", "/credentials"):
            http.get(f"/api/accounts/{account_id}{part}")
    for item in http.get("/api/evidence", params={"limit": 1000}).json()["items"]:
        http.get(f"/api/evidence/{item['id']}/file")
    for proxy in http.get("/api/proxies").json()["items"]:
        http.get(f"/api/proxies/{proxy['id']}")
