"""FETCH: what a mail holds, part by part."""

import re
from collections.abc import Sequence

from sandgram.surfaces.imap.letters import Letter
from sandgram.surfaces.imap.parsing import Item, NotUnderstood, text

_MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}
_SECTION = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?\Z", re.IGNORECASE)
_WHOLE = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}


def wanted(item: Item) -> list[str]:
    """The names of what a FETCH asks for."""
    parts = item if isinstance(item, list) else [item]
    found: list[str] = []
    for part in parts:
        name = text(part)
        found += _MACROS.get(name.upper(), [name])
    return found


def marks_as_seen(names: Sequence[str]) -> bool:
    """Whether reading so leaves a trace: PEEK does not."""
    for name in names:
        section = _SECTION.fullmatch(name)
        if section is not None and not section.group(1):
            return True
        if name.upper() in ("RFC822", "RFC822.TEXT"):
            return True
    return False


def shown(letter: Letter, names: Sequence[str]) -> bytes:
    """
    The inside of a FETCH answer.

    Raises:
        NotUnderstood: something that no mail has.
    """
    return b" ".join(_one(letter, name) for name in names)


def _one(letter: Letter, name: str) -> bytes:
    key = name.upper()
    section = _SECTION.fullmatch(name)
    if section is not None:
        _, place, start, count = section.groups()
        content = _section(letter, place)
        label = f"BODY[{place}]"
        if start is not None:
            content = content[int(start) : int(start) + int(count)]
            label += f"<{start}>"
        return _literal(label, content)
    if key in _WHOLE:
        return _literal(key, _section(letter, _WHOLE[key]))
    values = {
        "UID": lambda: str(letter.uid),
        "FLAGS": lambda: letter.flags,
        "INTERNALDATE": letter.internal_date,
        "RFC822.SIZE": lambda: str(letter.size),
        "ENVELOPE": letter.envelope,
        "BODY": letter.structure,
        "BODYSTRUCTURE": letter.structure,
    }
    if key not in values:
        raise NotUnderstood(f"nothing to fetch: {name[:40]}")
    return f"{key} {values[key]()}".encode()


def _section(letter: Letter, place: str) -> bytes:
    name, _, rest = place.partition(" ")
    key = name.upper()
    if key == "":
        return letter.raw
    if key == "HEADER":
        return letter.head
    if key in ("TEXT", "1"):
        return letter.body
    if key in ("HEADER.FIELDS", "HEADER.FIELDS.NOT"):
        names = {one.strip('"').lower() for one in rest.strip("() ").split()}
        return letter.fields(names, is_without=key.endswith("NOT"))
    if key == "1.MIME":
        return letter.fields({"content-type", "content-transfer-encoding"})
    raise NotUnderstood(f"no part of a mail: {place[:40]}")


def _literal(label: str, content: bytes) -> bytes:
    return f"{label} {{{len(content)}}}\r\n".encode() + content
