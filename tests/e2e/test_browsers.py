"""Where there is no Chromium: a note here, a failure in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.browsers import needed_chromium


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without one."""
    monkeypatch.delenv("RETINUE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return monkeypatch


def test_in_ci_the_test_fails(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no Chromium here"):
        needed_chromium()


def test_elsewhere_it_is_skipped_with_the_way_to_mend_it(bare: pytest.MonkeyPatch) -> None:
    bare.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install_test_servers"):
        needed_chromium()


def test_one_that_is_named_is_taken(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("RETINUE_CHROMIUM", str(tmp_path / "mine"))
    assert needed_chromium() == tmp_path / "mine"
