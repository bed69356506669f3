"""Refuses registry hosts in the locks and paths of the author's machine in any tracked file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
URL = re.compile(r"https?://|file://")
HOME = re.compile(r"(?<![\w.$}])/(?:(?:home|Users)/[a-z][\w.-]*|root)/")
# The examples in these documents are about a server that has such directories.
HOME_IS_FINE = ("deploy/",)


def main() -> int:
    findings = [*lock_findings(), *path_findings()]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def lock_findings(root: Path = ROOT) -> Iterator[str]:
    for lock in sorted((root / "requirements").glob("*.lock")):
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
            if URL.search(line):
                yield f"{lock.relative_to(root)}:{number}: names a host: {line.strip()[:80]}"


def path_findings(root: Path = ROOT) -> Iterator[str]:
    # The directory above the checkout is this machine's own business, whatever its name.
    # Directories that every machine has say nothing about this one.
    is_telling = str(root.parent) not in {"/", "/tmp", "/var/tmp", "/srv", "/opt"}  # noqa: S108 - only compared
    here = re.compile(re.escape(f"{root.parent}/")) if is_telling else None
    for name in tracked_files(root):
        if name.startswith(HOME_IS_FINE):
            continue
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if HOME.search(line) or (here and here.search(line)):
                yield f"{name}:{number}: names a path of one machine: {line.strip()[:80]}"


def tracked_files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, check=False, capture_output=True, cwd=root)
    return [name for name in result.stdout.decode().split("\0") if name]


if __name__ == "__main__":
    sys.exit(main())
