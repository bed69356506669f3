"""The server without an agent, and an agent beside it."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.acceptance import product
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

LOGIN = "test_account"


def test_sessions_wait_for_an_agent_of_its_own_process(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    server = product.start(data_dir, more=("--no-agent",))
    try:
        alone = server.http.post("/start_session", json={"account": LOGIN})
        assert (alone.status_code, alone.json()["code"]) == (503, "agent_silent")

        url = str(server.sandgram().base_url).partition("/sg/")[0]
        variables = {"RETINUE_SANDGRAM_URL": url, "RETINUE_AGENT_NAME": "apart"}
        command = [*product.COMMAND, "--data-dir", str(data_dir), "agent"]
        agent = subprocess.Popen(command, env=product.environment(**variables))
        try:

            def is_started() -> bool:
                answer = server.http.post("/start_session", json={"account": LOGIN})
                return answer.status_code == 200

            until(is_started, "a session")
            assert server.wait_for_status(LOGIN, "running")["status"] == "running"

            second = subprocess.run(command, env=product.environment(**variables), check=False)
            assert second.returncode == 4

            agent.send_signal(signal.SIGINT)
            assert agent.wait(40) == 0
            assert server.wait_for_status(LOGIN, "stopped")["status"] == "stopped"
        finally:
            if agent.poll() is None:
                agent.kill()
                agent.wait()
    finally:
        server.end()
