"""The rotation of the sealing key, killed at every step that it commits: no value is ever lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.key_file import create_key, key_id_of, load_ring
from retinue.foundation.sealing import Sealer
from tests.chaos import resealing
from tests.factories import sealing, serving
from tests.factories.staging import ENVIRONMENT


class TestKilledRotation:
    @pytest.mark.timeout(300)
    def test_every_value_opens_after_every_kill_and_the_end_is_reached(
        self, database: Database, clock: ManualClock, data_dir: Path, tmp_path: Path
    ) -> None:
        path = data_dir / "keys" / "sealing.key"
        create_key(path)
        runtime = replace(
            serving.make_runtime(database, clock, data_dir), sealer=Sealer.from_file(path)
        )
        with database.writing() as db:
            sealing.fill(db, runtime.sealer, now=clock.now())
        before = sealing.everything(database, runtime.sealer)
        expected = tmp_path / "expected.json"
        expected.write_text(json.dumps({"/".join(where): text for where, text in before.items()}))

        url = database.url.render_as_string(hide_password=False)
        ran = subprocess.run(
            [sys.executable, "-m", resealing.__name__, url, str(data_dir), str(expected)],
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
        )

        assert ran.returncode == 0, ran.stderr
        said = json.loads(ran.stdout.splitlines()[-1])
        assert said["is_done"]
        # Two points of the file, one of the start, and each chunk of five rows.
        assert said["kills"] >= 15
        (key,) = load_ring(path).keys
        assert sealing.uses(database) == {key_id_of(key): len(before)}
        assert [one.name for one in path.parent.iterdir() if one.suffix == ".draft"] == []
