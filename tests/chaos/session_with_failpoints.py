"""
A session process that dies where a test says. Exists in tests only.

`RETINUE_TEST_DIE_AT` is `point:count`: at the count-th time it reaches the point, it
kills itself as hard as the kernel can. `RETINUE_TEST_WITHOUT_INTENT` takes the
promise away: the control that shows what it is good for.
"""

from __future__ import annotations

import os
import signal
import sys

from retinue.capabilities.ledger import service as ledger
from retinue.entrypoints import session_process
from retinue.foundation import failpoints
from tests.chaos import careless


def main() -> int:
    where = os.environ.get("RETINUE_TEST_DIE_AT", "")
    point, _, count = where.partition(":")
    left = int(count or 1)

    def die(name: str) -> None:
        nonlocal left
        if name != point:
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.install(die)
    if os.environ.get("RETINUE_TEST_WITHOUT_INTENT"):
        ledger.reserve = careless.reserve  # the control does without the promise
        ledger.settle = careless.settle  # and writes down only what it came to
    return session_process.main()


if __name__ == "__main__":
    sys.exit(main())
