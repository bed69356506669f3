from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import LargeBinary, text

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.entrypoints.models import metadata
from retinue.foundation import key_file
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.key_file import Ring, create_key, key_id_of, load_ring
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.resealing import service
from retinue.workflows.resealing.places import PLACES
from retinue.workflows.resealing.service import Wish
from tests.factories import sealing, serving

CHECK = 1
"""The check value is written with the first step and counts for none."""
WISH = Wish("tests", reason="half a year", settle_seconds=0, chunk=5)


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    path = data_dir / "keys" / "sealing.key"
    create_key(path)
    bare = serving.make_runtime(database, clock, data_dir)
    return replace(bare, sealer=Sealer.from_file(path))


@pytest.fixture
def before(runtime: Runtime) -> sealing.Secrets:
    with runtime.database.writing() as db:
        sealing.fill(db, runtime.sealer, now=runtime.clock.now())
    return sealing.everything(runtime.database, runtime.sealer)


def path_of(runtime: Runtime) -> Path:
    return runtime.configuration.effective_key_file


class TestPlaces:
    def test_every_column_of_bytes_is_a_sealed_one_with_a_place(self) -> None:
        binary = {
            table.name
            for table in metadata.sorted_tables
            if any(isinstance(column.type, LargeBinary) for column in table.columns)
        }

        assert binary == {place.name for place in PLACES}

    def test_the_tests_fill_every_sealed_column(self, before: sealing.Secrets) -> None:
        filled = {(table, column) for table, _, column in before}

        assert filled == {(place.name, one.name) for place in PLACES for one in place.sealed}


class TestRotate:
    def test_everything_is_as_before_under_the_new_key_alone(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        old = runtime.sealer.key_id
        done = service.rotate(runtime, WISH)

        assert done.is_old_removed
        assert sealing.uses(runtime.database) == {done.new: len(before)}
        ring = load_ring(path_of(runtime))
        assert [key_id_of(key) for key in ring.keys] == [done.new] != [old]
        assert sealing.everything(runtime.database, Sealer.from_file(path_of(runtime))) == before

    def test_a_second_one_takes_another_key(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        first = service.rotate(runtime, WISH)
        second = service.rotate(runtime, WISH)

        assert second.new != first.new
        assert second.values == len(before) - CHECK

    def test_fingerprints_stay_so_that_a_refused_password_is_known(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        del before
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            account = accounts.find(db, "otter_1")
            accounts.note_refused_password(db, runtime.sealer, account, "word", now=now)
        service.rotate(runtime, WISH)

        fresh = Sealer.from_file(path_of(runtime))
        with runtime.database.reading() as db:
            account = accounts.find(db, "otter_1")
            assert accounts.refused_since(db, fresh, account, "word") == now

    def test_who_runs_meanwhile_reads_and_writes_without_a_pause(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        del before
        server = replace(runtime, sealer=Sealer.from_file(path_of(runtime)))
        stop, troubles, made = threading.Event(), [], []

        def work() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    with server.database.writing() as db:
                        wanted = ProxyCreate(
                            host="10.0.0.1", port=number, password=SecretStr(f"p-{number}")
                        )
                        made.append(
                            proxies.add(
                                db, server.sealer, wanted, actor="tests", now=server.clock.now()
                            ).id
                        )
                    with server.database.reading() as db:
                        proxies.open(db, server.sealer, made[number // 2])
                        accounts.open_credentials(db, server.sealer, accounts.find(db, "otter_1"))
                except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                    troubles.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            done = service.rotate(runtime, WISH)
        finally:
            stop.set()
            worker.join()

        assert not troubles
        assert done.is_old_removed
        service.rotate(runtime, WISH)
        with runtime.database.reading() as db:
            for one in made:
                assert proxies.open(db, Sealer.from_file(path_of(runtime)), one).password

    def test_what_opens_with_no_key_keeps_the_old_key_and_is_named(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        del before
        old = runtime.sealer.key_id
        with runtime.database.writing() as db:
            one, two = db.execute(text("SELECT id FROM proxies ORDER BY id LIMIT 2")).scalars()
            sealed = db.execute(
                text("SELECT password_sealed FROM proxies WHERE id = :id"), {"id": one}
            ).scalar_one()
            moved = text("UPDATE proxies SET password_sealed = :sealed WHERE id = :id")
            db.execute(moved, {"sealed": bytes(sealed), "id": two})
        done = service.rotate(runtime, WISH)

        assert not done.is_old_removed
        assert len(done.broken) == 1
        assert done.broken[0].startswith("proxies.password")
        assert old in [key_id_of(key) for key in load_ring(path_of(runtime)).keys]
        assert sealing.uses(runtime.database)[old] == 1

    def test_a_backup_from_before_is_brought_under_the_new_key(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        # What a restored database needs: its key at the end of the file.
        older, path = load_ring(path_of(runtime)), path_of(runtime)
        key_file.replace(path, Ring((bytes(range(32)), *older.keys), older.fingerprints))
        done = service.rotate(runtime, WISH)

        assert done.new == key_id_of(bytes(range(32)))
        assert sealing.uses(runtime.database) == {done.new: len(before)}

    def test_it_is_audited_once_at_each_end(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        old = runtime.sealer.key_id
        done = service.rotate(runtime, WISH)

        with runtime.database.reading() as db:
            started, rotated = reversed(audit.newest(db, AuditFilter(), limit=2))
        assert (started.action, started.before) == ("keys.rotation_started", {"key": old})
        assert (rotated.action, rotated.reason) == ("keys.rotated", "half a year")
        assert rotated.after == {"keys": [done.new], "values": len(before) - CHECK}


class TestPrepare:
    def test_the_prepared_key_seals_nothing_until_the_rotation(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        old = runtime.sealer.key_id
        prepared = service.rotate(runtime, replace(WISH, prepares_only=True))
        assert prepared.is_prepared
        assert sealing.uses(runtime.database) == {old: len(before)}
        assert service.rotate(runtime, replace(WISH, prepares_only=True)).new == prepared.new

        done = service.rotate(runtime, WISH)
        assert done.new == prepared.new
        assert done.is_old_removed

    def test_the_old_key_may_stay_until_every_machine_has_the_file(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        del before
        kept = service.rotate(runtime, replace(WISH, keeps_old=True))
        assert not kept.is_old_removed
        assert len(load_ring(path_of(runtime)).keys) == 2
        assert service.status(runtime).is_under_way

        again = service.rotate(runtime, WISH)
        assert (again.new, again.values) == (kept.new, 0)
        assert again.is_old_removed


class TestStatus:
    def test_it_counts_by_key_and_column(self, runtime: Runtime, before: sealing.Secrets) -> None:
        found = service.status(runtime)

        assert [(key.role, key.values) for key in found.keys] == [("seals", len(before))]
        assert found.keys[0].columns["account_credentials.password"] == 12
        assert found.advice == "Nothing to do."

    def test_a_key_that_is_not_in_the_file_is_named_with_the_remedy(
        self, runtime: Runtime, before: sealing.Secrets
    ) -> None:
        del before
        lost = runtime.sealer.key_id
        ring = load_ring(path_of(runtime))
        key_file.replace(path_of(runtime), Ring((bytes(32),), ring.fingerprints))
        found = service.status(runtime)

        assert [key.role for key in found.keys] == ["seals", "unknown"]
        assert lost in found.advice
