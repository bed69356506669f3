"""
structlog without `rich`, which it would take along to colour lines that we write ourselves: a tenth of
a start. To say that a module is not there is the documented way, for as long as structlog looks.
"""

from __future__ import annotations

import sys

_is_rich_here = "rich" in sys.modules
if not _is_rich_here:
    sys.modules["rich"] = None  # type: ignore[assignment]

import structlog  # noqa: E402 - after that

if not _is_rich_here:
    del sys.modules["rich"]

__all__ = ["structlog"]
