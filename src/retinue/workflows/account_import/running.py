"""One process at work on one import. The blank lines around a `with` are the transaction edges."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import ImportRaced
from retinue.capabilities.accounts.models import AccountImport, RowOutcome
from retinue.capabilities.accounts.schemas import (
    CheckedFile,
    ImportMode,
    ImportRow,
    RowVerdict,
)
from retinue.capabilities.accounts.service import importing
from retinue.capabilities.personas import service as personas
from retinue.capabilities.proxies import service as proxies
from retinue.foundation import failpoints
from retinue.foundation.errors import Conflict, Refusal
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import Lease
from retinue.foundation.runtime import Runtime

OnProgress = Callable[[int, int], None]
"""Told the rows that are done, and how many there are."""

LEASE = timedelta(seconds=60)

_TRIES_OF_A_CHUNK = 5
_Piece = TypeVar("_Piece")


class Run:
    """One process at work on one import."""

    def __init__(
        self, runtime: Runtime, import_id: str, lease: Lease, on_progress: OnProgress | None
    ) -> None:
        self._rt = runtime
        self._id = import_id
        self._lease = lease
        self._on_progress = on_progress
        self._revived: list[str] = []
        # The first look, to be acted on; whatever has changed since is noticed by the write.
        self._glances: deque[importing.Glance] = deque()
        # Counted, but not yet written down.
        self._waiting: Counter[str] = Counter()

    def to_the_end(self, record: AccountImport, checked: CheckedFile | None) -> None:
        if checked is None:
            try:
                checked = importing.check_file(self._text(record), self._rt.sealer)
            except Refusal as error:
                self._fail(error.message)
                return
        if record.is_dry_run:
            self._note_all(checked)
            return
        if not record.is_checked and not self._is_accepted(record, checked):
            return
        self._write_rows(record, checked)

    def _text(self, record: AccountImport) -> bytes:
        with self._rt.database.reading() as db:
            return importing.text_of(db, self._rt.sealer, record)

    def _is_accepted(self, record: AccountImport, checked: CheckedFile) -> bool:
        """Keep every error of the file; False when they end the import."""
        errors = list(checked.errors)
        is_strict = record.mode == ImportMode.all_or_nothing
        if is_strict:
            # In the other mode each chunk is judged when it is written, and that is enough.
            for chunk in checked.rows.pieces():
                judged = self._judge(chunk)
                errors += errors_of(judged)
                self._glances.append(importing.Glance.of(judged))
        for part in chunks(errors):
            with self._rt.database.writing() as db:
                importing.note_rows(db, importing.get(db, self._id), part)
        with self._rt.database.writing() as db:
            current = importing.get(db, self._id)
            importing.mark_checked(current, checked)
            if is_strict and errors:
                current.counts = {**current.counts, "error": len({e.line for e in errors})}
                number = current.counts["error"]
                message = f"{number} of {checked.total} rows are wrong; nothing was imported."
                importing.fail(db, current, message, now=self._rt.clock.now())
                return False
        return True

    def _write_rows(self, record: AccountImport, checked: CheckedFile) -> None:
        done = record.done_rows
        for chunk in checked.rows.pieces(after=done):
            done += len(chunk)
            self._write_chunk(record, chunk, done=done)
            if self._on_progress is not None:
                self._on_progress(done, len(checked.rows))
            failpoints.reach("accounts.import.chunk_written")
        with self._rt.database.writing() as db:
            current = importing.get(db, self._id)
            now = self._rt.clock.now()
            importing.note_progress(db, current, added=self._waiting, done_rows=done, now=now)
            importing.finish(db, current, now=now, revived=self._revived)

    def _write_chunk(self, record: AccountImport, chunk: Sequence[ImportRow], *, done: int) -> None:
        for _ in range(_TRIES_OF_A_CHUNK):
            now = self._rt.clock.now()
            judged = self._glances.popleft().judged(chunk) if self._glances else self._judge(chunk)
            outcomes = Counter(str(found.outcome) for found in judged.verdicts)
            if outcomes[RowOutcome.unchanged] == len(chunk):
                # No news costs no commit, so that the same file again is quick.
                self._waiting += outcomes
                return

            bindings = self._bind(judged, actor=record.requested_by)
            with self._rt.database.reading() as db:
                prepared = importing.prepare(
                    db, self._rt.sealer, judged, bindings, actor=record.requested_by, now=now
                )
            outcomes["revived"] = len(prepared.revived)
            try:
                with self._rt.database.writing() as db:
                    self._hold_on(db)
                    importing.write(db, prepared, now=now)
                    current = importing.get(db, self._id)
                    importing.note_rows(db, current, errors_of(judged))
                    added = self._waiting + outcomes
                    importing.note_progress(db, current, added=added, done_rows=done, now=now)
            except ImportRaced:
                self._glances.clear()
                continue
            self._waiting.clear()
            self._revived += prepared.revived
            return
        message = "The accounts of this import are being changed by somebody else all the time; it goes on later."
        raise ImportRaced(message)

    def _judge(self, chunk: Sequence[ImportRow]) -> importing.Judged:
        with self._rt.database.reading() as db:
            return importing.judge(db, chunk)

    def _bind(self, judged: importing.Judged, *, actor: str) -> importing.Bindings:
        """Make the personas and proxies that the chunk names. What is there already is only looked up."""
        wanted = [
            row
            for row, verdict in zip(judged.rows, judged.verdicts, strict=True)
            if verdict.outcome in {RowOutcome.create, RowOutcome.update}
        ]
        names = {row.persona.casefold(): row.persona for row in wanted if row.persona}
        addresses = {row.proxy: row.proxy_password for row in wanted if row.proxy}
        if not names and not addresses:
            return importing.Bindings()
        now = self._rt.clock.now()
        with self._rt.database.writing() as db:
            return importing.Bindings(
                personas={
                    key: personas.ensure(db, name, actor=actor, now=now).id
                    for key, name in names.items()
                },
                proxies=proxies.ensure_many(db, self._rt.sealer, addresses, now=now),
            )

    def _note_all(self, checked: CheckedFile) -> None:
        """A dry run: every row's verdict is kept, and that is all."""
        counts = Counter(importing.counts_of(checked))
        for part in chunks(checked.errors):
            with self._rt.database.writing() as db:
                importing.note_rows(db, importing.get(db, self._id), part)
        done = 0
        for chunk in checked.rows.pieces():
            verdicts = self._judge(chunk).verdicts
            counts.update(str(found.outcome) for found in verdicts)
            done += len(chunk)
            with self._rt.database.writing() as db:
                self._hold_on(db)
                importing.note_rows(db, importing.get(db, self._id), verdicts)
            if self._on_progress is not None:
                self._on_progress(done, len(checked.rows))
        with self._rt.database.writing() as db:
            current = importing.get(db, self._id)
            importing.mark_checked(current, checked)
            current.counts = dict(counts)
            importing.finish(db, current, now=self._rt.clock.now())

    def _hold_on(self, db: Session) -> None:
        if not leases.renew(db, self._lease, ttl=LEASE, now=self._rt.clock.now()):
            message = "Another process has taken this import over."
            raise Conflict(message)

    def _fail(self, message: str) -> None:
        with self._rt.database.writing() as db:
            importing.fail(db, importing.get(db, self._id), message, now=self._rt.clock.now())


def chunks(items: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    for start in range(0, len(items), importing.CHUNK):
        yield items[start : start + importing.CHUNK]


def errors_of(judged: importing.Judged) -> list[RowVerdict]:
    return [found for found in judged.verdicts if found.outcome is RowOutcome.error]
