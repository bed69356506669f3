"""Secrets that no other text contains, and everything readable in which they may turn up."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil

from retinue.foundation.redaction import spellings
from tests.acceptance.product import Product
from tests.factories.importing import row


@dataclass
class Planting:
    """Makes secrets that no other text contains, and remembers them."""

    made: list[str] = field(default_factory=list)

    def secret(self, kind: str) -> str:
        number = len(self.made)
        self.made.append(f'Kanari{number:02d} {kind}/é+"&{number * 7919:05d}')
        return self.made[-1]

    def simple(self, kind: str) -> str:
        """For places that take no spaces."""
        self.made.append(f"kanari{len(self.made):02d}{kind}x{len(self.made) * 7919:05d}")
        return self.made[-1]

    def totp(self) -> str:
        number = len(self.made)
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        self.made.append(
            "KANARI" + letters[number % 32] * 4 + "QRSTUVWX" + letters[number // 32] * 2
        )
        return self.made[-1]

    def row(self, number: int, **cells: str) -> dict[str, str]:
        return row(
            number,
            account_no=f"CANARY{number:03d}",
            login=f"canary_{number}",
            password=self.secret("password"),
            email_password=self.secret("mail"),
            auth_token=self.simple("auth"),
            ct0=self.simple("csrf"),
            two_fa=self.totp() if number % 2 else self.simple("code")[:12],
            **cells,
        )


@dataclass
class Evidence:
    planted: Planting
    readable: dict[str, bytes] = field(default_factory=dict)

    def add(self, place: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.readable[place] = self.readable.get(place, b"") + b"\n" + raw

    def where(self, *wanted: str) -> dict[str, list[str]]:
        """Each of the values that is found in any spelling, with the places."""
        found: dict[str, list[str]] = {}
        for value in wanted:
            forms = [form.encode("utf-8", "surrogatepass") for form in spellings(value)]
            places = [
                place
                for place, text in self.readable.items()
                if any(form in text for form in forms)
            ]
            if places:
                found[value] = places
        return found


def record(evidence: Evidence) -> Any:
    def hook(answer: httpx2.Response) -> None:
        answer.read()
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        evidence.add("HTTP answers", headers.encode() + answer.content)

    return hook


def look_at_processes(product: Product, evidence: Evidence) -> None:
    for process in product.processes():
        with contextlib.suppress(psutil.Error, OSError):
            evidence.add("arguments", Path(f"/proc/{process.pid}/cmdline").read_bytes())
            evidence.add("environment", Path(f"/proc/{process.pid}/environ").read_bytes())


def look_at_files(directory: Path, evidence: Evidence) -> None:
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError):
                evidence.add(str(path.relative_to(directory)), path.read_bytes())
