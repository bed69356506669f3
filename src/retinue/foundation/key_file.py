"""
The file that the sealing keys lie in, and nobody else's business.

A line of 64 hex digits is a key; the first one seals, the others only open. `next` stands before a
key that is known ahead of its time, `fingerprints` before the one that digests are keyed with, which
outlives the sealing keys. A file is replaced whole, so that a crash leaves the old one or the new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retinue.foundation import whole_file
from retinue.foundation.errors import Conflict

_KEY_BYTES = 32
_KEY_ID_BYTES = 8
_MODE = 0o600
_NEXT = "next"
_FINGERPRINTS = "fingerprints"


class SealingKeyUnusable(Exception):
    """The key file is missing, readable by others, or not a key. The message says how to mend it."""


class KeysBusy(Conflict):
    """Another process is changing the key file."""

    code = "keys_busy"


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """What a key file holds. Secrets, so it has no repr."""

    keys: tuple[bytes, ...]
    fingerprints: bytes
    next: bytes | None = None

    @property
    def known(self) -> tuple[bytes, ...]:
        return self.keys if self.next is None else (*self.keys, self.next)


def key_id_of(key: bytes) -> str:
    return hashlib.sha256(b"retinue key id v1" + key).digest()[:_KEY_ID_BYTES].hex()


def fingerprint_key_of(key: bytes) -> bytes:
    """What digests are keyed with as long as the first key of an installation is its only one."""
    return hmac.digest(key, b"retinue digest v1", "sha256")


def new_key() -> bytes:
    return os.urandom(_KEY_BYTES)


def load_keys(path: Path) -> list[bytes]:
    """
    The keys that are known, the one that seals first.

    Raises:
        SealingKeyUnusable: as in `load_ring`.
    """
    return list(load_ring(path).known)


def load_ring(path: Path) -> Ring:
    """
    Raises:
        SealingKeyUnusable: missing, readable by others, or a line that is not 64 hex digits.
    """
    keys: list[bytes] = []
    named: dict[str, bytes] = {}
    for line in _lines(path):
        *name, text = line.split()
        key = _key_of(text)
        if key is None or name not in ([], [_NEXT], [_FINGERPRINTS]):
            raise _no_key(path)
        if name:
            named[name[0]] = key
        elif key not in keys:
            keys.append(key)
    if not keys:
        raise _no_key(path)
    fingerprints = named.get(_FINGERPRINTS) or fingerprint_key_of(keys[0])
    return Ring(tuple(keys), fingerprints, named.get(_NEXT))


def create_key(path: Path) -> bool:
    """
    Make a key file, mode 0600, durable before it is used. False when there is one
    already: an existing file is never replaced, whoever made it and when.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return whole_file.create(path, [f"{new_key().hex()}\n".encode()])


def replace(path: Path, ring: Ring) -> None:
    """
    Put a ring in the file's place, whole and durable when it returns. Only with `held`.

    Raises:
        SealingKeyUnusable: the file or its folder cannot be written.
    """
    lines = [key.hex() for key in ring.keys]
    if ring.next is not None:
        lines.append(f"{_NEXT} {ring.next.hex()}")
    lines.append(f"{_FINGERPRINTS} {ring.fingerprints.hex()}")
    # A link to the file stays one.
    path = path.resolve()
    try:
        whole_file.write(path, [f"{line}\n".encode() for line in lines])
    except OSError as error:
        message = (
            f"The sealing key {path} cannot be replaced: {error.strerror}. Nothing was changed."
            " Its folder must be writable by the one who runs this command."
        )
        raise SealingKeyUnusable(message) from error


@contextmanager
def held(path: Path) -> Iterator[None]:
    """
    Be the only one who changes the file. Drafts of those who died at it are swept.

    Raises:
        KeysBusy: another process is at it.
        SealingKeyUnusable: the folder cannot be written.
    """
    path = path.resolve()
    try:
        lock = os.open(
            path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE
        )
    except OSError as error:
        message = f"{path.parent} cannot be written ({error.strerror}), and the keys lie there."
        raise SealingKeyUnusable(message) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "Another process is changing the sealing keys; wait until it has ended."
            raise KeysBusy(message) from error
        for draft in whole_file.drafts(path):
            draft.unlink(missing_ok=True)
        yield
    finally:
        os.close(lock)


def _lines(path: Path) -> list[str]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        message = (
            f"The sealing key {path} is missing. Put the key file back; "
            "without it the stored secrets cannot be opened."
        )
        raise SealingKeyUnusable(message) from None
    except OSError as error:
        message = f"The sealing key {path} cannot be read: {error.strerror}."
        raise SealingKeyUnusable(message) from error
    if mode & 0o077:
        message = (
            f"The sealing key {path} is readable by others (mode {mode:04o}). "
            f"Mend it with: chmod 600 {path}"
        )
        raise SealingKeyUnusable(message)
    return [line for line in text.splitlines() if line.strip()]


def _no_key(path: Path) -> SealingKeyUnusable:
    return SealingKeyUnusable(
        f"{path} does not hold a sealing key (64 hex digits a line). "
        "Restore the file from your backup of the key."
    )


def _key_of(line: str) -> bytes | None:
    try:
        key = bytes.fromhex(line)
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None
