"""`retinue demo --once --json`: the main job with its own proof."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import psutil
import pytest

from retinue.foundation.clock import SystemClock
from tests.acceptance.product import COMMAND, environment, is_alive

pytestmark = [pytest.mark.slow]


class TestDemoOnce:
    def test_it_proves_itself_and_leaves_nothing(self, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [*COMMAND, "demo", "--once", "--json"], env=environment(TMPDIR=str(tmp_path)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        seen = watch(process)
        out, err = process.communicate(timeout=60)

        assert process.returncode == 0, err
        found = json.loads(out)
        assert found["agrees"] is True
        assert (found["duplicates"], found["unknown"]) == (0, 0)
        assert found["accounts_imported"] == 14
        assert found["effects"] == found["actions_by_status"]["success"] > 0
        assert found["dedupe_hits"] > 0
        assert len(found["sessions"]) == 2
        assert len(seen) >= 4, "Sandgram and two sessions were seen at work"
        assert not [one for one in seen.values() if is_alive(one)]
        assert list(tmp_path.iterdir()) == []


def watch(process: subprocess.Popen[str]) -> dict[int, psutil.Process]:
    """Every process that was ever below this one, until it ends."""
    clock, top = SystemClock(), psutil.Process(process.pid)
    seen = {process.pid: top}
    deadline = clock.monotonic() + 90
    while process.poll() is None and clock.monotonic() < deadline:
        try:
            seen.update({one.pid: one for one in top.children(recursive=True)})
        except psutil.NoSuchProcess:
            break
        clock.sleep(0.05)
    return seen
