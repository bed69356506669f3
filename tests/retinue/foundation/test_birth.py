from __future__ import annotations

import os
from pathlib import Path

import pytest

from retinue.foundation.birth import birth_of, is_same


class TestBirthOf:
    def test_it_is_the_same_at_every_look_and_holds_no_time_of_day(self) -> None:
        born = birth_of(os.getpid())
        assert born is not None
        assert born == birth_of(os.getpid())
        if Path("/proc/sys/kernel/random/boot_id").exists():
            assert not born.startswith("at:")

    def test_nobody_has_none(self) -> None:
        assert birth_of(2**22 + 1) is None


class TestIsSame:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("boot:100", "boot:100", True),
            ("boot:100", "boot:101", False),
            ("boot:100", "later:100", False),
            ("at:1700000000.10", "at:1700000001.90", True),
            ("at:1700000000.10", "at:1700000002.90", False),
            ("at:100.00", "boot:100", False),
        ],
    )
    def test_ticks_are_exact_and_times_of_day_may_be_moved_a_little(
        self, one: str, other: str, same: bool
    ) -> None:
        assert is_same(one, other) is same
