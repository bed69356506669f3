"""
A file that opens with a passphrase: scrypt, then AES-256-GCM piece by piece.

    retinue-sealed-file/1 LF
    {"kdf":"scrypt","n":65536,"r":8,"p":1,"salt":"..."} LF
    pieces of 64 KiB and a tag each, the last one shorter

A piece's nonce is its number and whether it is the last, and every piece is bound to the head. So a
file that was cut off, put together anew or changed anywhere does not open.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"retinue-sealed-file/1\n"
PIECE = 64 * 1024
_TAG = 16
_SALT_BYTES = 16
COST = MappingProxyType({"n": 1 << 16, "r": 8, "p": 1})
"""64 MiB and a fifth of a second for each guess."""
_MOST = {"n": 1 << 20, "r": 16, "p": 4}
_LONGEST_HEAD = 500


class NotOpened(Exception):
    """It is no such file, was changed or cut off, or the passphrase is another. The message says which is known."""


def is_sealed(content: bytes) -> bool:
    return content.startswith(MAGIC)


def seal(
    pieces: Iterable[bytes], passphrase: str, *, cost: Mapping[str, int] = COST
) -> Iterator[bytes]:
    """The file in pieces; the memory it takes does not grow with what is in it. `cost` is scrypt's."""
    salt = os.urandom(_SALT_BYTES)
    facts = {"kdf": "scrypt", **cost, "salt": base64.b64encode(salt).decode()}
    head = MAGIC + json.dumps(facts, separators=(",", ":")).encode() + b"\n"
    cipher = AESGCM(_key(passphrase, salt, cost))
    yield head
    number, held = 0, b""
    for piece in pieces:
        held += piece
        # The last piece is known to be one only when nothing follows it.
        while len(held) > PIECE:
            yield cipher.encrypt(_nonce(number, is_last=False), held[:PIECE], head)
            number, held = number + 1, held[PIECE:]
    yield cipher.encrypt(_nonce(number, is_last=True), held, head)


def unseal(content: bytes, passphrase: str) -> bytes:
    """
    Raises:
        NotOpened: it does not open.
    """
    head, cost, salt = _read_head(content)
    cipher = AESGCM(_key(passphrase, salt, cost))
    body, opened = memoryview(content)[len(head) :], bytearray()
    size = PIECE + _TAG
    pieces = max(1, -(-len(body) // size))
    try:
        for number in range(pieces):
            piece = body[number * size : (number + 1) * size]
            nonce = _nonce(number, is_last=number == pieces - 1)
            opened += cipher.decrypt(nonce, piece, head)
    except (InvalidTag, ValueError) as error:
        message = "the passphrase is another, or the file was changed or cut off"
        raise NotOpened(message) from error
    return bytes(opened)


def _read_head(content: bytes) -> tuple[bytes, dict[str, int], bytes]:
    end = content.find(b"\n", len(MAGIC), len(MAGIC) + _LONGEST_HEAD)
    if not is_sealed(content) or end < 0:
        raise NotOpened("it is no file that a passphrase opens")
    try:
        facts: dict[str, Any] = json.loads(content[len(MAGIC) : end])
        cost = {name: int(facts[name]) for name in COST}
        salt = base64.b64decode(facts["salt"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise NotOpened("its head cannot be read") from error
    n = cost["n"]
    if any(not 1 <= cost[name] <= most for name, most in _MOST.items()) or n < 2 or n & (n - 1):
        raise NotOpened("its head asks for more than a file of ours would")
    return content[: end + 1], cost, salt


def _key(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    derive = Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"])
    return derive.derive(passphrase.encode())


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
