from __future__ import annotations

import json
import subprocess
import sys

LOOK = """
import json, sys
import retinue.entrypoints.session_process
print(json.dumps(sorted({name.split(".")[0] for name, one in sys.modules.items() if one})))
"""
NOT_NEEDED = {
    "aiohttp",
    "alembic",
    "apprise",
    "celery",
    "fastapi",
    "limits",
    "playwright",
    "rich",
    "uvicorn",
}


def test_a_session_process_loads_neither_the_server_nor_what_it_brings_along() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))

    assert "sqlalchemy" in loaded
    assert loaded & NOT_NEEDED == set()
