"""A restored database that several agents work on, each with journals of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import Agent as AgentRow
from retinue.entrypoints.agent.agent import Agent
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.restoring import service as restoring
from retinue.workflows.restoring.errors import NotReconciled
from tests.factories.serving import make_runtime
from tests.retinue.workflows.restoring.test_service import Intend, account, intend, runtime

__all__ = ["intend", "runtime"]


@pytest.fixture
def elsewhere(database: Database, clock: ManualClock, tmp_path: Path) -> Runtime:
    """The same database from another host, with a data directory of its own."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return make_runtime(database, clock, data_dir=folder)


def register(runtime: Runtime, name: str) -> None:
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        sessions.register_agent(db, name, incarnation=name, host=f"{name}.example", pid=1, now=now)
        journals = restoring.folder_id(runtime.configuration.data_dir)
        sessions.note_journals(db, name, journals)


def release(runtime: Runtime, *, without_journal: bool = False) -> None:
    restoring.release(runtime, reason="done", actor="anna", without_journal=without_journal)


def is_paused(runtime: Runtime) -> bool:
    with runtime.database.reading() as db:
        return bool(safety.pauses(db))


class TestRelease:
    def test_it_is_refused_until_the_journals_of_every_agent_were_read(
        self, runtime: Runtime, elsewhere: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        intend("luna")
        register(runtime, "here")
        register(elsewhere, "there")
        restoring.hold_if_older(runtime)

        restoring.reconcile(runtime)
        with pytest.raises(NotReconciled, match=r"journals of there on there\.example since"):
            release(runtime)
        assert is_paused(runtime)

        restoring.reconcile(elsewhere)
        release(runtime)
        assert not is_paused(runtime)

    def test_an_agent_that_is_gone_may_be_given_up_and_the_audit_log_says_so(
        self, runtime: Runtime, elsewhere: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        intend("luna")
        register(elsewhere, "there")
        restoring.hold_if_older(runtime)
        restoring.reconcile(runtime)

        release(runtime, without_journal=True)

        with runtime.database.reading() as db:
            released = select(AuditEntry).where(AuditEntry.action == "database.released")
            entry = db.scalars(released).one()
        assert (entry.after or {})["not_reconciled"] == ["there on there.example"]

    def test_what_was_read_after_an_earlier_restore_does_not_count(
        self, runtime: Runtime, elsewhere: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        register(elsewhere, "there")
        intend("luna")
        restoring.hold_if_older(runtime)
        for one in (runtime, elsewhere):
            restoring.reconcile(one)
        release(runtime)

        intend("luna")
        restoring.hold_if_older(elsewhere)
        assert not is_paused(runtime), "the other host's journals know nothing of it"
        again = replace(runtime, incarnation="another run")
        restoring.hold_if_older(again)
        restoring.reconcile(again)
        with pytest.raises(NotReconciled, match="there on"):
            release(again)

    def test_journals_that_were_moved_with_their_directory_are_the_same(
        self, runtime: Runtime, tmp_path: Path
    ) -> None:
        data_dir = runtime.configuration.data_dir
        known = restoring.folder_id(data_dir)
        (tmp_path / "new").mkdir()
        (data_dir / "journal").rename(tmp_path / "new" / "journal")
        assert restoring.folder_id(tmp_path / "new") == known
        assert restoring.folder_id(data_dir) != known


class TestAnAgentAtWork:
    def test_it_holds_the_fleet_when_the_database_forgets_what_its_journals_know(
        self, runtime: Runtime, intend: Intend, clock: ManualClock
    ) -> None:
        account(runtime, "luna")
        agent = Agent(runtime, name="here")
        agent.step()
        assert not is_paused(runtime)

        intend("luna")
        agent.step()
        assert not is_paused(runtime), "it looks once a minute"
        clock.sleep(61)
        agent.step()
        assert is_paused(runtime)

    def test_it_looks_at_once_when_it_has_to_report_anew(
        self, runtime: Runtime, intend: Intend, clock: ManualClock
    ) -> None:
        account(runtime, "luna")
        agent = Agent(runtime, name="here")
        agent.step()
        intend("luna")
        with runtime.database.writing() as db:
            db.delete(db.get_one(AgentRow, "here"))
        clock.sleep(4)
        agent.step()
        assert is_paused(runtime)
