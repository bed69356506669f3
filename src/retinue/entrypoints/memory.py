"""What starting has used and working does not need is given back."""

from __future__ import annotations

import ctypes
import gc
import mmap
from contextlib import suppress
from pathlib import Path


def settle() -> None:
    """Once everything is imported: give back what importing has used, and leave the rest alone for good."""
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        _release_code(libc)


def _release_code(libc: ctypes.CDLL) -> None:
    """
    Code of libraries that only their loading has run. What is needed again comes back from the
    kernel's cache of the file; code is never written to, so nothing can be lost.
    """
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, mode, _, _, inode, *_ = line.split()
        if mode == "r-xp" and inode != "0":
            start, end = (int(edge, 16) for edge in span.split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)
