"""Refuses a dashboard whose first load takes more script than a slow line brings in a moment."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "src" / "retinue" / "_dashboard"
MOST_BYTES = 450 * 1000
ENTRY = "index.html"


def main() -> int:
    manifest = json.loads((FILES / "manifest.json").read_text(encoding="utf-8"))
    pages = [name for name in manifest[ENTRY].get("dynamicImports", ()) if "/features/" in name]
    shell = closure(manifest, ENTRY)
    print(f"{'shell':32} {size(shell) / 1000:6.0f} kB gzip")
    sizes = {page: size(shell | closure(manifest, page)) for page in pages}
    for page, found in sorted(sizes.items(), key=lambda item: -item[1]):
        name = page.removeprefix("src/features/").rpartition(".")[0]
        print(f"{name:32} {found / 1000:6.0f} kB gzip as the first page")
    too_large = [page for page, found in sizes.items() if found > MOST_BYTES]
    if too_large or not pages:
        print(f"At most {MOST_BYTES // 1000} kB: load what is heavy when it is looked at.")
        return 1
    return 0


def closure(manifest: dict[str, Any], name: str) -> set[str]:
    """The files that a chunk cannot begin without."""
    found: set[str] = set()
    waiting, seen = [name], {name}
    while waiting:
        chunk = manifest[waiting.pop()]
        found.add(chunk["file"])
        fresh = set(chunk.get("imports", ())) - seen
        seen |= fresh
        waiting += fresh
    return found


def size(files: set[str]) -> int:
    scripts = (FILES / file for file in files if file.endswith(".js"))
    return sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts)


if __name__ == "__main__":
    sys.exit(main())
