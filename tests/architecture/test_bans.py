"""Each configuration in scripts/lint/ sees what it bans, and only where it is banned."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NOW = "from datetime import datetime\n\ndatetime.now()\n"
WALL = "import time\n\ntime.time()\n"
UUID = "from uuid import uuid4\n\nuuid4()\n"
DICE = "import random\n\nrandom.choice([1])\n"
SELECT = "from sqlalchemy import select\n\nselect(1)\n"
UPSERT = "from sqlalchemy.dialects.sqlite import insert\n\ninsert(1)\n"
SERVICE = "src/retinue/capabilities/ledger/service.py"


def is_banned(ban: str, code: str, *, path: str) -> bool:
    result = subprocess.run(
        [
            Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--quiet",
            "--config", f"scripts/lint/{ban}.toml", "--stdin-filename", path, "-",
        ],
        input=code, cwd=ROOT, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert result.returncode in {0, 1}, result.stderr
    return "TID251" in result.stdout


class TestBans:
    @pytest.mark.parametrize(
        ("ban", "code"),
        [
            ("clock", NOW),
            ("clock", WALL),
            ("chance", UUID),
            ("chance", DICE),
            ("queries", SELECT),
            ("queries", UPSERT),
        ],
    )
    def test_a_service_may_not(self, ban: str, code: str) -> None:
        assert is_banned(ban, code, path=SERVICE)

    @pytest.mark.parametrize(
        ("ban", "code", "path"),
        [
            ("clock", NOW, "src/retinue/foundation/clock.py"),
            ("chance", UUID, "src/retinue/foundation/randomness.py"),
            ("queries", SELECT, "src/retinue/capabilities/ledger/repository.py"),
            ("queries", SELECT, "src/retinue/capabilities/ledger/repository/events.py"),
            (
                "chance",
                "from random import Random\n\n\ndef roll(rng: Random) -> None: ...\n",
                SERVICE,
            ),
        ],
    )
    def test_the_one_place_may(self, ban: str, code: str, path: str) -> None:
        assert not is_banned(ban, code, path=path)

    @pytest.mark.parametrize(
        ("ban", "code", "path"),
        [
            ("clock", NOW, "src/retinue/capabilities/ledger/repository.py"),
            ("queries", SELECT, "src/retinue/foundation/clock.py"),
            ("clock", NOW, "src/retinue/foundation/randomness.py"),
        ],
    )
    def test_a_leave_for_one_thing_is_no_leave_for_another(
        self, ban: str, code: str, path: str
    ) -> None:
        assert is_banned(ban, code, path=path)
