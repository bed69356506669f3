from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.evidence.errors import EvidenceNotFound
from retinue.capabilities.evidence.jobs import JOBS
from retinue.capabilities.evidence.models import EvidenceKind
from retinue.capabilities.evidence.schemas import EvidenceFilter, Found
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs.executor import Executor
from tests.factories.serving import make_runtime

PNG = b"\x89PNG\r\n\x1a\n" + b"points"
SEEN = Found(
    subject=("task", "t1"),
    title="a page nobody knows",
    picture=PNG,
    page="<html><title>Hello</title></html>",
    address="http://user:pw@127.0.0.1:9/web/login?next=secret#top",
    account_id=7,
)


def keep(database: Database, data_dir: Path, clock: ManualClock, **changes: object) -> list[str]:
    written = evidence.write(data_dir, replace(SEEN, **changes))  # type: ignore[arg-type]
    with database.writing() as db:
        return list(evidence.enter(db, written, now=clock.now()))


class TestKeep:
    def test_both_files_are_there_and_private(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        picture, page = keep(database, data_dir, clock)

        with database.reading() as db:
            shown = [evidence.get(db, found) for found in (picture, page)]
            paths = [evidence.path_of(data_dir, item) for item in shown]
        assert [item.kind for item in shown] == [EvidenceKind.picture, EvidenceKind.page]
        assert paths[0].read_bytes() == PNG
        assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
        assert shown[0].expires_at == clock.now() + timedelta(days=30)

    def test_the_address_loses_its_query_and_who_was_in_it(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        (found,) = keep(database, data_dir, clock, page=None)
        with database.reading() as db:
            assert evidence.get(db, found).address == "http://127.0.0.1:9/web/login"

    def test_what_looks_like_a_secret_is_masked_in_the_page(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        (found,) = keep(database, data_dir, clock, picture=None, page="password=hunter2-of-ours")
        with database.reading() as db:
            path = evidence.path_of(data_dir, evidence.get(db, found))
        assert "hunter2" not in path.read_text()

    def test_what_is_no_picture_is_left_out(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        assert len(keep(database, data_dir, clock, picture=b"<html>")) == 1

    def test_a_folder_that_cannot_be_written_ends_nothing(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        (data_dir / "evidence").write_text("in the way")
        assert keep(database, data_dir, clock) == []


class TestPage:
    def test_the_newest_first_and_only_of_ones_own_accounts(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        first = keep(database, data_dir, clock, page=None)
        second = keep(database, data_dir, clock, page=None, account_id=8)

        def page(db: Session, wanted: EvidenceFilter) -> list[str]:
            return [item.id for item in evidence.page(db, wanted)]

        with database.reading() as db:
            assert page(db, EvidenceFilter()) == second + first
            assert page(db, EvidenceFilter(account_ids=frozenset({7}))) == first
            assert page(db, EvidenceFilter(subject=("task", "t2"))) == []
            assert page(db, EvidenceFilter(ids=tuple(second))) == second
            with pytest.raises(EvidenceNotFound):
                evidence.get(db, second[0], account_ids=frozenset({7}))


class TestSweep:
    def test_what_was_kept_long_enough_goes_with_its_file(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        old = keep(database, data_dir, clock)
        clock.advance(timedelta(days=20))
        young = keep(database, data_dir, clock, page=None)
        clock.advance(timedelta(days=11))
        # The files are younger than the manual clock says they are.
        for path in evidence.folder(data_dir).iterdir():
            os.utime(path, (0, 0))

        Executor(make_runtime(database, clock, data_dir), JOBS).step()

        with database.reading() as db:
            assert [item.id for item in evidence.page(db, EvidenceFilter())] == young
        left = [path.stem for path in evidence.folder(data_dir).iterdir()]
        assert left == young
        assert old[0] not in left

    def test_a_file_without_a_row_goes_after_an_hour(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        keep(database, data_dir, clock, page=None)
        stray = evidence.folder(data_dir) / "somebody-died.png"
        stray.write_bytes(PNG)
        hour = timedelta(hours=1)

        os.utime(stray, ((clock.now() - hour / 2).timestamp(),) * 2)
        assert not [
            path
            for paths in evidence.strays(data_dir, wall_now=clock.now())
            for path in paths
            if path == stray
        ]
        os.utime(stray, ((clock.now() - hour * 2).timestamp(),) * 2)
        with database.reading() as db:
            for paths in evidence.strays(data_dir, wall_now=clock.now()):
                evidence.sweep(db, paths)
        assert not stray.exists()
