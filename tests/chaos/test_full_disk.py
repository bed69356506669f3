"""Row 7 of the failure model: a disk that fills up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from retinue.capabilities.plans import service as plans
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.free_space import Reserve, Room
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.pacing import Pace
from tests.chaos.leasing import serving

pytestmark = pytest.mark.timeout(900)

SIZE = 1 << 20


@pytest.mark.databases("sqlite")
class TestAFullDisk:
    """Row 7, with a quota on the file's pages in place of a small disk: SQLite says the same words."""

    def test_a_write_is_refused_with_503_and_nothing_of_it_stays(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        caller = serving(database, clock, data_dir)
        with database.writing_core() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        statuses = []
        for number in range(400):
            answer = caller.post(f"/api/leases/{'k' * 180}{number}")
            statuses.append(answer.status_code)
            if answer.status_code != 200:
                break
        assert statuses[-1] == 503, "the quota was never reached"
        assert answer.json()["code"] == "disk_full"
        assert caller.get(f"/api/leases/{'k' * 180}{number}").json() == {"held": False}
        with database.writing_core() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert caller.post(f"/api/leases/{'k' * 180}{number}").status_code == 200
        with database.reading() as db:
            found = db.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
        assert found == "ok"


class TestReserve:
    """Row 7: room that was put by for the outcomes of what is under way."""

    def test_it_is_given_up_when_the_disk_is_full_and_made_again(self, data_dir: Path) -> None:
        free = 10 * SIZE
        reserve = Reserve(data_dir, size=SIZE, least=2 * SIZE, look=lambda _: free)
        file = data_dir / "reserve"
        reserve.look_after()
        assert file.stat().st_blocks * 512 >= SIZE, "its room is not really its own"
        assert file.stat().st_mode & 0o777 == 0o600
        free = SIZE
        reserve.look_after()
        assert file.exists()
        free = 0
        reserve.look_after()
        assert not file.exists()
        free = 3 * SIZE - 1
        reserve.look_after()
        assert not file.exists()
        free = 3 * SIZE
        reserve.look_after()
        assert file.exists()

    def test_outcomes_fit_into_it(self, data_dir: Path) -> None:
        """The file and the database share a quota here: what one lets go the other can have."""
        reserve = Reserve(data_dir, size=SIZE, least=0, look=lambda _: left())
        quota, kept = 2 * SIZE, data_dir / "outcomes"

        def left() -> int:
            return quota - sum(one.stat().st_size for one in data_dir.glob("*") if one.is_file())

        def write() -> bool:
            if left() < SIZE // 8:
                return False
            with kept.open("ab") as stream:
                stream.write(bytes(SIZE // 8))
            return True

        reserve.look_after()
        while write():
            pass
        assert not write(), "the control: without giving the reserve up nothing more is written"
        reserve.look_after()
        assert write()

    def test_none_is_kept_where_none_is_wanted(self, data_dir: Path) -> None:
        Reserve(data_dir, size=0, least=0, look=lambda _: 10 * SIZE).look_after()
        assert not (data_dir / "reserve").exists()


class TestLittleRoom:
    """Row 7, before it comes to that: nothing new is begun while there is too little room for outcomes."""

    def test_a_session_waits_for_room_and_goes_on_by_itself(self, clock: ManualClock) -> None:
        left = iter([100, 150, 199])
        room = Room(Path(), least=200, look=lambda _: next(left, 200))
        began = clock.monotonic()
        pace(clock, engagement.Reins(), room).check()
        assert clock.monotonic() - began == 15

    def test_a_stop_ends_the_waiting(self, clock: ManualClock) -> None:
        reins = engagement.Reins()
        looks = 0

        def look(_: Path) -> int:
            nonlocal looks
            looks += 1
            if looks == 2:
                reins.pull(Ending(SessionStatus.stopped, "a test"))
            return 0

        with pytest.raises(EngagementEnds):
            pace(clock, reins, Room(Path(), least=200, look=look)).check()
        assert looks == 2

    def test_the_control_without_it_begins_at_once(self, clock: ManualClock) -> None:
        began = clock.monotonic()
        pace(clock, engagement.Reins(), None).check()
        assert clock.monotonic() == began


def pace(clock: ManualClock, reins: engagement.Reins, room: Room | None) -> Pace:
    hours = plans.parse("working-hours: [00.00-23.59]\n").plan
    assert hours is not None
    progress = engagement.Progress(clock)
    return Pace(
        clock,
        random.Random(7),
        reins=reins,
        progress=progress,
        hours=hours.working_hours,
        room=room,
    )
