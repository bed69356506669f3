"""An import that is cut off, taken up by two, or overtaken by an operator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, ImportState
from retinue.capabilities.accounts.schemas import AccountChange, ImportReport
from retinue.capabilities.accounts.service import importing
from retinue.foundation import failpoints
from retinue.foundation.clock import ManualClock
from retinue.foundation.leases.service import LeaseHeld
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service
from tests.factories.importing import file_of, row, upload


def bring(runtime: Runtime, *rows: dict[str, str], **given: Any) -> ImportReport:
    return service.import_now(runtime, upload(file_of(*rows), **given))


def account(runtime: Runtime, name: str = "WACC001") -> Account:
    with runtime.database.reading() as db:
        return accounts.find(db, name, include_retired=True)


def number_of(runtime: Runtime, table: str) -> int:
    with runtime.database.reading() as db:
        return int(db.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


class _Killed(BaseException):
    """Ends the work where it stands, as the end of the process would."""


@pytest.fixture
def killed_after() -> Any:
    def install(chunks: int) -> None:
        left = iter(range(chunks - 1, -1, -1))

        def reach(name: str) -> None:
            if name == "accounts.import.chunk_written" and next(left) == 0:
                raise _Killed

        failpoints.install(reach)

    yield install
    failpoints.install(None)


class TestResume:
    def test_an_import_that_was_cut_off_is_finished_by_the_next(
        self, runtime: Runtime, clock: ManualClock, killed_after: Callable[[int], None]
    ) -> None:
        content = file_of(*(row(n) for n in range(3_500)))
        killed_after(2)
        with pytest.raises(_Killed):
            service.import_now(runtime, upload(content))
        failpoints.install(None)
        assert number_of(runtime, "accounts") == 2_000
        with runtime.database.reading() as db:
            import_id = str(db.scalar(text("SELECT id FROM account_imports")))

        clock.advance(timedelta(minutes=5))
        service.run(runtime, import_id)

        with runtime.database.reading() as db:
            report = service.report_of(db, import_id)
        assert (report.state, report.counts["create"], report.counts["unchanged"]) == (
            ImportState.completed, 3_500, 0,
        )  # fmt: skip
        assert number_of(runtime, "accounts") == 3_500

    def test_two_do_not_work_on_one_import(self, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            begun = importing.begin(
                db, runtime.sealer, upload(file_of(row())), now=runtime.clock.now()
            )

        def second(name: str) -> None:
            with pytest.raises(LeaseHeld):
                service.run(runtime, begun.id)

        failpoints.install(second)
        try:
            service.run(runtime, begun.id)
        finally:
            failpoints.install(None)
        assert number_of(runtime, "accounts") == 1

    def test_a_finished_import_is_left_alone(self, runtime: Runtime) -> None:
        report = bring(runtime, row())
        entries = number_of(runtime, "audit_entries")
        service.run(runtime, str(report.import_id))
        assert number_of(runtime, "audit_entries") == entries

    def test_an_account_that_changes_meanwhile_is_looked_at_again(self, runtime: Runtime) -> None:
        bring(runtime, *(row(n) for n in range(1_500)))
        changed = [row(n, email="new@mail.example") for n in range(1_500)]

        def change_one(name: str) -> None:
            failpoints.install(None)
            with runtime.database.writing() as db:
                found = accounts.find(db, "WACC1400")
                change = AccountChange(labels=["mine"])
                accounts.change(db, found.id, change, actor="me", now=runtime.clock.now())

        failpoints.install(change_one)
        report = bring(runtime, *changed)
        found = account(runtime, "WACC1400")
        assert (report.counts["update"], found.labels, found.email) == (
            1_500, ["mine"], "new@mail.example",
        )  # fmt: skip
