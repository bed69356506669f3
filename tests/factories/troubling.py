"""Fifty accounts of a running Sandgram, with every kind of trouble spread over them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.fixtures.sandgram import RunningSandgram

COUNT = 50


class End(NamedTuple):
    """How an account is to stand when everything has been tried."""

    health: str
    validation: str
    failure: str
    source: str


OK = End("ok", "completed", "ok", "network")
WRONG = End("error", "failed", "auth_expired", "network")
CHALLENGED = End("needs_human", "failed", "challenge", "network")
ENDS = {
    "fine": (8, OK),
    "through a proxy": (4, OK),
    "through a slow proxy": (1, OK),
    "authenticator": (5, OK),
    "no authenticator stored": (3, CHALLENGED),
    "wrong password": (5, WRONG),
    "locked": (5, End("locked", "failed", "account_locked", "network")),
    "suspended": (4, End("suspended", "failed", "account_suspended", "network")),
    "challenge": (3, CHALLENGED),
    "rate limited once": (3, OK),
    "5xx twice": (2, OK),
    "5xx for good": (1, End("error", "failed", "transient", "network")),
    "reset for good": (1, End("error", "failed", "transient", "network")),
    "proxy down": (2, End("error", "failed", "transient", "proxy")),
    "proxy refuses": (2, End("error", "failed", "permission", "proxy")),
    "proxy cannot get through": (1, End("error", "failed", "transient", "proxy")),
}
PROXY_OF = {
    "through a proxy": 1,
    "through a slow proxy": 2,
    "proxy down": 3,
    "proxy refuses": 4,
    "proxy cannot get through": 5,
}
STALE = {"authenticator", "no authenticator stored", "wrong password"}
"""Their cookies no longer open, so that the password is asked for."""


@dataclass
class Fleet:
    """The fifty, by login, with what is wrong with each."""

    rows: list[dict[str, str]]
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> set[str]:
        names = ("password", "email_password", "auth_token", "ct0", "two_fa", "proxy_password")
        return {row[name] for row in self.rows for name in names if len(row[name]) >= 8}

    def file(self) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.rows[0]))
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode()


def made(sandgram: RunningSandgram) -> Fleet:
    """An export of the running Sandgram, with the troubles spread over it."""
    exported = subprocess.run(
        [sys.executable, "-m", "sandgram", "accounts", "export", "--count", str(COUNT), "--server", sandgram.url, "-o", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(exported.stdout)))
    assert any(row["proxy_port"] for row in rows)
    by_factor: dict[str, list[dict[str, str]]] = {"totp": [], "code": [], "none": []}
    for row in rows:
        kind = "totp" if len(row["two_fa"]) > 16 else "code" if row["two_fa"] else "none"
        by_factor[kind].append(row)
    proxies = {one["number"]: one for one in sandgram.control.get("/proxies").json()["items"]}
    fleet = Fleet(rows)
    for trouble, (count, _) in ENDS.items():
        for _ in range(count):
            row = _taken(by_factor, trouble)
            fleet.trouble[row["login"]] = trouble
            _spoil(row, trouble, proxies.get(PROXY_OF.get(trouble, 0)))
    assert len(fleet.trouble) == COUNT
    return fleet


def _taken(by_factor: dict[str, list[dict[str, str]]], trouble: str) -> dict[str, str]:
    if "authenticator" in trouble:
        return by_factor["totp"].pop()
    order = ("none", "totp") if trouble in STALE else ("code", "totp", "none")
    return next(by_factor[kind].pop() for kind in order if by_factor[kind])


def _spoil(row: dict[str, str], trouble: str, proxy: dict[str, Any] | None) -> None:
    row |= dict.fromkeys(("proxy_url", "proxy_port", "proxy_username", "proxy_password"), "")
    if proxy is not None:
        row["proxy_url"], row["proxy_port"] = f"http://{proxy['host']}", str(proxy["port"])
        row["proxy_username"], row["proxy_password"] = proxy["username"], proxy["password"]
    if trouble in STALE:
        row["ct0"] = "stale-" + row["ct0"][:20]
    if trouble == "wrong password":
        row["password"] = f"canary-wrong-{row['login']}"
    if trouble == "no authenticator stored":
        row["two_fa"] = ""


def begin_trouble(sandgram: RunningSandgram, fleet: Fleet) -> None:
    for number, trouble in ((2, "slow"), (3, "down"), (4, "refuse"), (5, "fail")):
        sandgram.trouble({"number": number}, trouble, seconds=0.2)
    faults: dict[str, dict[str, Any]] = {
        "rate limited once": {"kind": "rate_limit_429", "count": 1, "retry_after": 120},
        "5xx twice": {"kind": "server_error", "count": 2},
        "5xx for good": {"kind": "server_error"},
        "reset for good": {"kind": "reset"},
    }
    for login, trouble in fleet.trouble.items():
        if trouble in {"locked", "suspended", "challenge"}:
            changed = sandgram.control.patch(f"/accounts/{login}", json={"status": trouble})
            assert changed.status_code == 200
        elif trouble in faults:
            sandgram.fault(account=login, **faults[trouble])
