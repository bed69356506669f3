from __future__ import annotations

from pathlib import Path

from retinue.foundation.log_files import FILES_KEPT, roll_over


class TestRollOver:
    def test_a_file_that_is_not_full_or_not_there_is_left_alone(self, tmp_path: Path) -> None:
        log = tmp_path / "ava.log"
        roll_over(log, full_bytes=5)
        log.write_text("1234")
        roll_over(log, full_bytes=5)
        assert [one.name for one in tmp_path.iterdir()] == ["ava.log"]

    def test_full_files_move_on_and_the_oldest_goes(self, tmp_path: Path) -> None:
        log = tmp_path / "ava.log"
        for number in range(FILES_KEPT + 3):
            log.write_text(f"run {number}")
            log.chmod(0o600)
            roll_over(log, full_bytes=5)
            assert not log.exists()
        kept = {one.name: one.read_text() for one in tmp_path.iterdir()}
        assert kept == {"ava.log.1": "run 5", "ava.log.2": "run 4", "ava.log.3": "run 3"}
        assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
