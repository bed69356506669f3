"""Each import rule of [tool.importlinter] sees the violation that it is there for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What every rule allows: if one of these were reported, the rule would be too strict.
LAWFUL = {
    "retinue/entrypoints/api.py": """
        import fastapi, celery
        import retinue.capabilities.ledger.endpoints
        import retinue.workflows.engagement.service
        import retinue.drivers.network.sandgram
    """,
    "retinue/workflows/engagement/service.py": """
        import retinue.capabilities.ledger.service
        import retinue.drivers.network.protocol
    """,
    "retinue/capabilities/ledger/endpoints.py": "import fastapi, retinue.capabilities.ledger.service",
    "retinue/capabilities/ledger/service.py": """
        import retinue.capabilities.ledger.repository
        import retinue.capabilities.ledger.rules
        import retinue.capabilities.accounts.models
        import retinue.drivers.errors
        import retinue.drivers.network.protocol
        import retinue.foundation.leases.service
    """,
    "retinue/capabilities/ledger/repository.py": "import retinue.capabilities.ledger.models",
    "retinue/capabilities/ledger/rules.py": "import retinue.capabilities.ledger.errors",
    "retinue/capabilities/ledger/models.py": "",
    "retinue/capabilities/ledger/errors.py": "",
    "retinue/capabilities/accounts/models.py": "",
    "retinue/client/bot.py": "import retinue.foundation.clock",
    "retinue/drivers/errors.py": "",
    "retinue/drivers/network/protocol.py": "import retinue.foundation.clock",
    "retinue/drivers/network/sandgram.py": "import httpx2, retinue.drivers.network.protocol",
    "retinue/foundation/clock.py": "import retinue.kit.text",
    "retinue/foundation/http/routing.py": "import starlette.routing",
    "retinue/foundation/jobs/service.py": "import celery",
    "retinue/foundation/events/models.py": "",
    "retinue/foundation/idempotency/models.py": "",
    "retinue/foundation/leases/service.py": "import retinue.foundation.leases.repository",
    "retinue/foundation/leases/repository.py": "",
    "retinue/kit/text.py": "",
    "sandgram/surfaces/native.py": "import sandgram.world.people",
    "sandgram/faults/rules.py": "",
    "sandgram/world/people.py": "import sandgram.store.database",
    "sandgram/store/database.py": "",
}

# A file, an import that it must not make, and the words in which lint-imports reports it.
UNLAWFUL = [
    ("retinue/kit/pure.py", "retinue.foundation.clock", "retinue.kit is not allowed to import retinue.foundation"),
    ("retinue/foundation/nosy.py", "retinue.drivers.errors", "retinue.foundation is not allowed to import retinue.drivers"),
    ("retinue/drivers/nosy.py", "retinue.capabilities.ledger.models", "retinue.drivers is not allowed to import retinue.capabilities"),
    ("retinue/capabilities/plans/service.py", "retinue.workflows.engagement.service", "retinue.capabilities is not allowed to import retinue.workflows"),
    ("retinue/workflows/validation/jobs.py", "retinue.entrypoints.api", "retinue.workflows is not allowed to import retinue.entrypoints"),
    ("retinue/extras.py", "json", "- retinue.extras"),
    ("retinue/capabilities/safety/service.py", "retinue.capabilities.ledger.service", "retinue.capabilities.safety is not allowed to import retinue.capabilities.ledger"),
    ("retinue/capabilities/sessions/service.py", "retinue.capabilities.monitors.service", "retinue.capabilities.sessions is not allowed to import retinue.capabilities.monitors"),
    ("retinue/capabilities/gossip/service.py", "json", "- retinue.capabilities.gossip"),
    ("retinue/capabilities/inbox/repository.py", "retinue.capabilities.inbox.service", "retinue.capabilities.inbox.repository is not allowed to import retinue.capabilities.inbox.service"),
    ("retinue/capabilities/content/rules.py", "retinue.capabilities.content.repository", "retinue.capabilities.content.rules is not allowed to import retinue.capabilities.content.repository"),
    ("retinue/capabilities/content/models.py", "retinue.capabilities.content.schemas", "retinue.capabilities.content.models is not allowed to import retinue.capabilities.content.schemas"),
    ("retinue/workflows/recovery/rules.py", "retinue.workflows.recovery.service", "retinue.workflows.recovery.rules is not allowed to import retinue.workflows.recovery.service"),
    ("retinue/foundation/events/repository.py", "retinue.foundation.events.service", "retinue.foundation.events.repository is not allowed to import retinue.foundation.events.service"),
    ("retinue/workflows/engagement/runner.py", "retinue.capabilities.ledger.repository", "retinue.workflows.engagement.runner imports retinue.capabilities.ledger.repository, which is private"),
    ("retinue/capabilities/tasks/service.py", "retinue.capabilities.ledger.rules", "retinue.capabilities.tasks.service imports retinue.capabilities.ledger.rules, which is private"),
    ("retinue/workflows/engagement/endpoints.py", "retinue.capabilities.ledger.endpoints", "retinue.workflows.engagement.endpoints imports retinue.capabilities.ledger.endpoints, which is private"),
    ("retinue/entrypoints/nosy.py", "retinue.capabilities.ledger.repository", "retinue.entrypoints.nosy imports retinue.capabilities.ledger.repository, which is private"),
    ("retinue/workflows/engagement/nosy.py", "retinue.foundation.leases.repository", "retinue.workflows.engagement.nosy imports retinue.foundation.leases.repository, which is private"),
    ("retinue/capabilities/devices/service.py", "retinue.drivers.network.sandgram", "retinue.capabilities.devices.service imports retinue.drivers.network.sandgram; only these may"),
    ("retinue/capabilities/access/service.py", "fastapi", "retinue.capabilities.access.service imports fastapi; only these may"),
    ("retinue/foundation/leases/nosy.py", "starlette.requests", "retinue.foundation.leases.nosy imports starlette; only these may"),
    ("retinue/capabilities/realtime/service.py", "celery", "retinue.capabilities.realtime.service imports celery; only these may"),
    ("retinue/workflows/collection/service.py", "httpx2", "retinue.workflows.collection.service imports httpx2; only these may"),
    ("retinue/entrypoints/shortcut.py", "sandgram.world.people", "retinue is not allowed to import sandgram"),
    ("sandgram/world/nosy.py", "retinue.kit.text", "sandgram is not allowed to import retinue"),
    ("sandgram/store/nosy.py", "sandgram.faults.rules", "sandgram.store is not allowed to import sandgram.faults"),
    ("sandgram/world/upward.py", "sandgram.surfaces.native", "sandgram.world is not allowed to import sandgram.surfaces"),
]  # fmt: skip


def plant(source: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line.strip() for line in text.splitlines()), encoding="utf-8")
        for folder in path.parents:
            if folder == source:
                break
            (folder / "__init__.py").touch()


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    source = tmp_path_factory.mktemp("unlawful")
    plant(source, LAWFUL)
    for name, imported, _ in UNLAWFUL:
        # What is imported has to exist, or it would count as a foreign package.
        if imported.startswith(("retinue.", "sandgram.")):
            wanted = source / f"{imported.replace('.', '/')}.py"
            if not wanted.exists():
                plant(source, {str(wanted.relative_to(source)): ""})
        plant(source, {name: f"import {imported}"})
    result = lint(source)
    assert result.returncode == 1
    return " ".join(result.stdout.split())


class TestImportRules:
    def test_a_lawful_house_is_left_in_peace(self, tmp_path: Path) -> None:
        plant(tmp_path, LAWFUL)

        result = lint(tmp_path)

        assert result.returncode == 0, result.stdout

    @pytest.mark.parametrize(("name", "imported", "words"), UNLAWFUL)
    def test_an_unlawful_import_is_reported(
        self, report: str, name: str, imported: str, words: str
    ) -> None:
        assert words in report
