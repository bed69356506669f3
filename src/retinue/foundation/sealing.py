"""
Secrets at rest: AES-256-GCM, each value bound to the place it is stored in.

A sealed value opens only under the table, row and column it was sealed for, so
moving a ciphertext to another row is noticed. The key lies in a file of its own,
outside the database and its backups; its id stands in every sealed value.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from retinue.foundation import redaction
from retinue.foundation.randomness import new_id

_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_BYTES = 8
_FORMAT = b"\x01"
_KEY_FILE_MODE = 0o600


class SealingKeyUnusable(Exception):
    """The key file is missing, readable by others, or not a key. The message says how to mend it."""


class SealBroken(Exception):
    """A sealed value does not open here: another key, another place, or changed bytes."""


class Sealer:
    """
    Seals with the current key and opens with any that it holds.

    `keys` maps key id to key bytes. A nonce is random, 12 bytes; one key is good
    for far more values (2^32) than an installation has secrets.
    """

    def __init__(self, keys: Mapping[str, bytes], *, current: str) -> None:
        self.key_id = current
        self._keys = dict(keys)
        self._ciphers = {bytes.fromhex(key_id): AESGCM(key) for key_id, key in keys.items()}
        self._current = bytes.fromhex(current)
        self._mac_key = hmac.digest(self._keys[current], b"retinue digest v1", "sha256")

    @classmethod
    def of(cls, key: bytes, *older: bytes) -> Sealer:
        """Seals with `key`; the older ones only open what they sealed before."""
        keys = {key_id_of(one): one for one in (key, *older)}
        redaction.know(*(one.hex() for one in keys.values()))
        return cls(keys, current=key_id_of(key))

    def export_keys(self) -> dict[str, str]:
        """The keys as hex, for a child process's pipe; never for a file, a log or an argument."""
        return {key_id: key.hex() for key_id, key in self._keys.items()}

    def seal(self, text: str, *, table: str, row: str, column: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(
            nonce, text.encode(), _place(table, row, column)
        )
        return _FORMAT + self._current + nonce + sealed

    def open(
        self, sealed: bytes, *, table: str, row: str, column: str, is_secret: bool = True
    ) -> str:
        """
        What was sealed, made known to the redaction so that no log line shows it. The same
        key seals plain checks too (`is_secret=False`): their words must stay readable in logs.

        Raises:
            SealBroken: the value was not sealed for this place with a key we hold.
        """
        key_id = sealed[1 : 1 + _KEY_ID_BYTES]
        nonce = sealed[1 + _KEY_ID_BYTES : 1 + _KEY_ID_BYTES + _NONCE_BYTES]
        cipher = self._ciphers.get(key_id)
        if sealed[:1] != _FORMAT or cipher is None:
            message = f"{table}.{column} of {row} was sealed with another key ({key_id.hex()})"
            raise SealBroken(message)
        body = sealed[1 + _KEY_ID_BYTES + _NONCE_BYTES :]
        try:
            text = cipher.decrypt(nonce, body, _place(table, row, column)).decode()
        except (InvalidTag, ValueError) as error:
            message = f"{table}.{column} of {row} does not open: moved, changed or damaged"
            raise SealBroken(message) from error
        if is_secret:
            redaction.know(text)
        return text

    def digest(self, *parts: str | None) -> str:
        """A keyed fingerprint (hex) of the parts in order, to compare secrets without opening them."""
        mac = hmac.new(self._mac_key, digestmod=hashlib.sha256)
        for part in parts:
            encoded = b"-" if part is None else b"+" + part.encode()
            mac.update(len(encoded).to_bytes(8, "big") + encoded)
        return mac.hexdigest()

    def __repr__(self) -> str:
        return f"Sealer(key_id={self.key_id!r})"


def key_id_of(key: bytes) -> str:
    return hashlib.sha256(b"retinue key id v1" + key).digest()[:_KEY_ID_BYTES].hex()


def load_keys(path: Path) -> list[bytes]:
    """
    The keys of the file, one a line, the one that seals first.

    Raises:
        SealingKeyUnusable: missing, readable by others, or a line that is not 64 hex digits.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text(encoding="ascii", errors="replace").split()
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
    keys = [_key_of(line) for line in lines]
    if not keys or None in keys:
        message = (
            f"{path} does not hold a sealing key (64 hex digits a line). "
            "Restore the file from your backup of the key."
        )
        raise SealingKeyUnusable(message)
    return [key for key in keys if key is not None]


def create_key(path: Path) -> bool:
    """
    Make a key file, mode 0600, durable before it is used. False when there is one
    already: an existing file is never replaced, whoever made it and when.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{new_id()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _KEY_FILE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(_KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and refuses to take the place of another file.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return True


def _key_of(line: str) -> bytes | None:
    try:
        key = bytes.fromhex(line)
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _place(table: str, row: str, column: str) -> bytes:
    return f"{table}:{row}:{column}".encode()
