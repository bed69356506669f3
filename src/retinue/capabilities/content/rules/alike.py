"""Pictures that are nearly the same, by 64 bits of how they get lighter and darker."""

from __future__ import annotations

_BITS, _QUARTER = 64, 16
_MASK = (1 << _QUARTER) - 1
_AT_MOST = 6


def as_signed(bits: int) -> int:
    """As databases keep 64 bits."""
    return bits - (1 << _BITS) if bits >> (_BITS - 1) else bits


def quarters(phash: int) -> list[int]:
    """
    Four numbers of which two pictures share one if their hashes differ in up to three bits,
    and most often if in six.
    """
    bits = phash & ((1 << _BITS) - 1)
    return [(place << _QUARTER) | ((bits >> (place * _QUARTER)) & _MASK) for place in range(4)]


def distance(one: int, other: int) -> int:
    return ((one ^ other) & ((1 << _BITS) - 1)).bit_count()


def is_near(one: int, other: int) -> bool:
    return distance(one, other) <= _AT_MOST
