"""Apprise's services, through a process that lives as long as the messages it is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from retinue.drivers.messengers.protocol import Message

_STARTING_SECONDS = 20.0
_SECONDS_EACH = 10.0
_NO_ANSWER = "The service did not answer in time."
_FAILED = "The message could not be sent: the process that sends ended early."
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_FOR_A_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class AppriseMessenger:
    """`may_leave` lets the ways out count that the environment names; else nothing but this machine is reached."""

    def __init__(self, *, may_leave: bool, seconds_each: float = _SECONDS_EACH) -> None:
        self._names = _KEPT + _FOR_A_PROXY if may_leave else _KEPT
        self._seconds_each = seconds_each

    def send(self, messages: Sequence[Message]) -> list[str | None]:
        if not messages:
            return []
        lines = [
            json.dumps({"url": m.url, "title": m.title, "body": m.body, "tone": m.tone.value})
            for m in messages
        ]
        allowed = _STARTING_SECONDS + self._seconds_each * len(messages)
        environment = {name: os.environ[name] for name in self._names if name in os.environ}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "retinue.drivers.messengers.postman"],
                input="\n".join(lines) + "\n",
                capture_output=True,
                check=False,
                timeout=allowed,
                text=True,
                env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            said, rest = done.stdout, _FAILED
        except subprocess.TimeoutExpired as late:
            said = bytes(late.stdout or b"").decode()
            rest = _NO_ANSWER
        answers = [json.loads(line) for line in said.splitlines() if line.startswith(('"', "null"))]
        return [*answers, *[rest] * len(messages)][: len(messages)]
