"""One call for each kind of thing that can be made over HTTP, for tests that ask all routes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from starlette.testclient import TestClient

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.foundation.runtime import Runtime
from tests.factories.importing import file_of, row

PASSWORD = "a long enough password"


@dataclass
class Scene:
    """What the steps so far have made, and a caller who may do everything."""

    local: TestClient
    runtime: Runtime
    code: str
    made: dict[str, Any] = field(default_factory=dict)


Step = Callable[[Scene], Any]


def persona(scene: Scene) -> Any:
    answer = scene.local.post("/api/personas", json={"name": "Luna"})
    scene.made["persona"] = answer.json().get("id", answer.text)
    return answer


def content(scene: Scene) -> Any:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    answer = scene.local.post(
        "/api/content", data={"persona": "Lu"}, files={"file": ("a.png", picture.getvalue())}
    )
    scene.made["content"] = answer.json().get("id", answer.text)
    return answer


def bulk(scene: Scene) -> Any:
    wanted = {"action": "archive", "ids": [scene.made["content"]]}
    return scene.local.post("/api/content/bulk", json=wanted)


def bulk_upload(scene: Scene) -> Any:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    files = {"file": ("a.png", picture.getvalue())}
    return scene.local.post(
        "/api/content/bulk-upload", data={"persona": "Lu", "dry_run": "true"}, files=files
    )


def text(scene: Scene) -> Any:
    wanted = {"persona": "Lu", "kind": "bio", "text": "Hello"}
    answer = scene.local.post("/api/texts", json=wanted)
    scene.made["text"] = answer.json().get("id", answer.text)
    return answer


def proxy(scene: Scene) -> Any:
    answer = scene.local.post(
        "/api/proxies",
        json={"host": "proxy.example.com", "port": 8080, "username": "u", "pool": "berlin"},
    )
    scene.made["proxy"] = answer.json().get("id", answer.text)
    return answer


def grant(scene: Scene) -> Any:
    with scene.runtime.database.writing() as db:
        wanted, now = AccountCreate(login="on_x", network="x"), scene.runtime.clock.now()
        added = accounts.add(db, scene.runtime.sealer, wanted, actor="a test", now=now)
        scene.made["on_x"] = added.id
    path = f"/api/networks/x/grants/{scene.made['on_x']}"
    return scene.local.put(path, json={"refresh_token": "a-refresh-token"})


def account(scene: Scene) -> Any:
    answer = scene.local.post("/accounts", json={"account": "luna"})
    found = scene.local.get("/api/accounts").json()["items"]
    scene.made["account"] = found[0]["id"]
    return answer


def plan(scene: Scene) -> Any:
    for percent in (70, 71):
        answer = scene.local.put(
            "/account_config/luna", json={"set": {"likes-percentage": percent}}
        )
    return answer


def account_import(scene: Scene) -> Any:
    file = {"file": ("a.csv", file_of(row(login="mia")), "text/csv")}
    return scene.local.post("/api/accounts/import", files=file)


def dnc(scene: Scene) -> Any:
    answer = scene.local.post("/api/do-not-contact", json={"handle": "otter", "reason": "asked"})
    scene.made["entry"] = answer.json().get("id", answer.text)
    return answer


def dnc_import(scene: Scene) -> Any:
    file = {"file": ("a.csv", b"handle,reason\nseal,asked\n", "text/csv")}
    return scene.local.post("/api/do-not-contact/import", files=file, data={"reason": "asked"})


def alert_channel(scene: Scene) -> Any:
    wanted = {"name": "here", "url": "json://127.0.0.1:9/x"}
    answer = scene.local.post("/api/alerts/channels", json=wanted)
    scene.made["channel"] = answer.json().get("id", answer.text)
    return answer


V1 = "/api/v1/instagram"


def monitor(scene: Scene) -> Any:
    wanted = {"kind": "influencer", "subject": "otter", "interval": "1h"}
    answer = scene.local.post("/api/monitors", json=wanted)
    scene.made["monitor"] = answer.json().get("id", answer.text)
    return answer


def person_monitor(scene: Scene) -> Any:
    wanted = {"username": "heron", "interval": "1h"}
    answer = scene.local.post(f"{V1}/influencer_monitor/create_monitor_task", json=wanted)
    scene.made["person"] = answer.json()["data"]["task_id"]
    return answer


def post_monitor(scene: Scene) -> Any:
    wanted = {"post_url": "CxYQJO8xuC6", "interval": "1h"}
    answer = scene.local.post(f"{V1}/post_monitor/create_monitor_task", json=wanted)
    scene.made["post"] = answer.json()["data"]["task_id"]
    return answer


def stop(scene: Scene, kind: str, name: str) -> Any:
    path = f"{V1}/{kind}_monitor/stop_tasks"
    return scene.local.post(path, json={"task_ids": [scene.made[name]]})


def token(scene: Scene) -> Any:
    answer = scene.local.post("/api/tokens", json={"name": "ci", "role": "viewer"})
    scene.made["token"] = answer.json().get("id", answer.text)
    return answer


def set_up(scene: Scene) -> Any:
    body = {"code": scene.code, "username": "anna", "password": PASSWORD}
    return scene.local.post("/api/setup", json=body)


def log_in(scene: Scene, password: str = PASSWORD) -> Any:
    answer = scene.local.post("/api/login", json={"username": "anna", "password": password})
    scene.local.headers["X-CSRF-Token"] = scene.local.get("/api/me").json()["csrf_token"]
    return answer


def log_out(scene: Scene) -> Any:
    # A new password has ended every log-in.
    log_in(scene, PASSWORD + "!")
    return scene.local.delete("/api/login")


def operator(scene: Scene) -> Any:
    body = {"username": "ben", "password": PASSWORD, "role": "viewer"}
    answer = scene.local.post("/api/operators", json=body)
    scene.made["operator"] = answer.json().get("id", answer.text)
    return answer


def send(method: str, path: str, **more: Any) -> Step:
    return lambda scene: scene.local.request(method, path.format(**scene.made), **more)


def task(scene: Scene) -> Any:
    wanted = {"type": "validate_account", "account": "luna"}
    answer = scene.local.post("/api/tasks", json=wanted)
    scene.made["task"] = answer.json().get("id", answer.text)
    return answer


def batch(scene: Scene) -> Any:
    wanted = {"type": "validate_account", "tasks": [{"account": "luna"}]}
    answer = scene.local.post("/api/batches", json=wanted)
    scene.made["batch"] = answer.json().get("id", answer.text)
    return answer
