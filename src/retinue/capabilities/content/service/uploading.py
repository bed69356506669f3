"""
An archive that came over HTTP: kept beside the pictures, taken in by a job, row by row.

The `with` blocks are the transaction edges.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.content.errors import FileTooLarge, UploadNotFound
from retinue.capabilities.content.models import (
    ContentUpload,
    ContentUploadRow,
    UploadOutcome,
    UploadState,
)
from retinue.capabilities.content.repository import uploads as repository
from retinue.capabilities.content.rules.manifest import MANIFEST
from retinue.capabilities.content.schemas.bulk import (
    Plan,
    Planned,
    Result,
    UploadRead,
    UploadRowRead,
)
from retinue.capabilities.content.service import adding, keeping
from retinue.capabilities.content.service.intake import Intake, plan_of
from retinue.capabilities.content.service.sources import (
    LARGEST_ARCHIVE,
    open_archive,
    refused,
)
from retinue.foundation import failpoints
from retinue.foundation.errors import Refusal
from retinue.foundation.jobs import service as jobs
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import Lease
from retinue.foundation.pictures import PictureBox
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime

JOB = "content.upload"
LEASE = timedelta(seconds=90)
_PROBLEMS = 100
_PIECE = 1024 * 1024

File = tuple[str, IO[bytes]]


def receive(
    runtime: Runtime,
    persona: int | str,
    files: Sequence[File],
    *,
    manifest: bytes | None,
    actor: str,
    is_dry_run: bool,
) -> UploadRead:
    """
    One archive, or many pictures, which become one. The answer does not wait for what is in it.

    Raises:
        PersonaNotFound: there is no such persona.
        FileTooLarge: all in all it is above 200 MB.
        ManifestRefused: the archive or the manifest cannot be read. Nothing is kept.
    """
    with runtime.database.reading() as db:
        persona_id = adding.persona_of(db, persona).id
    upload_id = new_id()
    path = archive_path(runtime.configuration.data_dir, upload_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _store(path, files, manifest)
        with open_archive(path) as source:
            rows = plan_of(source, None, persona_id=persona_id).rows
        if not rows:
            raise refused("holds no picture and no line")
    except BaseException:
        path.unlink(missing_ok=True)
        raise

    with runtime.database.writing() as db:
        now = runtime.clock.now()
        upload = ContentUpload(
            id=upload_id,
            persona_id=persona_id,
            is_dry_run=is_dry_run,
            state=UploadState.waiting,
            total_rows=len(rows),
            done_rows=0,
            counts={},
            requested_by=actor,
            created_at=now,
        )
        repository.add(db, upload)
        jobs.defer(db, JOB, {"upload_id": upload_id}, now=now)
        audit.record(
            db,
            actor=actor,
            action="content.upload_received",
            subject=("content_upload", upload_id),
            now=now,
            after={"persona_id": persona_id, "rows": len(rows), "dry_run": is_dry_run},
        )
        return read(db, upload)


def archive_path(data_dir: Path, upload_id: str) -> Path:
    return keeping.folder(data_dir) / "uploads" / f"{upload_id}.zip"


def _store(path: Path, files: Sequence[File], manifest: bytes | None) -> None:
    if len(files) == 1 and files[0][0].lower().endswith(".zip"):
        with path.open("xb") as target:
            shutil.copyfileobj(files[0][1], target, _PIECE)
        if path.stat().st_size > LARGEST_ARCHIVE:
            raise FileTooLarge("file: it is larger than 200 MB; split it.")
        if manifest is not None:
            with zipfile.ZipFile(path) as opened:
                has_own = MANIFEST in opened.namelist()
            if has_own:
                raise refused(f"holds a {MANIFEST} already; send one or the other")
            with zipfile.ZipFile(path, "a") as opened:
                opened.writestr(MANIFEST, manifest)
        return
    with zipfile.ZipFile(path, "x") as opened:
        for name, file in files:
            opened.writestr(name.replace("\\", "/").rpartition("/")[2] or "unnamed", file.read())
        if manifest is not None:
            opened.writestr(MANIFEST, manifest)


def run(runtime: Runtime, upload_id: str) -> None:
    """
    Bring an upload to its end, from wherever it stands. A finished one is left alone.

    Raises:
        LeaseHeld: another process is at it.
    """
    with runtime.database.writing() as db:
        upload = get(db, upload_id)
        if upload.finished_at is not None:
            return
        holder = f"{runtime.incarnation}:{new_id()}"
        now = runtime.clock.now()
        lease = leases.acquire(db, f"content-upload:{upload_id}", holder=holder, ttl=LEASE, now=now)
        upload.state = UploadState.running
    try:
        _Run(runtime, upload, lease).to_the_end()
    finally:
        with runtime.database.writing() as db:
            leases.release(db, lease)


class _Run:
    """One process at work on one upload."""

    def __init__(self, runtime: Runtime, upload: ContentUpload, lease: Lease) -> None:
        self._rt = runtime
        self._upload = upload
        self._lease = lease

    def to_the_end(self) -> None:
        path = archive_path(self._rt.configuration.data_dir, self._upload.id)
        try:
            with open_archive(path) as source, PictureBox() as box:
                plan = plan_of(source, None, persona_id=self._upload.persona_id)
                intake = Intake(
                    runtime=self._rt,
                    source=source,
                    box=box,
                    persona_id=self._upload.persona_id,
                    actor=self._upload.requested_by,
                    is_dry_run=self._upload.is_dry_run,
                )
                if not self._take(intake, plan):
                    return
        except Refusal as error:
            self._finish(UploadState.failed, error.message)
        else:
            self._finish(UploadState.completed)
        path.unlink(missing_ok=True)

    def _take(self, intake: Intake, plan: Plan) -> bool:
        """False when another process has taken over."""
        for seq, row in enumerate(plan.rows[self._upload.done_rows :], self._upload.done_rows + 1):
            ready = intake.prepare(row)
            if self._upload.is_dry_run and not isinstance(ready, Result):
                ready = intake.rehearsed(row, ready)
            with self._rt.database.writing() as db:
                if not leases.renew(db, self._lease, ttl=LEASE, now=self._rt.clock.now()):
                    return False
                result = ready if isinstance(ready, Result) else intake.write(db, row, ready)
                self._note(db, seq, row, result)
            failpoints.reach("content.upload.row_written")
        return True

    def _note(self, db: Session, seq: int, row: Planned, result: Result) -> None:
        upload = get(db, self._upload.id, for_update=True)
        upload.done_rows = seq
        counts = dict(upload.counts)
        counts[result.outcome.value] = counts.get(result.outcome.value, 0) + 1
        upload.counts = counts
        repository.add(
            db,
            ContentUploadRow(
                upload_id=upload.id,
                seq=seq,
                line=row.line,
                file=(row.file or "")[:500] or None,
                outcome=result.outcome,
                content_id=result.content_id,
                near_duplicates=list(result.near_duplicates),
                column=result.column,
                reason=(result.reason or "")[:500] or None,
            ),
        )

    def _finish(self, state: UploadState, error: str | None = None) -> None:
        with self._rt.database.writing() as db:
            upload = get(db, self._upload.id, for_update=True)
            upload.state, upload.error = state, error
            upload.finished_at = self._rt.clock.now()


def get(db: Session, upload_id: str, *, for_update: bool = False) -> ContentUpload:
    """
    Raises:
        UploadNotFound: there is none of this id.
    """
    upload = repository.find(db, upload_id, for_update=for_update)
    if upload is None:
        raise UploadNotFound(f"upload: there is none of the id {upload_id}.")
    return upload


def read(db: Session, upload: ContentUpload) -> UploadRead:
    problems = repository.rows(db, upload.id, after=0, limit=_PROBLEMS, outcome=UploadOutcome.error)
    return UploadRead(
        id=upload.id,
        persona_id=upload.persona_id,
        dry_run=upload.is_dry_run,
        state=upload.state,
        total_rows=upload.total_rows,
        done_rows=upload.done_rows,
        progress=100 * upload.done_rows // upload.total_rows if upload.total_rows else 100,
        counts=upload.counts,
        error=upload.error,
        requested_by=upload.requested_by,
        created_at=upload.created_at,
        finished_at=upload.finished_at,
        problems=[read_row(row) for row in problems],
    )


rows = repository.rows


def read_row(row: ContentUploadRow) -> UploadRowRead:
    return UploadRowRead.model_validate(row, from_attributes=True)


def sweep(db: Session, data_dir: Path, *, older_than: float) -> None:
    """Take away archives that no upload needs any more."""
    old = {
        path.stem: path
        for path in (keeping.folder(data_dir) / "uploads").glob("*.zip")
        if path.stat().st_mtime < older_than
    }
    for upload_id in set(old) - repository.unfinished(db, list(old)):
        old[upload_id].unlink(missing_ok=True)
