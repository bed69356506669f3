"""How Sandgram says no where it imitates nobody."""

from __future__ import annotations

import httpx2


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
