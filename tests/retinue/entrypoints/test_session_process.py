from __future__ import annotations

import subprocess
import sys

from retinue.capabilities.sessions.schemas import ExitCode

HOLDING_THE_REINS = """
import os, signal, threading
from retinue.entrypoints import session_process
from retinue.workflows.engagement.service import Reins

reins = Reins()
session_process._heed_signals(reins)
with reins._lock, reins.stop._cond:
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(60)
"""

WAITING = """
import os, signal
from retinue.entrypoints import session_process
from retinue.workflows.engagement.service import Reins

reins = Reins()
session_process._heed_signals(reins)
os.kill(os.getpid(), signal.SIGTERM)
assert reins.stop.wait(30)
print(reins.ending.status)
"""


class TestSigterm:
    def test_it_ends_a_process_that_holds_the_very_lock_it_needs(self) -> None:
        ended = subprocess.run([sys.executable, "-c", HOLDING_THE_REINS], timeout=30, check=False)
        assert ended.returncode == ExitCode.stopped

    def test_it_pulls_the_reins(self) -> None:
        ended = subprocess.run(
            [sys.executable, "-c", WAITING], timeout=30, check=True, capture_output=True, text=True
        )
        assert ended.stdout.strip() == "stopped"
