"""Processes and files, looked at for secrets again and again while things happen."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.acceptance.planting import Evidence
from tests.acceptance.product import Product

_EVERY = 0.2


@dataclass
class Watcher:
    """Looks at processes and files again and again while things happen."""

    product: Product
    places: tuple[Path, ...]
    evidence: Evidence
    extra: list[int] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watcher:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _run(self) -> None:
        while not self.stop.wait(_EVERY):
            with contextlib.suppress(psutil.Error):
                for process in self._processes():
                    for name in ("cmdline", "environ"):
                        with contextlib.suppress(OSError):
                            self._add(name, Path(f"/proc/{process.pid}/{name}").read_bytes())
            for place in self.places:
                for path in place.rglob("*"):
                    with contextlib.suppress(OSError):
                        self._add("names of files", str(path).encode())
                        if path.is_file() and not path.is_symlink():
                            self._add(f"short-lived {path.suffix}", path.read_bytes())

    def _processes(self) -> list[psutil.Process]:
        found = self.product.processes()
        for pid in list(self.extra):
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
        return found

    def _add(self, place: str, content: bytes) -> None:
        digest = hashlib.sha256(place.encode() + content).hexdigest()
        if digest not in self.seen:
            self.seen.add(digest)
            self.evidence.add(place, content)
