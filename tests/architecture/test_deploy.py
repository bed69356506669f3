"""What lies in deploy/ can be read by those it is for, and every command in it exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from typer.testing import CliRunner

from retinue.capabilities.access import service as access
from retinue.entrypoints.api import create_app
from retinue.entrypoints.cli.root import app
from retinue.foundation.clock import ManualClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from tests.factories import serving

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
READ_BY_OTHERS = {"RETINUE_DB_PASSWORD", "RETINUE_REDIS_PASSWORD"}
"""Of deploy/.env, for compose itself."""


def read_yaml(name: str) -> Any:
    return YAML(typ="safe").load((DEPLOY / name).read_text(encoding="utf-8"))


def assert_exists(arguments: list[str]) -> None:
    """Each word of a command, and each option that it is given."""
    words = [word for word in arguments if not word.startswith("-")]
    shown = CliRunner().invoke(app, [*words[:2], "--help"])
    if shown.exit_code != 0:
        shown = CliRunner().invoke(app, [*words[:1], "--help"])
    assert shown.exit_code == 0, f"retinue {' '.join(arguments)}: {shown.output}"
    for option in (word for word in arguments if word.startswith("--")):
        assert option in shown.output, f"retinue {' '.join(arguments)}: no {option}"


def variables_of(text: str) -> set[str]:
    return set(re.findall(r"\bRETINUE_[A-Z_]+\b", text))


class TestEveryFile:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_it_names_settings_that_there_are(self, path: Path) -> None:
        known = {f"RETINUE_{name.upper()}" for name in Configuration.model_fields}
        unknown = variables_of(path.read_text(encoding="utf-8")) - known - READ_BY_OTHERS
        assert unknown == set()

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_it_holds_no_password(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for given in re.findall(r"://[^:/\s]*:([^@\s]+)@", text):
            assert given == "PASSWORD" or given.startswith("${"), given


class TestCompose:
    def test_every_command_of_ours_exists(self) -> None:
        services = read_yaml("compose.yaml")["services"]
        ours = {name: one for name, one in services.items() if one["image"] == "retinue"}
        assert {"setup", "api", "worker", "beat", "agent"} == set(ours)
        for one in ours.values():
            assert_exists(list(one["command"]))
        for name in ("api", "worker", "beat", "agent"):
            assert ours[name]["environment"]["RETINUE_REDIS_URL"].startswith("redis://")
            assert ours[name]["depends_on"]["setup"]["condition"] == (
                "service_completed_successfully"
            )

    def test_images_are_named_without_a_place_to_fetch_them_from(self) -> None:
        services = read_yaml("compose.yaml")["services"]
        docker = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
        images = [one["image"] for one in services.values()]
        images += re.findall(r"^FROM (\S+)", docker, flags=re.MULTILINE)
        for image in images:
            assert re.fullmatch(r"[a-z]+(:[0-9a-z.-]+)?", image), image

    def test_a_worker_is_given_the_minute_that_it_takes_to_end(self) -> None:
        services = read_yaml("compose.yaml")["services"]
        assert int(services["worker"]["stop_grace_period"].rstrip("s")) > 60

    def test_only_this_machine_reaches_the_port(self) -> None:
        for port in read_yaml("compose.yaml")["services"]["api"]["ports"]:
            assert port.startswith("127.0.0.1:")
        others = (one for one in read_yaml("compose.yaml")["services"].items() if one[0] != "api")
        assert not [name for name, one in others if "ports" in one]

    def test_the_commands_of_its_comments_exist(self) -> None:
        text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
        told = re.findall(r"run --rm setup (.+)$", text, flags=re.MULTILINE)
        assert told
        for one in told:
            assert CliRunner().invoke(app, [*one.split()[:3], "--help"]).exit_code == 0


class TestDockerfile:
    def test_it_starts_what_exists_as_somebody_without_rights(self) -> None:
        text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
        instructions = re.findall(r"^([A-Z]+) (.+)$", text, flags=re.MULTILINE)
        found = dict(instructions)
        assert json.loads(found["ENTRYPOINT"]) == ["retinue"]
        assert_exists(json.loads(found["CMD"]))
        assert found["USER"] == "retinue"
        for given in re.findall(r"^COPY (?!--from)(\S+) ", text, flags=re.MULTILINE):
            assert (ROOT / given).exists()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
class TestUnits:
    def test_its_command_exists_and_its_end_is_waited_for(self, path: Path) -> None:
        unit = read_unit(path)
        program, *arguments = shlex.split(unit["Service"]["ExecStart"])
        assert Path(program).name == "retinue"
        assert_exists(arguments)
        assert int(unit["Service"]["TimeoutStopSec"]) >= (75 if arguments == ["worker"] else 30)
        assert unit["Service"]["User"] != "root"
        assert unit["Install"]["WantedBy"] == "multi-user.target"

    def test_what_it_refers_to_is_in_this_repository(self, path: Path) -> None:
        page = read_unit(path)["Unit"]["Documentation"].rpartition("/opt/retinue/")[2]
        assert (ROOT / page).is_file()


def read_unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    # systemd tells names apart by case.
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path, encoding="utf-8")
    return unit


class TestGrafana:
    def test_every_number_on_it_is_one_that_we_expose(
        self, database: Database, clock: ManualClock, data_dir: Path
    ) -> None:
        board = json.loads((DEPLOY / "grafana" / "retinue.json").read_text(encoding="utf-8"))
        asked = {
            name
            for panel in board["panels"]
            for target in panel["targets"]
            for name in re.findall(r"retinue_[a-z_]+", target["expr"])
        }
        runtime = serving.make_runtime(database, clock, data_dir)
        with database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        caller = serving.client(create_app(runtime))
        caller.get("/metrics")
        text = caller.get("/metrics").text
        shown = {
            sample.name
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        } | {"retinue_redis_up"}
        # By what tasks wait for, where some do.
        shown |= set(re.findall(r"^# TYPE (\S+)", text, flags=re.MULTILINE))
        assert asked <= shown, asked - shown
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])

    def test_prometheus_is_told_where_to_look(self) -> None:
        (job,) = read_yaml("prometheus.yml")["scrape_configs"]
        assert job["metrics_path"] == "/metrics"
        assert job["authorization"]["credentials_file"]
