"""
Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds).

Computed here rather than with pyotp, which refuses keys under 112 bits: the
networks hand out secrets of 16 characters, which are 80.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

_PERIOD = 30
_DIGITS = 6


def code_at(secret: str, moment: datetime) -> str:
    """
    Raises:
        ValueError: the secret is not base32. The message does not repeat it.
    """
    cleaned = secret.replace(" ", "").replace("-", "").upper().rstrip("=")
    try:
        key = base64.b32decode(cleaned + "=" * (-len(cleaned) % 8))
    except (binascii.Error, ValueError):
        # `from None`: the original error may carry a piece of the secret.
        raise ValueError("not base32") from None
    if not key:
        raise ValueError("empty")
    counter = int(moment.timestamp()) // _PERIOD
    # RFC 6238 builds on HMAC-SHA-1; its known weakness is collisions, which do not matter here.
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)
