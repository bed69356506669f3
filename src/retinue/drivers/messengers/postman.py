"""
The process that sends: messages come in by standard input, what became of each goes out by standard output.

The library loads 150 services (45 MB, two seconds) to use one of them, so it is loaded where it is gone
afterwards; there it can also be ended when a service never answers. It is told to keep nothing on
disk, to follow no redirect and to look for no services elsewhere.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import apprise

_STATUS = re.compile(r"\berror=(\d{3})\b")
_NOT_KNOWN = "The URL is not understood: its service is not known, or a part of it is missing."
_NOT_REACHED = "The service could not be reached, or did not answer in time."
_REFUSED = "The service has not taken it."


class _Overheard(logging.Handler):
    """What the library says of a failure, for its status alone: its words may hold parts of the URL."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())

    def reason(self) -> str:
        text = " ".join(self.words)
        found = _STATUS.search(text)
        if found is not None:
            return f"The service answered with status {found[1]}."
        return _NOT_REACHED if "onnection" in text or "imeout" in text else _REFUSED


def main() -> None:
    asset = apprise.AppriseAsset(
        app_id="Retinue",
        app_desc="Retinue",
        app_url="",
        async_mode=False,
        http_redirects=False,
        secure_logging=True,
        storage_mode="memory",
    )
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_sent(json.loads(line), asset)) + "\n")
        sys.stdout.flush()


def _sent(message: dict[str, Any], asset: apprise.AppriseAsset) -> str | None:
    heard = _Overheard()
    log = logging.getLogger("apprise")
    log.handlers, log.propagate = [heard], False
    one = apprise.Apprise(asset=asset)
    if not one.add(message["url"]):
        return _NOT_KNOWN
    try:
        done = one.notify(body=message["body"], title=message["title"], notify_type=message["tone"])
    except Exception:  # noqa: BLE001 - the words of a plug-in may hold its key
        return _REFUSED
    return None if done else heard.reason()


if __name__ == "__main__":
    main()
