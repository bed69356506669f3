"""
Numbers that depend on a seed and on nothing else.

The world is never stored: whoever asks for person 412,007 gets them computed.
So everything here is a pure function, the same on every machine and version of
Python (the built-in `hash` and the `random` module promise neither).
"""

import base64
import hashlib
from collections.abc import Sequence
from math import gcd
from typing import TypeVar

_MASK = (1 << 64) - 1

Item = TypeVar("Item")


def draw(seed: int, *parts: int) -> int:
    """64 well-mixed bits for a seed and a path of integers below it."""
    state = seed & _MASK
    for part in parts:
        state = (state ^ (part * 0x9E3779B97F4A7C15)) + 0x9E3779B97F4A7C15 & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state


def share(seed: int, *parts: int) -> float:
    """A number in [0, 1)."""
    return draw(seed, *parts) / 18446744073709551616.0


def choose(items: Sequence[Item], seed: int, *parts: int) -> Item:
    return items[draw(seed, *parts) % len(items)]


def secret(seed: int, *parts: object, size: int = 20) -> bytes:
    """Bytes for credentials: not to be guessed from each other, unlike `draw`."""
    text = ":".join(str(part) for part in (seed, *parts))
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def secret_text(seed: int, *parts: object, length: int) -> str:
    raw = base64.b32encode(secret(seed, *parts, size=min(64, length)))
    return raw.decode().rstrip("=").lower()[:length]


class Scramble:
    """
    A reversible shuffle of the integers below 2**bits (a small Feistel network).

    It turns indexes into ids that look unrelated, and ids back into indexes
    without a table.
    """

    _ROUNDS = 4

    def __init__(self, seed: int, *, salt: int, bits: int) -> None:
        self._half = bits // 2
        self._low = (1 << self._half) - 1
        self._keys = [draw(seed, salt, number) for number in range(self._ROUNDS)]
        self.limit = 1 << bits

    def forward(self, value: int) -> int:
        left, right = value >> self._half, value & self._low
        for key in self._keys:
            left, right = right, left ^ (self._blur(right, key) & self._low)
        return (left << self._half) | right

    def backward(self, value: int) -> int:
        left, right = value >> self._half, value & self._low
        for key in reversed(self._keys):
            left, right = right ^ (self._blur(left, key) & self._low), left
        return (left << self._half) | right

    @staticmethod
    def _blur(value: int, key: int) -> int:
        mixed = ((value ^ key) * 0xFF51AFD7ED558CCD) & _MASK
        return (mixed ^ (mixed >> 33)) >> 7


class Stride:
    """A reversible shuffle of range(size) that costs one multiplication."""

    def __init__(self, size: int, seed: int, *parts: int) -> None:
        factor = draw(seed, *parts, 1) % size | 1
        while gcd(factor, size) != 1:
            factor += 1
        self.size = size
        self.factor = factor
        self.offset = draw(seed, *parts, 2) % size
        self.inverse = pow(factor, -1, size) if size > 1 else 0

    def forward(self, value: int) -> int:
        return (value * self.factor + self.offset) % self.size

    def backward(self, value: int) -> int:
        return (value - self.offset) * self.inverse % self.size
