from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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

MEASURING_WHAT_IS_GONE = """
import logging, subprocess, sys
from pathlib import Path
import psutil
from retinue.capabilities.ledger.service import Answers
from retinue.entrypoints import session_process
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from retinue.workflows.engagement.service import Progress, Reins

logging.basicConfig(stream=sys.stdout, format="%(message)s")
place, clock = sys.argv[1], SystemClock()
database = Database(f"sqlite:///{place}/x.db", lock_path=Path(place, "x.lock"))
brief = session_process.Brief("1", 1, 1, "", "", place, None, "", {}, "INFO")
heart = session_process.Heart(
    brief, database, clock=clock, reins=Reins(), progress=Progress(clock), answers=Answers()
)
gone = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
heart._process = psutil.Process(gone.pid)
gone.communicate()
heart.beat()
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


class TestHeart:
    def test_a_beat_that_cannot_measure_is_told_and_not_the_last(self, tmp_path: Path) -> None:
        asked = [sys.executable, "-c", MEASURING_WHAT_IS_GONE, str(tmp_path)]
        ended = subprocess.run(asked, timeout=30, check=True, capture_output=True, text=True)
        assert "the heartbeat could not be written: process " in ended.stdout
