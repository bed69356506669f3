"""
An agent as a process of its own, for tests that kill it: `python -m tests.chaos.agent_alone DATA_DIR URL SANDGRAM [NAME]`.

It numbers events too, so that a kill can come in the middle of that. With
`RETINUE_TEST_WITHOUT_INTENT` its sessions do without the promise: the control.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from tests.factories.staging import ENVIRONMENT, SEALER, make_runtime

CARELESS = "RETINUE_TEST_WITHOUT_INTENT"


def main() -> None:
    from retinue.entrypoints.agent import Agent
    from retinue.entrypoints.agent.agent import SESSION_COMMAND
    from retinue.foundation.events.publisher import Publisher

    data_dir, database_url, sandgram_url, *more = sys.argv[1:]
    is_careless = CARELESS in os.environ
    with make_runtime(database_url, Path(data_dir), sandgram_url) as runtime:
        assert runtime.sealer.key_id == SEALER.key_id
        stop = threading.Event()
        threading.Thread(target=Publisher(runtime).run, args=(stop,), daemon=True).start()
        Agent(
            runtime,
            name=more[0] if more else "local",
            session_command=(
                (sys.executable, "-m", "tests.chaos.session_with_failpoints")
                if is_careless
                else SESSION_COMMAND
            ),
            environment={**ENVIRONMENT, **({CARELESS: "1"} if is_careless else {})},
        ).run(stop)


if __name__ == "__main__":
    main()
