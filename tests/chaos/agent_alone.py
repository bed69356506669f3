"""An agent as a process of its own, for tests that kill it. `python -m tests.chaos.agent_alone DATA_DIR URL SANDGRAM`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.factories.staging import ENVIRONMENT, SEALER, make_runtime


def main() -> None:
    from retinue.entrypoints.agent import Agent

    data_dir, database_url, sandgram_url = sys.argv[1:4]
    with make_runtime(database_url, Path(data_dir), sandgram_url) as runtime:
        assert runtime.sealer.key_id == SEALER.key_id
        Agent(runtime, name="local", environment=ENVIRONMENT).run(threading.Event())


if __name__ == "__main__":
    main()
