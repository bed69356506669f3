from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retinue.foundation import clock_file
from retinue.foundation.clock import (
    Anchor,
    ManualClock,
    PacedClock,
    SystemClock,
    at_pace_of,
    pace,
    real,
    real_seconds,
)
from retinue.foundation.clock_file import ClockFileUnusable, ClockRunOut
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.configuration import Configuration
from retinue.foundation.configuration_report import ConfigurationUnusable, load
from retinue.foundation.jobs import rules
from retinue.foundation.runtime import open_runtime

HOUR = timedelta(hours=1)
WALL = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestPacedClock:
    def test_an_hour_passes_in_a_second(self) -> None:
        anchor = Anchor(WALL, WALL + HOUR, 3600.0)
        assert anchor.at(WALL + timedelta(seconds=2)) == WALL + 3 * HOUR

    def test_it_sleeps_and_measures_as_the_machine_does(self) -> None:
        clock = PacedClock(Anchor(SystemClock().now(), WALL, 3600.0))
        begun, shown = clock.monotonic(), clock.now()
        clock.sleep(0.05)
        assert 0.05 <= clock.monotonic() - begun < 5
        assert clock.now() - shown >= timedelta(seconds=180)

    def test_its_pace_is_no_jump(self) -> None:
        clock = PacedClock(Anchor(SystemClock().now(), WALL, 10_000.0))
        jumps = Jumps(clock)
        clock.sleep(0.02)
        assert jumps.look() is None

    def test_codes_are_made_from_the_machines_time(self) -> None:
        clock = PacedClock(Anchor(SystemClock().now(), WALL + 1000 * HOUR, 1.0))
        assert abs(clock.wall_now() - SystemClock().now()) < timedelta(seconds=5)


class TestReal:
    def test_a_lease_is_as_long_as_ever_on_the_machine(self) -> None:
        with at_pace_of(PacedClock(Anchor(WALL, WALL, 600.0))):
            assert pace() == 600
            assert real(timedelta(seconds=30)) == 5 * HOUR
            assert real_seconds(HOUR) == 6
        assert pace() == 1
        assert real(HOUR) == HOUR

    def test_jobs_keep_their_rhythm(self) -> None:
        with at_pace_of(PacedClock(Anchor(WALL, WALL, 60.0))):
            assert rules.next_run(due_at=WALL, every=60, now=WALL) == WALL + HOUR

    def test_a_clock_of_a_test_has_the_machines_pace(self) -> None:
        with at_pace_of(ManualClock(WALL)):
            assert real(HOUR) == HOUR


class TestSettle:
    def test_without_a_factor_there_is_no_file(self, tmp_path: Path) -> None:
        assert clock_file.settle(tmp_path, factor=1) is None
        assert type(clock_file.clock_of(tmp_path)) is SystemClock

    def test_all_who_read_it_agree(self, tmp_path: Path) -> None:
        clock_file.settle(tmp_path, factor=600)
        first, second = clock_file.clock_of(tmp_path), clock_file.clock_of(tmp_path)
        assert abs(first.now() - second.now()) < timedelta(minutes=30)
        assert isinstance(first, PacedClock)
        assert isinstance(second, PacedClock)
        assert first.anchor == second.anchor

    def test_a_restart_at_the_same_pace_goes_on(self, tmp_path: Path) -> None:
        clock_file.settle(tmp_path, factor=600)
        before = clock_file.read(tmp_path)
        clock_file.settle(tmp_path, factor=600)
        assert clock_file.read(tmp_path) == before

    @pytest.mark.parametrize("factor", [1, 10, 10_000])
    def test_time_never_goes_back(self, tmp_path: Path, factor: float) -> None:
        clock_file.settle(tmp_path, factor=9_000)
        shown = clock_file.clock_of(tmp_path).now()
        clock_file.settle(tmp_path, factor=factor)
        assert clock_file.clock_of(tmp_path).now() >= shown

    def test_it_ends_before_dates_mean_nothing(self, tmp_path: Path) -> None:
        far = '{"wall": "2026-01-01T00:00:00+00:00", "world": "3001-01-01T00:00:00+00:00", "factor": 1}'
        (tmp_path / clock_file.FILE_NAME).write_text(far, encoding="utf-8")
        with pytest.raises(ClockRunOut, match="new data directory"):
            clock_file.settle(tmp_path, factor=2)

    @pytest.mark.parametrize("text", ["", "{}", '{"wall": 1, "world": 2, "factor": 3}', "[]"])
    def test_a_broken_file_is_told_and_not_forgotten(self, tmp_path: Path, text: str) -> None:
        (tmp_path / clock_file.FILE_NAME).write_text(text, encoding="utf-8")
        with pytest.raises(ClockFileUnusable, match="cannot be read"):
            clock_file.clock_of(tmp_path)


class TestRuntime:
    def test_it_has_the_clock_of_its_directory(self, tmp_path: Path) -> None:
        clock_file.settle(tmp_path, factor=600)
        with open_runtime(Configuration(data_dir=tmp_path)) as runtime:
            assert isinstance(runtime.clock, PacedClock)
            assert pace() == 600
        assert pace() == 1


class TestConfiguration:
    def test_live_networks_have_the_worlds_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RETINUE_LIVE_NETWORKS", "true")
        monkeypatch.setenv("RETINUE_CLOCK_FACTOR", "600")
        with pytest.raises(ConfigurationUnusable, match="RETINUE_LIVE_NETWORKS=false"):
            load()

    @pytest.mark.parametrize("factor", ["0", "0.5", "10001", "fast"])
    def test_a_clock_never_runs_slow_or_beyond_reason(
        self, monkeypatch: pytest.MonkeyPatch, factor: str
    ) -> None:
        monkeypatch.setenv("RETINUE_CLOCK_FACTOR", factor)
        with pytest.raises(ConfigurationUnusable, match="RETINUE_CLOCK_FACTOR"):
            load()
