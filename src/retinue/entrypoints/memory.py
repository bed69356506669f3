"""What starting has used and working does not need is given back."""

from __future__ import annotations

import ctypes
import gc
import mmap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def hold_still() -> None:
    """Until `settle`: what importing makes stays for good, so to look for garbage in it costs a tenth of the start."""
    gc.disable()


def settle() -> None:
    """Once everything is imported: give back what importing has used, and leave the rest alone for good."""
    gc.collect()
    gc.freeze()
    gc.enable()
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        for start, end in _unwritten_spans(Path("/proc/self/smaps").read_text()):
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


def _unwritten_spans(smaps: str) -> Iterator[tuple[int, int]]:
    """
    Addresses, from and to, of what libraries' files hold and nobody may write to. Much of it only
    their loading has read, and what is needed again comes back from the kernel's cache of the file.

    What the loader itself has written into, before it was made read-only, is `Anonymous`: it would be lost.
    """
    span, is_of_a_file = "", False
    for line in smaps.splitlines():
        word, *rest = line.split()
        if not word.endswith(":"):
            mode, _, _, inode, *_ = rest
            span, is_of_a_file = word, mode in ("r-xp", "r--p") and inode != "0"
        elif word == "Anonymous:" and is_of_a_file and rest[0] == "0":
            start, end = span.split("-")
            yield int(start, 16), int(end, 16)
