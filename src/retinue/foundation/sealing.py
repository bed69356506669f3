"""
Secrets at rest: AES-256-GCM, each value bound to the place it is stored in.

A sealed value opens only under the table, row and column it was sealed for, so
moving a ciphertext to another row is noticed. The key lies in a file of its own,
outside the database and its backups; its id stands in every sealed value.
"""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from retinue.foundation import key_file, redaction
from retinue.foundation.key_file import Ring, SealingKeyUnusable, key_id_of

logger = logging.getLogger(__name__)

_NONCE_BYTES = 12
_KEY_ID_BYTES = 8
_FORMAT = b"\x01"
KEY_ID_AT = (1 + len(_FORMAT), _KEY_ID_BYTES)
"""Where the id of its key stands in a sealed value, counted from 1 as SQL does, and how long it is."""
NOTICED_SECONDS = 0.5
"""After so long every process that seals has noticed that the key file has changed."""


class SealBroken(Exception):
    """A sealed value does not open here: another key, another place, or changed bytes."""


@dataclass(frozen=True, slots=True, repr=False)
class _Held:
    """The keys in hand at one moment; replaced as a whole, so that threads need no lock."""

    key_id: str
    keys: Mapping[str, bytes]
    ciphers: Mapping[bytes, AESGCM]
    prefix: bytes
    """What a value that is sealed now begins with."""
    cipher: AESGCM

    @classmethod
    def of(cls, keys: Mapping[str, bytes], *, current: str) -> _Held:
        ciphers = {bytes.fromhex(key_id): AESGCM(key) for key_id, key in keys.items()}
        ours = bytes.fromhex(current)
        return cls(current, dict(keys), ciphers, _FORMAT + ours, ciphers[ours])


class Sealer:
    """
    Seals with the current key and opens with any that it holds.

    `keys` maps key id to key bytes. A nonce is random, 12 bytes; one key is good
    for far more values (2^32) than an installation has secrets.

    Where it knows the key file, a change of it is noticed while the process runs: a value under a key
    that it has never seen makes it look, and before it seals it looks twice a second. So nobody has
    to be stopped for a new key.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        current: str,
        fingerprints: bytes | None = None,
        path: Path | None = None,
    ) -> None:
        self._held = _Held.of(keys, current=current)
        self._mac_key = fingerprints or key_file.fingerprint_key_of(keys[current])
        self._path = path
        self._looked = 0.0
        self._mark: tuple[int, int, int] | None = None

    @classmethod
    def of(cls, key: bytes, *older: bytes) -> Sealer:
        """Seals with `key`; the older ones only open what they sealed before."""
        keys = {key_id_of(one): one for one in (key, *older)}
        redaction.know(*(one.hex() for one in keys.values()))
        return cls(keys, current=key_id_of(key))

    @classmethod
    def from_file(cls, path: Path) -> Sealer:
        """
        Raises:
            SealingKeyUnusable: as in `key_file.load_ring`.
        """
        ring = key_file.load_ring(path)
        sealer = cls(
            _known(ring), current=key_id_of(ring.keys[0]), fingerprints=ring.fingerprints, path=path
        )
        redaction.know(ring.fingerprints.hex())
        return sealer

    @classmethod
    def handed_over(cls, keys: Mapping[str, str], *, current: str) -> Sealer:
        """In a child process, of what its parent has exported."""
        left = dict(keys)
        fingerprints, path = left.pop(_FINGERPRINTS, None), left.pop(_FILE, None)
        return cls(
            {key_id: bytes.fromhex(key) for key_id, key in left.items()},
            current=current,
            fingerprints=bytes.fromhex(fingerprints) if fingerprints else None,
            path=Path(path) if path else None,
        )

    @property
    def key_id(self) -> str:
        return self._held.key_id

    def export_keys(self) -> dict[str, str]:
        """The keys as hex, for a child process's pipe; never for a file, a log or an argument."""
        keys = {key_id: key.hex() for key_id, key in self._held.keys.items()}
        keys[_FINGERPRINTS] = self._mac_key.hex()
        if self._path is not None:
            keys[_FILE] = str(self._path.absolute())
        return keys

    def seal(self, text: str, *, table: str, row: str, column: str) -> bytes:
        return self.seal_row({column: text}, table=table, row=row)[column]

    def seal_row(self, texts: Mapping[str, str], *, table: str, row: str) -> dict[str, bytes]:
        """Several columns of one row at once: for many rows in a third of the time."""
        if time.monotonic() - self._looked > NOTICED_SECONDS:
            self.look()
        held = self._held
        random = os.urandom(_NONCE_BYTES * len(texts))
        place = f"{table}:{row}:".encode()
        sealed = {}
        for start, (column, text) in zip(count(0, _NONCE_BYTES), texts.items(), strict=False):
            nonce = random[start : start + _NONCE_BYTES]
            body = held.cipher.encrypt(nonce, text.encode(), place + column.encode())
            sealed[column] = held.prefix + nonce + body
        return sealed

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
        cipher = self._cipher(key_id)
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
        said = [b"-" if part is None else b"+" + part.encode() for part in parts]
        framed = b"".join([len(one).to_bytes(8, "big") + one for one in said])
        return hmac.digest(self._mac_key, framed, "sha256").hex()

    def look(self) -> None:
        """Take over what the key file says now. A file that belongs to another installation is left alone."""
        if self._path is None:
            return
        self._looked = time.monotonic()
        try:
            stat = self._path.stat()
            mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if mark == self._mark:
                return
            ring = key_file.load_ring(self._path)
        except (OSError, SealingKeyUnusable) as error:
            logger.warning("the key file cannot be read now, the keys in hand stay: %s", error)
            return
        self._mark = mark
        # Fingerprints keep their key for good, so they tell a new key from a stranger's.
        if not hmac.compare_digest(ring.fingerprints, self._mac_key):
            logger.warning("the key file holds the keys of another installation; it is not used")
            return
        keys = {**self._held.keys, **_known(ring)}
        if keys != self._held.keys or key_id_of(ring.keys[0]) != self.key_id:
            self._held = _Held.of(keys, current=key_id_of(ring.keys[0]))
            logger.info("the sealing key is %s now", self.key_id)

    def _cipher(self, key_id: bytes) -> AESGCM | None:
        cipher = self._held.ciphers.get(key_id)
        if cipher is None and len(key_id) == _KEY_ID_BYTES:
            self.look()
            cipher = self._held.ciphers.get(key_id)
        return cipher

    def __repr__(self) -> str:
        return f"Sealer(key_id={self.key_id!r})"


_FINGERPRINTS = "fingerprints"
_FILE = "file"


def _known(ring: Ring) -> dict[str, bytes]:
    redaction.know(*(key.hex() for key in ring.known))
    return {key_id_of(key): key for key in ring.known}


def _place(table: str, row: str, column: str) -> bytes:
    return f"{table}:{row}:{column}".encode()
