"""What a picture may cost, for both sides of the pipe."""

from __future__ import annotations

import struct

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_MEMORY = 512 * 1024 * 1024
SECONDS = 30.0
THUMBNAIL = 320

LENGTH = struct.Struct(">I")
"""Before each piece that goes through the pipe."""
