"""How a handle is compared, everywhere: `@Otter` and `otter` are one."""

from __future__ import annotations

import hashlib


def folded(handle: str) -> str:
    """Without `@` and without the spaces around it, case-folded. May be empty."""
    return handle.strip().removeprefix("@").casefold()


def fingerprint(folded_handle: str) -> str:
    """SHA-256 in hexadecimal: enough to recognise a handle by, without keeping it."""
    return hashlib.sha256(folded_handle.encode()).hexdigest()
