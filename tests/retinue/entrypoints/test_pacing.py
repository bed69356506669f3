from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from retinue.capabilities.access import service as access
from retinue.entrypoints import pacing, starting
from retinue.entrypoints.errors import NotStartable
from retinue.foundation import clock_file
from retinue.foundation.cli import Exit
from retinue.foundation.clock import pace, real
from retinue.foundation.configuration import Configuration
from retinue.foundation.leases import service as leases
from retinue.foundation.leases.service import LeaseHeld

pytestmark = pytest.mark.databases("sqlite")

FACTOR = 3600.0


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return Configuration(data_dir=tmp_path / "data", clock_factor=FACTOR)


class TestCheckIsDemo:
    def test_a_new_directory_becomes_what_it_is_started_as(
        self, configuration: Configuration
    ) -> None:
        pacing.check_is_demo(configuration, starts_as_demo=True)
        with pytest.raises(NotStartable, match="only a demo") as caught:
            pacing.check_is_demo(configuration, starts_as_demo=False)
        assert caught.value.exit_code == Exit.usage

    def test_a_directory_stays_what_it_is(self, configuration: Configuration) -> None:
        with starting.open_installation(configuration, is_demo=True):
            pass
        pacing.check_is_demo(configuration, starts_as_demo=False)

    def test_the_end_of_a_demo_is_the_end_of_its_pace(self, configuration: Configuration) -> None:
        with (
            starting.open_installation(configuration, is_demo=True) as runtime,
            runtime.database.writing() as db,
        ):
            access.end_demo(db, by="operator:anna", now=runtime.clock.now())
        with pytest.raises(NotStartable, match="RETINUE_DATA_DIR"):
            pacing.check_is_demo(configuration, starts_as_demo=True)


class TestCheckIsTrue:
    def test_live_networks_are_never_told_a_time_that_has_run_ahead(
        self, configuration: Configuration
    ) -> None:
        configuration.data_dir.mkdir()
        clock_file.settle(configuration.data_dir, factor=FACTOR)
        live = Configuration(data_dir=configuration.data_dir, live_networks=True)
        with (
            pytest.raises(NotStartable, match="new data directory"),
            starting.open_installation(live, is_demo=True),
        ):
            pass


class TestLeases:
    def test_a_lease_of_a_minute_outlives_an_hour_of_a_fast_clock(
        self, configuration: Configuration
    ) -> None:
        configuration.data_dir.mkdir()
        clock_file.settle(configuration.data_dir, factor=FACTOR)
        with starting.open_installation(configuration, is_demo=True) as runtime:
            assert pace() == FACTOR
            now, minute = runtime.clock.now(), timedelta(minutes=1)
            with runtime.database.writing() as db:
                leases.acquire(db, "phone", holder="first", ttl=minute, now=now)
            with pytest.raises(LeaseHeld), runtime.database.writing() as db:
                leases.acquire(db, "phone", holder="second", ttl=minute, now=now + 60 * minute)
            with runtime.database.writing() as db:
                leases.acquire(db, "phone", holder="second", ttl=minute, now=now + real(minute))
