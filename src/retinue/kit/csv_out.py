"""
CSV as it leaves: made row by row, so that a file of any length costs one piece of memory.

Text that a spreadsheet would take for a formula leaves with an apostrophe before it;
`csv_table.restore` gives it back.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from retinue.kit.csv_table import neutralise

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
PIECE = 64 * 1024
"""Characters that a piece holds before it is handed on, the last row whole."""


def rows_as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """
    Pieces of a CSV file, the header first. Closing the iterator closes `rows`, where that is a generator.

    None is an empty cell, a moment its ISO form (with `Z` for UTC), a mapping or a list compact JSON.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    try:
        for row in rows:
            writer.writerow([cell(value) for value in row])
            if text.tell() >= PIECE:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
        yield text.getvalue()
    finally:
        if (close := getattr(rows, "close", None)) is not None:
            close()


def cell(value: Any) -> str:
    """One value as it stands in the file. A number is no text: a minus sign before it stays bare."""
    if isinstance(value, str):
        return neutralise(str(value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping | list | tuple):
        return neutralise(_JSON.encode(value))
    return neutralise(str(value))
