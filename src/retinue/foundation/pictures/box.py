"""The parent's side: what goes into the box, and what comes out of it or why nothing does."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from retinue.foundation.errors import Invalid, Problem, Unavailable
from retinue.foundation.pictures.limits import LARGEST_FILE, LENGTH, MOST_PIXELS, SECONDS

__all__ = ["LARGEST_FILE", "MOST_PIXELS", "Drawing", "PictureBox", "PictureRefused", "draw"]

logger = logging.getLogger(__name__)

_CHILD = "retinue.foundation.pictures.child"
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each box may take half a gigabyte."""


class PictureRefused(Invalid):
    """It is no picture that can be kept."""

    code = "picture_refused"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture drawn anew, as JPEG or PNG. The same file gives the same drawing, byte for byte."""

    content: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    phash: int
    """64 bits, not negative."""
    source_sha256: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def draw(content: bytes) -> Drawing:
    """
    One picture, in a box of its own.

    Raises:
        PictureRefused: it cannot be kept; the message says why.
        Unavailable: others are at work, and have been for half a minute.
    """
    check(content)
    with PictureBox() as box:
        return box.draw(content)


def check(content: bytes) -> None:
    """What can be told without decoding."""
    if not content:
        raise _refused("is empty")
    if len(content) > LARGEST_FILE:
        raise _refused("is larger than 10 MB")
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if not (is_webp or content.startswith(_MAGIC)):
        raise _refused("is no JPEG, PNG or WebP, whatever its name says")


class PictureBox:
    """
    A child process that decodes one picture after the other, and is made anew where one of them ends it.

    For one thread. It starts with the first picture and ends with the block.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if not _AT_ONCE.acquire(timeout=SECONDS):
            raise Unavailable("Other pictures are being decoded; try again.", retry_after=5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        _AT_ONCE.release()

    def draw(self, content: bytes) -> Drawing:
        """
        Raises:
            PictureRefused: it cannot be kept; the message says why.
        """
        check(content)
        if self._child is None:
            self._child = _start()
        facts, picture, thumbnail = self._exchange(self._child, content)
        if "problem" in facts:
            raise _refused(facts["problem"])
        return Drawing(
            content=picture,
            thumbnail=thumbnail,
            media_type=facts["media_type"],
            width=facts["width"],
            height=facts["height"],
            phash=facts["phash"],
            source_sha256=hashlib.sha256(content).hexdigest(),
        )

    def _exchange(
        self, child: subprocess.Popen[bytes], content: bytes
    ) -> tuple[dict[str, Any], bytes, bytes]:
        watch = threading.Timer(SECONDS, child.kill)
        watch.start()
        try:
            given = cast("BinaryIO", child.stdin)
            given.write(LENGTH.pack(len(content)) + content)
            given.flush()
            facts, picture, thumbnail = (_read(cast("BinaryIO", child.stdout)) for _ in range(3))
            return json.loads(facts), picture, thumbnail
        except (OSError, EOFError) as error:
            code = self._end()
            logger.warning("the process that decodes pictures ended with %s", code)
            raise _refused("cannot be decoded within its time and memory") from error
        finally:
            watch.cancel()

    def _end(self) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        child.kill()
        for pipe in (child.stdin, child.stdout):
            # What it was not given any more cannot be flushed.
            with suppress(OSError):
                cast("BinaryIO", pipe).close()
        return child.wait()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ}
        | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,
    )


def _read(pipe: BinaryIO) -> bytes:
    head = pipe.read(LENGTH.size)
    size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
    piece = pipe.read(size) if size >= 0 else b""
    if len(piece) != size:
        raise EOFError
    return piece


def _refused(problem: str) -> PictureRefused:
    return PictureRefused(f"file: {problem}.", problems=[Problem(("file",), problem)])
