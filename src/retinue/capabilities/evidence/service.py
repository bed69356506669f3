from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from retinue.capabilities.evidence import repository
from retinue.capabilities.evidence.errors import EvidenceNotFound
from retinue.capabilities.evidence.models import EvidenceItem, EvidenceKind
from retinue.capabilities.evidence.schemas import EvidenceFilter, Found
from retinue.capabilities.settings import service as settings
from retinue.foundation import kept_files
from retinue.foundation.randomness import new_id
from retinue.foundation.redaction import redact

logger = logging.getLogger(__name__)

CHUNK = 200
LARGEST_PICTURE = 10 * 1024 * 1024
LARGEST_PAGE = 512 * 1024
"""What is longer is cut: the rest of a page says no more than its beginning."""

_PNG, _JPEG, _HTML = "image/png", "image/jpeg", "text/html"
_ENDINGS = {_PNG: "png", _JPEG: "jpg", _HTML: "html"}
_MAGIC = {b"\x89PNG\r\n\x1a\n": _PNG, b"\xff\xd8\xff": _JPEG}


def folder(data_dir: Path) -> Path:
    return data_dir / "evidence"


def path_of(data_dir: Path, item: EvidenceItem) -> Path:
    return folder(data_dir) / _name_of(item.id, item.media_type)


def _name_of(evidence_id: str, media_type: str) -> str:
    return f"{evidence_id}.{_ENDINGS[media_type]}"


@dataclass(frozen=True, slots=True)
class _File:
    id: str
    kind: EvidenceKind
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written:
    """Files without their rows. Where none follow within the hour, the files are swept away."""

    found: Found
    files: tuple[_File, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The picture's first."""
        return tuple(file.id for file in self.files)


def write(data_dir: Path, found: Found) -> Written:
    """
    Write down what was seen, with no transaction open: a disk may be slow. `enter` makes it known.

    Never the reason why the work that it is about fails: what cannot be written, or is no picture,
    is left out and told in the log.
    """
    files: list[_File] = []
    for kind, media_type, content in _contents(found):
        digest = hashlib.sha256(content).hexdigest()
        file = _File(new_id(), kind, media_type, len(content), digest)
        try:
            kept_files.write(folder(data_dir) / _name_of(file.id, media_type), content)
        except OSError as error:
            logger.warning("evidence about %s was not kept: %s", found.subject, error.strerror)
            continue
        files.append(file)
    return Written(found, tuple(files))


def enter(db: Session, written: Written, *, now: datetime) -> tuple[str, ...]:
    """Make known what `write` has written; the ids, the picture's first."""
    found = written.found
    expires_at = now + timedelta(days=settings.current(db).evidence.keep_days)
    for file in written.files:
        item = EvidenceItem(
            id=file.id,
            kind=file.kind,
            account_id=found.account_id,
            subject_kind=found.subject[0],
            subject_id=found.subject[1],
            title=redact(found.title)[:255],
            address=None if found.address is None else _without_query(found.address),
            media_type=file.media_type,
            bytes=file.bytes,
            sha256=file.sha256,
            added_by=found.added_by[:190],
            created_at=now,
            expires_at=expires_at,
        )
        db.add(item)
    db.flush()
    return written.ids


def _contents(found: Found) -> Iterator[tuple[EvidenceKind, str, bytes]]:
    if found.picture is not None:
        media_type = _media_type(found.picture)
        if media_type is None or len(found.picture) > LARGEST_PICTURE:
            logger.warning("a picture about %s is too large or none; left out", found.subject)
        else:
            yield EvidenceKind.picture, media_type, found.picture
    if found.page is not None:
        text = redact(found.page[:LARGEST_PAGE])
        yield EvidenceKind.page, _HTML, text.encode(errors="replace")


def _media_type(picture: bytes) -> str | None:
    return next((kind for magic, kind in _MAGIC.items() if picture.startswith(magic)), None)


def _without_query(address: str) -> str:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    bare = parts._replace(netloc=host, query="", fragment="").geturl()
    return redact(bare)[:500]


def get(
    db: Session, evidence_id: str, *, account_ids: frozenset[int] | None = None
) -> EvidenceItem:
    """
    Raises:
        EvidenceNotFound: there is none of this id, or it is of none of these accounts.
    """
    item = repository.find(db, evidence_id)
    if item is None or (account_ids is not None and item.account_id not in account_ids):
        raise EvidenceNotFound(
            f"id: there is no evidence {evidence_id}, or its time is over; `GET /api/evidence` lists what there is."
        )
    return item


def page(
    db: Session, wanted: EvidenceFilter, *, before_id: str | None = None, limit: int = 50
) -> Sequence[EvidenceItem]:
    """What fits, the newest first."""
    return repository.page(db, wanted, before_id=before_id, limit=limit)


def expire(db: Session, *, now: datetime, limit: int = CHUNK) -> int:
    """Forget what was kept long enough; how many there were, at most `limit`. The files go with `sweep`."""
    return repository.remove_expired(db, now=now, limit=limit)


def strays(data_dir: Path, *, wall_now: datetime) -> Iterator[Sequence[Path]]:
    """Files that are old enough to have a row, in chunks."""
    return kept_files.strays(folder(data_dir).glob("*"), wall_now=wall_now)


def sweep(db: Session, paths: Sequence[Path]) -> int:
    """Take away those of the files that no row names; how many there were."""
    return kept_files.sweep(paths, partial(repository.known, db))
