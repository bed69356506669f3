"""The owner of an account, who has let an app in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.fixtures.sandgram import Account

APP = ("sandgram-x-app", "sandgram-x-secret")


@dataclass
class Owner:
    """An account with the tokens that it has granted."""

    account: Account
    client: httpx2.Client
    access: str
    refresh: str

    def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.access}"}
        return self.client.request(method, f"/x{path}", headers=headers, **more)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def id_of(self, name: str) -> str:
        found: str = self.get(f"/2/users/by/username/{name}")["data"]["id"]
        return found


def token(me: Owner, app: tuple[str, str] | None = APP, **form: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", **form}
    return me.client.post("/x/2/oauth2/token", data=form, auth=app or ("", ""))
