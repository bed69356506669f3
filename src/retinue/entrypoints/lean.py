"""
What a session process does without, because many run at once. Import it before `foundation.logging`.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

# structlog takes `rich` along for its colours; a session writes JSON lines to a file.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # the documented way to say that there is none


def settle() -> None:
    """Once everything is imported: give back what importing has used, and leave the rest alone for good."""
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
