"""The size budget and the look at tracked text see what they are there for."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts import size_budget, tracked_text

ROOT = Path(__file__).parents[2]


def findings(path: Path, source: str) -> list[str]:
    path.write_text(source, encoding="utf-8")
    return [
        f"{'error' if finding.fails else 'warning'}: {finding.text}"
        for finding in size_budget.inspect(path)
    ]


class TestSizeBudget:
    def test_a_small_file_is_fine(self, tmp_path: Path) -> None:
        source = "class A:\n    def f(self, a, b, c, *, d, e, f): ...\n" + "x = 1\n" * 298
        assert findings(tmp_path / "a.py", source) == []

    def test_over_300_lines_is_a_warning(self, tmp_path: Path) -> None:
        assert findings(tmp_path / "a.py", "x = 1\n" * 301) == [
            "warning: 301 lines, at most 300 (400 fails)"
        ]

    def test_over_400_lines_fails(self, tmp_path: Path) -> None:
        assert findings(tmp_path / "a.py", "x = 1\n" * 401)[0].startswith("error: 401 lines")

    def test_a_function_over_60_lines_fails(self, tmp_path: Path) -> None:
        source = "async def long():\n" + "    x = 1\n" * 60
        assert findings(tmp_path / "a.py", source) == ["error: long has 61 lines, at most 60"]

    def test_seven_parameters_fail(self, tmp_path: Path) -> None:
        (text,) = findings(tmp_path / "a.py", "def wide(a, b, c, d, *, e, f, g): ...\n")
        assert text.startswith("error: wide takes 7 parameters")

    def test_the_options_of_a_command_are_not_counted(self, tmp_path: Path) -> None:
        source = "@app.command()\ndef wide(a, b, c, d, *, e, f, g): ...\n"
        assert findings(tmp_path / "a.py", source) == []

    def test_a_long_component_fails(self, tmp_path: Path) -> None:
        (text,) = findings(tmp_path / "A.tsx", "<br />\n" * 251)
        assert text.startswith("error: 251 lines, at most 250")

    @pytest.mark.parametrize("name", ["utils.py", "misc.py"])
    def test_a_name_that_says_nothing_fails(self, tmp_path: Path, name: str) -> None:
        assert findings(tmp_path / name, "") == [f"error: {name} says nothing: name what is in it"]


class TestTrackedText:
    def test_a_lock_that_names_a_host_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "requirements").mkdir()
        lock = tmp_path / "requirements" / "core.lock"
        lock.write_text("a==1\nb @ https://packages.example/b.whl\n")

        assert list(tracked_text.lock_findings(tmp_path)) == [
            "requirements/core.lock:2: names a host: b @ https://packages.example/b.whl"
        ]

    def test_a_path_of_one_machine_is_found(self, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
        (tmp_path / "notes.txt").write_text("see /" + "home/somebody/retinue for it\n")
        (tmp_path / "fine.txt").write_text("see /srv/retinue or ~/retinue for it\n")

        (finding,) = tracked_text.path_findings(tmp_path)

        assert finding.startswith("notes.txt:1: names a path of one machine")


class TestLocks:
    def pins(self, name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE))

    def test_what_runs_is_what_was_tested(self) -> None:
        assert self.pins("core").items() <= self.pins("all").items() <= self.pins("dev").items()

    @pytest.mark.parametrize("name", ["core", "all", "dev"])
    def test_every_pin_has_a_hash(self, name: str) -> None:
        text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-z])", text)
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.split("\n")[0])
