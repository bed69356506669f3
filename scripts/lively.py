"""A demo with something to show: sessions, skips, an unknown outcome, a cooldown, an inbox, a pause, tasks."""

from __future__ import annotations

import time
from typing import Any

from tests.acceptance.product import IDLE_LOGINS, Product

_PLAN = {
    "blogger-followers": ["harbour_lights", "tidepool_diary"],
    "working-hours": ["00.00-23.59"],
    "likes-percentage": 100,
    "likes-count": "1-2",
    "follow-percentage": 40,
    "stories-percentage": 60,
    "stories-count": "1",
}
_QUIET = {"likes-percentage": 0, "stories-percentage": 100}
_WATCHED = (
    ("influencer", "instagram"),
    ("influencer", "harbour_lights"),
    ("influencer", "tidepool_diary"),
    ("post", "CxYQJO8xuC6"),
)
_LABELS = (("north", 0, 5), ("winter", 3, 8))


def make_lively(product: Product, *, seconds: float) -> None:
    """What is ordered here goes on by itself; after `seconds` much of it has happened."""
    until = time.monotonic() + seconds
    for kind, subject in _WATCHED:
        _post(product, "/api/monitors", {"kind": kind, "subject": subject, "interval": "30s"})
    accounts = product.http.get("/api/accounts", params={"limit": 50}).json()["items"]
    idle = [one for one in accounts if one["login"] not in IDLE_LOGINS]
    for label, first, last in _LABELS:
        ids = [one["id"] for one in accounts[first:last]]
        _post(product, "/api/accounts/bulk", {"action": "label", "labels": [label], "ids": ids})
    blocked, lost, others = idle[0]["login"], idle[1]["login"], [one["login"] for one in idle[2:6]]
    with product.sandgram() as control:
        for fault in (
            {"kind": "action_block", "action": "like", "account": blocked, "count": 1, "after": 4},
            {"kind": "reset_after", "action": "view", "account": lost, "count": 2, "after": 2},
            {
                "kind": "rate_limit_429",
                "action": "like",
                "account": others[1],
                "count": 1,
                "after": 6,
            },
            {"kind": "private", "action": "like", "account": others[0], "count": 2},
        ):
            control.post("/faults", json=fault)
    for login in (blocked, lost, *others):
        _activate(product, next(one for one in idle if one["login"] == login))
        plan = {**_PLAN, **(_QUIET if login == lost else {})}
        product.http.put(f"/account_config/{login}", json={"set": plan})
        product.http.post("/start_session", json={"account": login})
    reason = "its owner is on holiday"
    _post(product, "/api/pause", {"scope": "account", "name": idle[7]["login"], "reason": reason})
    checks = {"type": "check_proxy", "name": "all exits", "tasks": [{"params": {"proxy": 1}}] * 340}
    _post(product, "/api/batches", checks)
    contact = {"handle": "quiet_harbour", "reason": "asked to be left alone"}
    _post(product, "/api/do-not-contact", contact)
    channel = {"name": "operations", "url": "json://127.0.0.1:9/alerts"}
    _post(product, "/api/alerts/channels", channel)
    _name_proxies(product)
    _bring_back(product, {one["login"]: one["id"] for one in accounts})
    # Who is at work or paused waits for the validation, and the queue says so.
    _post(product, "/api/accounts/bulk", {"action": "validate", "filter": {}})
    # The last one has ended by the time the pictures are taken, so that the history has it.
    time.sleep(max(0.0, (until - time.monotonic()) / 2))
    product.http.post("/stop_session", json={"account": others[-1]})
    # By now the pools of the demo are full.
    _warm_up(product)
    time.sleep(max(0.0, until - time.monotonic()))


def _name_proxies(product: Product) -> None:
    """Two ports of one operator, and one of another that does not answer."""
    for proxy in product.http.get("/api/proxies").json()["items"]:
        change = {"name": f"harbour {proxy['id']}", "pool": "harbour", "max_accounts": 5}
        product.http.patch(f"/api/proxies/{proxy['id']}", json=change)
    spare = {"host": "127.0.0.1", "port": 9, "name": "spare", "pool": "spare"}
    _post(product, "/api/proxies", spare)
    _post(product, "/api/proxies/check", {"filter": {}})


def _bring_back(product: Product, ids: dict[str, int]) -> None:
    """One account that a person must let out of a puzzle, and one whose mailbox holds the code."""
    for login, trouble in (("quecreate", "challenge"), ("test_account", "email_code")):
        with product.sandgram() as control:
            control.patch(f"/accounts/{login}", json={"status": trouble})
        _post(product, "/api/accounts/bulk", {"action": "recover", "ids": [ids[login]]})


def _warm_up(product: Product) -> None:
    """One account has its picture and waits for its bio, one needs a person, and one is worked on."""
    token = product.http.post("/api/bots", json={"name": "bot-1"}).json()["token"]
    rows = product.http.get("/api/warmup", params={"lifecycle": "ready"}).json()["items"]
    done, wrong, busy = [row["account_id"] for row in rows if row["persona"] is not None][:3]
    headers = {"Authorization": f"Bearer {token}"}
    for account_id in (done, wrong, busy):
        _post(product, f"/api/warmup/{account_id}/start", {})
        product.http.get(f"/api/bot/accounts/{account_id}/content/pfp", headers=headers)
    refused = {"phase": "pfp", "error": "the picture is too small", "retryable": False}
    for account_id, call, body in (
        (done, "complete-phase/pfp", {"execution_time_ms": 4200, "success_score": 92}),
        (wrong, "report-error", refused),
        (busy, "start-phase/pfp", {}),
    ):
        path = f"/api/bot/accounts/{account_id}/{call}"
        product.http.post(path, json=body, headers=headers)


def _activate(product: Product, account: dict[str, Any]) -> None:
    if account["lifecycle"] != "active":
        change = {"lifecycle": "active", "reason": "it was taken over"}
        product.http.patch(f"/api/accounts/{account['id']}", json=change)


def _post(product: Product, path: str, body: dict[str, Any]) -> None:
    product.http.post(path, json=body)
