"""
Builds the dashboard into the package, so that whoever installs Retinue has it.

A node of the machine does it; where there is none, one from the Python index. A source distribution
carries the built files, and whoever builds from that needs neither.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DashboardHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        dashboard = _dashboard(Path(self.root))
        if dashboard is None or dashboard.is_built() or dashboard.machine_has_node():
            return []
        return [dashboard.NODE_FROM_PYTHON]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        dashboard = _dashboard(Path(self.root))
        if dashboard is None:
            return
        self.app.display_info("Building the dashboard")
        try:
            dashboard.build()
        except dashboard.DashboardFailed as problem:
            self.app.abort(str(problem))


def _dashboard(root: Path) -> ModuleType | None:
    """`scripts/dashboard.py`, or None where there is nothing to build or nobody wants it."""
    script = root / "scripts" / "dashboard.py"
    if os.environ.get("RETINUE_SKIP_DASHBOARD", "0") not in {"", "0"}:
        return None
    if not script.is_file() or not (root / "dashboard" / "package.json").is_file():
        return None
    spec = importlib.util.spec_from_file_location("retinue_dashboard_build", script)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
