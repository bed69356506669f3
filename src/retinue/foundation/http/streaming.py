"""
Answers that are written while they are read.

The first piece is made before the answer begins: what fails at the start is still
an error with its status, not a file that breaks off. Such an answer outlives the
handles of its request, so whoever makes the pieces opens its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi.responses import StreamingResponse

_PIECE = 64 * 1024


def csv(pieces: Iterator[str], *, name: str) -> StreamingResponse:
    """A file `name.csv` for a browser to keep."""
    return _attachment(pieces, file_name=f"{name}.csv", media_type="text/csv; charset=utf-8")


def json(pieces: Iterator[str], *, name: str) -> StreamingResponse:
    """A file `name.json`."""
    return _attachment(pieces, file_name=f"{name}.json", media_type="application/json")


def json_array(items: Iterable[str], *, name: str) -> StreamingResponse:
    """A file `name.json` of these values, each JSON already."""
    return json(_array(items), name=name)


def _attachment(pieces: Iterator[str], *, file_name: str, media_type: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    first = next(pieces, "")
    return StreamingResponse(_joined(first, pieces), media_type=media_type, headers=headers)


def _joined(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _array(items: Iterable[str]) -> Iterator[str]:
    text, separator = "[", "\n"
    for item in items:
        text += separator + item
        separator = ",\n"
        if len(text) >= _PIECE:
            yield text
            text = ""
    yield text + "\n]\n"
