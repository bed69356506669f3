from __future__ import annotations

from pathlib import Path

import pytest

from retinue.foundation import configuration_report as report
from retinue.foundation.configuration import Configuration


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.upper().startswith("RETINUE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOST", "10.9.8.7")
    monkeypatch.chdir(tmp_path)


def explained(**given: object) -> dict[str, report.Explained]:
    return {one.name: one for one in report.explained(report.load(**given))}


def lines(**given: object) -> list[str]:
    with pytest.raises(report.ConfigurationUnusable) as refused:
        report.load(**given)
    return refused.value.lines


class TestPrecedence:
    def test_command_line_over_environment_over_file_over_default(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (data_dir / "retinue.toml").write_text("port = 1\nlog_level = 'error'\nbind = '::1'\n")
        monkeypatch.setenv("RETINUE_PORT", "2")
        monkeypatch.setenv("RETINUE_LOG_LEVEL", "debug")
        seen = explained(data_dir=data_dir, port=3)

        assert {name: (seen[name].shown, seen[name].origin) for name in seen} | {
            "port": ("3", "command line"),
            "log_level": ("debug", "environment"),
            "bind": ("::1", "file"),
            "worker_threads": ("2", "default"),
            "data_dir": (str(data_dir), "command line"),
        } == {name: (seen[name].shown, seen[name].origin) for name in seen}

    def test_an_inherited_host_changes_nothing(self) -> None:
        assert Configuration().bind == "127.0.0.1"

    def test_an_empty_variable_is_none_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RETINUE_PORT", "")

        assert explained()["port"].origin == "default"

    def test_the_file_may_be_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "other.toml").write_text("port = 99\n")
        monkeypatch.setenv("RETINUE_CONFIG_FILE", str(tmp_path / "other.toml"))

        assert explained()["port"].origin == "file"
        assert Configuration().port == 99


class TestExplained:
    def test_every_setting_says_why_it_exists(self) -> None:
        assert [one.name for one in explained().values() if not one.reason] == []

    def test_times_and_sizes_have_a_unit(self) -> None:
        seen = explained()

        assert (seen["session_timeout"].unit, seen["worker_threads"].unit) == ("seconds", "threads")

    def test_the_password_of_the_database_is_masked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RETINUE_DATABASE_URL", "mysql+pymysql://me:hunter2!@db/x")
        one = explained()["database_url"]

        assert one.shown == "mysql+pymysql://[redacted]@db/x"
        assert "hunter2" not in str(one.as_json())
        assert "hunter2" not in repr(Configuration())

    @pytest.mark.parametrize("written", ["a.example, b.example", '["a.example", "b.example"]'])
    def test_hosts_are_written_as_people_write_lists(
        self, monkeypatch: pytest.MonkeyPatch, written: str
    ) -> None:
        monkeypatch.setenv("RETINUE_ALLOWED_HOSTS", written)

        assert Configuration().allowed_hosts == ("a.example", "b.example")
        assert explained()["allowed_hosts"].origin == "environment"


class TestLoad:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PORT", "nine"),
            ("PORT", "70000"),
            ("LOG_LEVEL", "loud"),
            ("WORKER_THREADS", "0"),
            ("SESSION_TIMEOUT", "-1"),
            ("DATABASE_URL", "oracle://me:hunter2!@db"),
            ("RATE_LIMIT", "fast"),
            ("HEAVY_RATE_LIMIT", "0/minute"),
        ],
    )
    def test_a_wrong_variable_is_named_with_its_origin_and_an_example(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(f"RETINUE_{name}", value)
        [line] = lines()

        assert line.startswith(f"RETINUE_{name} (environment): ")
        assert f"Example: RETINUE_{name}=" in line
        assert "hunter2" not in line

    def test_a_wrong_line_of_the_file_is_named_with_the_file(self, data_dir: Path) -> None:
        file = data_dir / "retinue.toml"
        file.write_text('port = "nine"\nprot = 3\n')

        wrong, unknown = sorted(lines(data_dir=data_dir))
        assert wrong.startswith(f"port in {file}: ")
        assert wrong.endswith("Example: port = 8080")
        assert unknown == f"prot in {file} is not a setting. Did you mean port?"

    def test_a_wrong_option_is_named_as_one(self) -> None:
        [line] = lines(port=-1)

        assert line.startswith("port (command line): ")

    def test_a_file_that_is_no_toml_is_named(self, data_dir: Path) -> None:
        (data_dir / "retinue.toml").write_text("port = = 3")
        [line] = lines(data_dir=data_dir)

        assert line.startswith(f"{data_dir / 'retinue.toml'} is not valid TOML: ")

    def test_a_list_of_hosts_that_is_no_list_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RETINUE_ALLOWED_HOSTS", '["a.example"')
        [line] = lines()

        assert line.startswith("RETINUE_ALLOWED_HOSTS (environment): ")


class TestUnknownVariables:
    def test_a_typing_error_is_told_with_what_was_meant(self) -> None:
        environment = {"RETINUE_PROT": "1", "RETINUE_PORT": "2", "PORT": "3", "RETINUE_ZZZ": "4"}

        assert report.unknown_variables(environment) == [
            "RETINUE_PROT is set but nothing reads it. Did you mean RETINUE_PORT?",
            "RETINUE_ZZZ is set but nothing reads it.",
        ]

    def test_first_values_of_run_time_settings_are_known(self) -> None:
        assert report.unknown_variables({"RETINUE_COOLDOWN_MINUTES": "45"}) == []
