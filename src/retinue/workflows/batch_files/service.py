"""From a file to batches, or to a list of what does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate
from retinue.foundation.errors import Invalid, Problem
from retinue.foundation.runtime import Runtime
from retinue.workflows.batch_files import rules
from retinue.workflows.batch_files.errors import RowsUnusable
from retinue.workflows.batch_files.rules import ReadFile, ReadRow
from retinue.workflows.batch_files.schemas import FileOptions, FileReport, RowError
from retinue.workflows.following import service as following
from retinue.workflows.following.schemas import FollowRequest, PlannedBatch

__all__ = ["order"]

_SHOWN = 100
_FIXES = {
    "account": "write the number of an account in use",
    "worker_account": "write the number of a worker account in use, or leave it empty",
}


def order(runtime: Runtime, content: bytes, wanted: FileOptions, *, actor: str) -> FileReport:
    """
    Put what a file asks for into the queue, all of it or nothing. With `dry_run` say what that would be.

    Raises:
        TypeNotRunnable, NoForm: tasks of the type cannot be asked for, or not by file.
        RowsUnusable: rows do not fit; never in a dry run, whose report names them.
        Invalid: the accounts that are to follow do not fit.
    """
    tasks.catalogue.lint_of(wanted.type)
    form = rules.form_of(wanted.type)
    if wanted.type is not TaskType.follow and (wanted.accounts or wanted.internal):
        raise Invalid.field("accounts", "is for follow lists only")
    found = rules.read(content, form)
    if found.errors:
        return _refused(wanted, found, found.errors)
    if wanted.type is TaskType.follow:
        return _follows(runtime, found, wanted, actor=actor)
    return _batch(runtime, found, wanted, actor=actor)


def _follows(runtime: Runtime, found: ReadFile, wanted: FileOptions, *, actor: str) -> FileReport:
    if not wanted.accounts:
        raise Invalid.field("accounts", "say who follows, by login or number", kind="missing")
    request = FollowRequest(
        accounts=wanted.accounts,
        targets=[row.item.params["username"] for row in found.rows],
        internal=wanted.internal,
        per_account_max=wanted.per_account_max,
        name=wanted.name,
        priority=wanted.priority,
        dry_run=wanted.dry_run,
    )
    report = following.order(runtime, request, actor=actor)
    return FileReport(
        type=wanted.type,
        dry_run=wanted.dry_run,
        rows=found.count,
        tasks=report.pairs,
        batches=report.batches,
        ignored_columns=found.ignored_columns,
        errors=[],
        follow=report,
    )


def _batch(runtime: Runtime, found: ReadFile, wanted: FileOptions, *, actor: str) -> FileReport:
    name = wanted.name or wanted.type.value
    batch = BatchCreate(
        type=wanted.type,
        name=name,
        priority=wanted.priority,
        tasks=[row.item for row in found.rows],
    )
    made_id: str | None = None
    try:
        with runtime.database.writing() as db:
            made_id = tasks.create_batch(db, batch, actor=actor, now=runtime.clock.now()).id
            if wanted.dry_run:
                # The same checks as for the real thing, and then nothing of it.
                raise _Rehearsed
    except _Rehearsed:
        made_id = None
    except Invalid as invalid:
        return _refused(wanted, found, _row_errors(found.rows, invalid.problems))
    return FileReport(
        type=wanted.type,
        dry_run=wanted.dry_run,
        rows=found.count,
        tasks=len(found.rows),
        batches=[PlannedBatch(id=made_id, name=name, size=len(found.rows))],
        ignored_columns=found.ignored_columns,
        errors=[],
    )


class _Rehearsed(Exception):
    """Takes the transaction back."""


def _row_errors(rows: Sequence[ReadRow], problems: Sequence[Problem]) -> list[RowError]:
    errors = []
    for problem in problems:
        # `tasks`, the place in the list, and from there the way to the cell.
        _, index, *way = problem.loc
        names = [str(part) for part in way if part not in {"params", "fields"}]
        field = next((name for name in names if not name.isdigit()), None)
        column = {"account": "account_no"}.get(field or "", field)
        reason, _, mend = problem.msg.partition("; ")
        fix = _FIXES.get(field or "", mend or f"write {column or 'it'} anew")
        line = rows[int(index)].line
        errors.append(RowError(line=line, column=column, reason=reason, fix=fix))
    return errors


def _refused(wanted: FileOptions, found: ReadFile, errors: Sequence[RowError]) -> FileReport:
    """
    Raises:
        RowsUnusable: it was meant.
    """
    if not wanted.dry_run:
        first = errors[0]
        where = f"line {first.line}" + (f", {first.column}" if first.column else "")
        raise RowsUnusable(
            f"{where}: {first.reason}; {first.fix} ({len(errors)} errors in all).",
            problems=[
                Problem(("file", one.line, one.column or ""), f"{one.reason}; {one.fix}")
                for one in errors[:_SHOWN]
            ],
            errors=[one.model_dump() for one in errors[:_SHOWN]],
        )
    return FileReport(
        type=wanted.type,
        dry_run=True,
        rows=found.count,
        tasks=0,
        batches=[],
        ignored_columns=found.ignored_columns,
        errors=list(errors),
    )
