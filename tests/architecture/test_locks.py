"""The locks say exactly what is installed, and not from where: an index is the business of each machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.lock"))


@pytest.fixture(scope="module")
def modules() -> dict[str, Any]:
    """What package-lock.json locks, by its place; the dashboard itself is at the empty one."""
    lock = json.loads((ROOT / "dashboard" / "package-lock.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = lock["packages"]
    return found


class TestPackageLock:
    def test_it_names_no_place_to_fetch_from(self, modules: dict[str, Any]) -> None:
        assert [name for name, module in modules.items() if "resolved" in module] == []

    def test_it_has_the_hash_of_everything(self, modules: dict[str, Any]) -> None:
        def is_bundled(name: str) -> bool:
            return bool(modules[name].get("inBundle"))

        bare = [
            name
            for name, module in modules.items()
            if name and not module.get("integrity", "").startswith("sha512-")
        ]
        assert [name for name in bare if not is_bundled(name)] == []

    def test_it_locks_what_the_dashboard_asks_for_exactly(self, modules: dict[str, Any]) -> None:
        asked = json.loads((ROOT / "dashboard" / "package.json").read_text(encoding="utf-8"))
        for kind in ("dependencies", "devDependencies"):
            assert modules[""][kind] == asked[kind]
            for name, version in asked[kind].items():
                assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
                assert modules[f"node_modules/{name}"]["version"] == version


@pytest.mark.parametrize("lock", REQUIREMENTS, ids=lambda path: path.name)
class TestRequirements:
    def test_it_names_no_place_to_fetch_from(self, lock: Path) -> None:
        text = lock.read_text(encoding="utf-8")

        assert not re.search(r"://|^\s*--(?!hash=)|\s@\s", text, flags=re.MULTILINE)

    def test_every_line_is_one_version_with_its_hashes(self, lock: Path) -> None:
        text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

        assert lines
        for line in lines:
            assert re.match(r"[\w.\[\],-]+==[\w.!+]+ ", line), line[:60]
            assert "--hash=sha256:" in line, line[:60]
