"""A WebSocket frame as a server sends it (RFC 6455, 5.2): whole, not masked, not compressed."""

from __future__ import annotations

import struct

_TEXT = 0x81
_LONGEST_SHORT = 125
_LONGEST_MEDIUM = 65_535


def text_frame(payload: bytes) -> bytes:
    """`payload` is UTF-8. The frame is the same for every receiver, so that it can be built once."""
    length = len(payload)
    if length <= _LONGEST_SHORT:
        return bytes((_TEXT, length)) + payload
    if length <= _LONGEST_MEDIUM:
        return struct.pack("!BBH", _TEXT, 126, length) + payload
    return struct.pack("!BBQ", _TEXT, 127, length) + payload
