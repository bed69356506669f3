"""
What the OpenAPI document promises, asked of a running server with generated requests, good ones and bad ones.

`RETINUE_CONTRACT_CASES` says about how many; `make contract` asks a few thousand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.product import Product, environment, run, start
from tests.factories import plain_http

CASES = int(os.environ.get("RETINUE_CONTRACT_CASES", "150"))
IS_LONG = CASES >= 1000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600 if IS_LONG else 300)]

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "response_schema_conformance",
    "content_type_conformance",
)
# The coverage phase asks a fixed number per route, some thousands in all.
PHASES = ("examples", "coverage", "fuzzing", "stateful") if IS_LONG else ("fuzzing", "stateful")
UNLIMITED = "1000000/second"
LEFT_OUT = (
    # Its own token would be among those it takes back.
    ("DELETE", "/api/tokens/{token_id}"),
    # Starts a process or an errand on Sandgram each time; other tests wait for what comes of it.
    ("POST", "/start_session"),
    ("POST", "/test_interaction"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    limits = ("RATE_LIMIT", "HEAVY_RATE_LIMIT", "LOCAL_RATE_LIMIT")
    product = start(
        tmp_path_factory.mktemp("contract") / "data",
        variables={f"RETINUE_{name}": UNLIMITED for name in limits},
    )
    yield product
    product.end()


@pytest.fixture(scope="module")
def token(served: Product) -> str:
    """An admin's, because the run may make admins of its own, and with them the demo ends."""
    made = run(
        "--data-dir", str(served.data_dir), "access", "tokens", "create", "contract",
        "--role", "admin", "--days", "1",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def fuzz(served: Product, token: str, directory: Path) -> subprocess.CompletedProcess[str]:
    document = plain_http.ask("GET", f"{served.url}/openapi.json").json()
    operations = sum(len(methods) for methods in document["paths"].values())
    left_out = [
        argument for method, path in LEFT_OUT for argument in ("--exclude-name", f"{method} {path}")
    ]
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{served.url}/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--phases", ",".join(PHASES), "--checks", ",".join(CHECKS),
        "--max-examples", str(max(1, CASES // operations)), "--workers", "2",
        "--seed", "7", "--generation-database", "none",
        "--request-timeout", "30", "--suppress-health-check", "all", "--warnings", "off",
        "--continue-on-failure", "--no-color", *left_out,
    ]  # fmt: skip
    return subprocess.run(
        command, cwd=directory, env=environment(NO_PROXY="*"), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


class TestContract:
    def test_every_answer_is_one_that_the_document_promises(
        self, served: Product, token: str, tmp_path: Path
    ) -> None:
        found = fuzz(served, token, tmp_path)
        assert found.returncode == 0, found.stdout[-20_000:]

        # A run whose token had died would have been refused everywhere, as promised.
        me = plain_http.ask(
            "GET", f"{served.url}/api/me", headers={"Authorization": f"Bearer {token}"}
        )
        assert me.status_code == 200
        assert served.process.poll() is None
