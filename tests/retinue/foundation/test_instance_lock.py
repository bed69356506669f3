from __future__ import annotations

from pathlib import Path

import pytest

from retinue.foundation import instance_lock
from tests.retinue.foundation import children


class TestHeld:
    def test_the_second_server_is_told_who_the_first_is_and_what_to_do(
        self, data_dir: Path
    ) -> None:
        with children.started("serves", str(data_dir)) as first:
            children.await_ready(first)
            with (
                pytest.raises(instance_lock.AlreadyServed) as refused,
                instance_lock.held(data_dir),
            ):
                pass

        message = refused.value.message
        assert str(data_dir) in message
        assert f"process {first.pid} at http://127.0.0.1:4711" in message
        assert "RETINUE_DATA_DIR" in message

    def test_a_killed_server_leaves_the_directory_free(self, data_dir: Path) -> None:
        with children.started("serves", str(data_dir)) as first:
            children.await_ready(first)
            first.kill()
            first.wait()
            assert instance_lock.holder(data_dir) is None
            with instance_lock.held(data_dir):
                pass

    def test_it_can_be_held_again_after_the_block(self, data_dir: Path) -> None:
        for _ in range(2):
            with (
                instance_lock.held(data_dir),
                pytest.raises(instance_lock.AlreadyServed),
                instance_lock.held(data_dir),
            ):
                pass

    def test_only_the_owner_reads_the_file(self, data_dir: Path) -> None:
        with instance_lock.held(data_dir):
            assert (data_dir / instance_lock.FILE_NAME).stat().st_mode & 0o777 == 0o600


class TestHolder:
    def test_nobody_is_at_work_on_a_directory_without_a_lock_file(self, data_dir: Path) -> None:
        assert instance_lock.holder(data_dir) is None

    def test_it_names_the_server_at_work(self, data_dir: Path) -> None:
        with children.started("serves", str(data_dir)) as first:
            children.await_ready(first)
            assert instance_lock.holder(data_dir) == {
                "pid": first.pid,
                "url": "http://127.0.0.1:4711",
            }
