"""What a manifest asks for, line by line. Without one, every picture is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from retinue.capabilities.content.models import ANY, ContentKind
from retinue.capabilities.content.schemas.adding import Details, TextCreate
from retinue.capabilities.content.schemas.bulk import Plan, Planned
from retinue.kit import csv_table
from retinue.kit.csv_table import BadTable, Limits

MANIFEST = "manifest.csv"
COLUMNS = ("file", "category", "title", "tags", "quality", "max_usage", "kind", "text")
MOST_ROWS = 5000

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SEPARATORS = re.compile(r"[;,|]")
_NO_END = {"unlimited", "-"}


def read(content: bytes | None, names: Collection[str], *, persona_id: int) -> Plan:
    """
    `names` are the files that there are, with `/` between their parts.

    Raises:
        BadTable: the manifest as a whole cannot be read.
    """
    if content is None:
        return _of_names(names)
    table = csv_table.open_table(content, known=frozenset(COLUMNS), limits=Limits(rows=MOST_ROWS))
    unknown = [name for name in table.columns if name not in COLUMNS]
    if unknown:
        raise BadTable(f"the manifest has a column {unknown[0]!r}; it knows {', '.join(COLUMNS)}")
    if not {"file", "text"} & set(table.columns):
        raise BadTable("the manifest needs a column `file`, or `text` and `kind`")
    rows: list[Planned] = []
    seen: set[str] = set()
    for row in table.rows():
        if row.fault is not None:
            rows.append(Planned(row.line, None, fault=row.fault))
            continue
        cells = {
            name: csv_table.restore(cell).strip()
            for name, cell in zip(table.columns, row.cells, strict=True)
        }
        rows.append(_planned(row.line, cells, names=names, seen=seen, persona_id=persona_id))
    named = {row.file for row in rows}
    ignored = sorted(name for name in names if name not in named and name != MANIFEST)
    return Plan(tuple(rows), tuple(ignored))


def _of_names(names: Collection[str]) -> Plan:
    pictures = sorted(name for name in names if name.lower().endswith(_ENDINGS))
    rows = [Planned(None, name, Details(category=_category_of(name))) for name in pictures]
    return Plan(tuple(rows), tuple(sorted(set(names) - set(pictures))))


def _category_of(name: str) -> str:
    """The folder that it lies in, where that could be a category."""
    folder = PurePosixPath(name).parts[0].lower() if "/" in name else ""
    return folder if _CATEGORY.fullmatch(folder) else ANY


def _planned(
    line: int,
    cells: Mapping[str, str],
    *,
    names: Collection[str],
    seen: set[str],
    persona_id: int,
) -> Planned:
    file, text = cells.get("file", "").replace("\\", "/"), cells.get("text", "")
    if bool(file) == bool(text):
        told = "give a file or a text, and not both"
        return Planned(line, file or None, column="file", fault=told)
    said: dict[str, Any] = {
        name: cells[name] for name in ("category", "quality") if cells.get(name)
    }
    said["tags"] = [tag for tag in _SEPARATORS.split(cells.get("tags", "")) if tag.strip()]
    if cells.get("max_usage"):
        most = cells["max_usage"].lower()
        said["max_usage"] = None if most in _NO_END else most
    try:
        if text:
            kind = cells.get("kind") or ContentKind.caption
            wanted = TextCreate.model_validate(
                {**said, "persona": persona_id, "kind": kind, "text": text}
            )
            return Planned(line, None, text=wanted)
        details = Details(title=cells.get("title") or None, **said)
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0])
        return Planned(line, file or None, column=column, fault=str(first["msg"]))
    return _of_file(line, file, details, names=names, seen=seen)


def _of_file(
    line: int, file: str, details: Details, *, names: Collection[str], seen: set[str]
) -> Planned:
    fault = None
    if file in seen:
        fault = "is named twice"
    elif is_outside(file):
        fault = "leads out of the folder"
    elif file not in names:
        fault = "is not there"
    seen.add(file)
    return Planned(line, file, details, column="file" if fault else None, fault=fault)


def is_outside(name: str) -> bool:
    """Whether a name would lead somewhere else, were it taken for a path."""
    parts: Sequence[str] = name.replace("\\", "/").split("/")
    return (
        not name or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name
    )
