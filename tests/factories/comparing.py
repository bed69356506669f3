"""Numbers that were read, held against what Sandgram knows to have been true."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx2

_BETWEEN_CLOCKS = timedelta(milliseconds=100)


def subjects(control: httpx2.Client, kind: str, number: int) -> list[str]:
    answer = control.get("/oracle/subjects", params={"kind": kind, "limit": number})
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["items"]
    return found


def check(
    control: httpx2.Client, asked: dict[str, Any], told: dict[str, int | None], at: datetime
) -> None:
    """What was told was true at one of the moments at which Sandgram answered the call, however late it arrived."""
    (subject,) = asked.values()
    calls = control.get("/oracle/calls/recent", params={"subject": subject, "limit": 20_000})
    assert calls.status_code == 200, calls.text
    moments = [datetime.fromisoformat(one["wall"]) for one in calls.json()["items"]]
    answered = max(one for one in moments if one <= at + _BETWEEN_CLOCKS)
    around = [(answered + timedelta(seconds=n / 10)).isoformat() for n in range(-6, 2)]
    answer = control.get("/oracle/metrics", params={**asked, "wall": around})
    assert answer.status_code == 200, answer.text
    for name, value in told.items():
        true = [one[name] for one in answer.json()["items"] if one[name] is not None]
        if value is not None and true:
            assert min(true) <= value <= max(true), (asked, name, value, true)
