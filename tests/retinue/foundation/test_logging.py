from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from retinue.foundation import logging as logs
from retinue.foundation import redaction
from retinue.foundation.configuration import Configuration
from tests.retinue.foundation import leaks

CANARIES = [f"c4nary-{number:02}-Xy{number * 7919}!" for number in range(40)]
SRC = Path(logs.__file__).resolve().parents[2]


@pytest.fixture
def restored() -> Iterator[None]:
    """The process's logging as it was: it is one for all tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    # pytest's own handlers raise where a record cannot be formatted; ours must not need to.
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    structlog.reset_defaults()


@pytest.fixture
def console(restored: None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(Configuration(log_format="console", log_level="debug"), stream=stream)
    return stream


@pytest.fixture
def machine(restored: None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(Configuration(log_format="json", log_level="debug"), stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestRedaction:
    @pytest.mark.parametrize("way", leaks.WAYS, ids=lambda way: way.__name__)
    @pytest.mark.parametrize("form", ["console", "machine"])
    def test_forty_known_secrets_show_nowhere(
        self, request: pytest.FixtureRequest, form: str, way: Callable[[str], None]
    ) -> None:
        stream: io.StringIO = request.getfixturevalue(form)
        redaction.know(*CANARIES)
        for canary in CANARIES:
            way(canary)

        written = stream.getvalue()
        assert written.count("[redacted]") >= 40
        assert [canary for canary in CANARIES if canary[:9] in written] == []

    def test_the_harness_sees_a_canary_that_nobody_has_made_known(
        self, console: io.StringIO
    ) -> None:
        for way in leaks.WAYS:
            way("unknown-c4nary-of-control")

        assert console.getvalue().count("unknown-c4nary-of-control") >= len(leaks.WAYS)

    def test_fields_are_masked_by_name(self, machine: io.StringIO) -> None:
        logs.get_logger("a").info("x", password="one", proxy="http://u:p@h", lease_id=4)
        logging.getLogger("a").info("y", extra={"auth_token": "two"})

        first, second = lines(machine)
        assert (first["password"], first["proxy"], first["lease_id"]) == (
            "[redacted]",
            "http://[redacted]@h",
            4,
        )
        assert second["auth_token"] == "[redacted]"

    def test_an_error_that_nobody_caught_shows_no_secret(self, tmp_path: Path) -> None:
        script = (
            "from retinue.foundation import logging, redaction\n"
            "from retinue.foundation.configuration import Configuration\n"
            f"redaction.know({CANARIES[0]!r})\n"
            "logging.configure(Configuration(log_format='console'))\n"
            f"raise ValueError({CANARIES[0]!r})\n"
        )
        path = tmp_path / "script.py"
        path.write_text(script)
        ended = subprocess.run(
            [sys.executable, str(path)],
            env={"PYTHONPATH": str(SRC)},
            capture_output=True,
            text=True,
        )

        assert ended.returncode == 1
        assert "ValueError: [redacted]" in ended.stderr
        assert CANARIES[0] not in ended.stderr


class TestConfigure:
    def test_a_machine_reads_one_object_a_line(self, machine: io.StringIO) -> None:
        with logs.context(request_id="r1", session_id="s1"):
            logs.get_logger("retinue.x").info("imported", rows=3)
            logging.getLogger("retinue.y").warning("and %s", "more")
        logging.getLogger("retinue.z").info("after")

        first, second, third = lines(machine)
        assert first.pop("timestamp").endswith("Z")  # type: ignore[attr-defined]
        assert first == {
            "level": "info",
            "logger": "retinue.x",
            "event": "imported",
            "request_id": "r1",
            "session_id": "s1",
            "rows": 3,
        }
        assert (second["event"], second["request_id"]) == ("and more", "r1")
        assert "request_id" not in third

    def test_no_text_can_forge_a_line(self, console: io.StringIO) -> None:
        forged = "x\n12:00:00 info    forged"
        logging.getLogger("a").info("m %s", forged, extra={"f": forged})
        try:
            raise ValueError(forged)
        except ValueError:
            logging.getLogger("a").exception("e")

        assert [
            line
            for line in console.getvalue().splitlines()
            if line.startswith("12:00:00 info    f")
        ] == []

    def test_the_level_is_that_of_the_configuration(self, restored: None) -> None:
        stream = io.StringIO()
        logs.configure(Configuration(log_format="console", log_level="warning"), stream=stream)
        logs.get_logger("a").info("quiet")
        logging.getLogger("a").warning("loud")

        assert "quiet" not in stream.getvalue()
        assert "loud" in stream.getvalue()

    def test_a_second_call_does_not_write_lines_twice(self, restored: None) -> None:
        stream = io.StringIO()
        for _ in range(2):
            logs.configure(Configuration(log_format="json"), stream=stream)
        logging.getLogger("a").info("once")

        assert len(stream.getvalue().splitlines()) == 1

    def test_with_a_file_the_terminal_gets_warnings_only(
        self, restored: None, data_dir: Path
    ) -> None:
        stream, path = io.StringIO(), data_dir / "logs" / "server.log"
        logs.configure(Configuration(log_format="console"), to_file=path, stream=stream)
        logging.getLogger("a").info("quiet")
        logging.getLogger("a").warning("loud")

        assert "quiet" not in stream.getvalue()
        assert "loud" in stream.getvalue()
        assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == [
            "quiet",
            "loud",
        ]
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_stream_that_is_gone_ends_nobody_and_shows_nothing(
        self, restored: None, capfd: pytest.CaptureFixture[str]
    ) -> None:
        stream = io.StringIO()
        logs.configure(Configuration(log_format="json"), stream=stream)
        stream.close()
        redaction.know(CANARIES[0])
        logging.getLogger("a").info("word %s", CANARIES[0])

        assert CANARIES[0] not in "".join(capfd.readouterr())
