"""Writes dashboard/src/lib/api/schema.d.ts from the app's own description; `--check` only compares."""

from __future__ import annotations

import difflib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from retinue.entrypoints.api import create_app  # noqa: E402 - the path comes first
from retinue.foundation.configuration import Configuration  # noqa: E402
from retinue.foundation.runtime import open_runtime  # noqa: E402
from scripts import dashboard  # noqa: E402

TYPES = ROOT / "dashboard" / "src" / "lib" / "api" / "schema.d.ts"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        document = place / "openapi.json"
        document.write_text(json.dumps(described(place / "data")), encoding="utf-8")
        fresh = place / "schema.d.ts"
        if dashboard.run("openapi-typescript", str(document), "-o", str(fresh), quiet=True) != 0:
            return 1
        text = fresh.read_text(encoding="utf-8")
    old = TYPES.read_text(encoding="utf-8") if TYPES.is_file() else ""
    if "--check" not in arguments:
        TYPES.write_text(text, encoding="utf-8")
        return 0
    changes = list(difflib.unified_diff(old.splitlines(), text.splitlines(), "committed", "now"))
    if changes:
        print("\n".join(changes[:40]))
        print("The API has changed: run `make types` and look what the dashboard says to it.")
    return 1 if changes else 0


def described(data_dir: Path) -> dict[str, Any]:
    """The OpenAPI document, without a server and without what the dashboard never looks at."""
    with open_runtime(Configuration(data_dir=data_dir)) as runtime:
        document: dict[str, Any] = create_app(runtime).openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            # Every refusal ends in one ApiError; fifteen lines for each status of each route say no more.
            operation["responses"] = {
                status: response
                for status, response in operation["responses"].items()
                if status.startswith("2")
            }
    return document


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
