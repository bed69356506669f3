"""
Logs: one pipeline for structlog and the standard library, one net for secrets.

Everything ends at one handler on the root logger. Its filter rewrites the record
(message, arguments, extra fields, exception, stack) before any formatter sees it,
so no library and no forgotten f-string gets past it. People on a terminal read
lines, machines read JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, TextIO

from retinue.foundation.plain_structlog import structlog
from retinue.foundation.redaction import MASK, encode_control, is_secret_name, redact, redact_data

LogFormat = Literal["auto", "console", "json"]

_FILE_BYTES = 10_000_000
_FILES_KEPT = 5

_FIELDS = "retinue_fields"
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    _FIELDS,
}
_NOISY = {"alembic": logging.WARNING, "httpx2": logging.WARNING, "httpcore2": logging.WARNING}
_WITH_HANDLERS_OF_THEIR_OWN = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")
_TRACEBACK_FRAMES = 40
_COLOURS = {"WARNING": "\x1b[33m", "ERROR": "\x1b[31m", "CRITICAL": "\x1b[31m", "DEBUG": "\x1b[2m"}
_PLAIN = "\x1b[0m"


class Wanted(Protocol):
    """What logs know of the configuration."""

    @property
    def log_level(self) -> str: ...

    @property
    def log_format(self) -> LogFormat: ...


def configure(
    configuration: Wanted, *, to_file: Path | None = None, stream: TextIO | None = None
) -> None:
    """
    Set up the process's logs; a second call replaces the first.

    With `to_file` everything goes there as JSON lines, and `stream` (standard error)
    gets warnings only, so that a person's terminal stays calm.
    """
    target = stream if stream is not None else sys.stderr
    handlers: list[logging.Handler] = [_stream_handler(target, configuration.log_format)]
    if to_file is not None:
        handlers[0].setLevel(logging.WARNING)
        handlers.append(_file_handler(to_file))
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, SafeHandler | SafeFileHandler)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.addFilter(RedactingFilter())
        root.addHandler(handler)
    root.setLevel(configuration.log_level.upper())
    for name, lowest in _NOISY.items():
        logging.getLogger(name).setLevel(lowest)
    for name in _WITH_HANDLERS_OF_THEIR_OWN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(capture=True)
    _configure_structlog()
    _install_hooks()


def get_logger(name: str) -> Any:
    """A structlog logger: `log.info("imported", rows=3)`."""
    return structlog.stdlib.get_logger(name)


@contextmanager
def context(**facts: object) -> Iterator[None]:
    """Every line inside carries these facts (`request_id`, `session_id`, `account`), in this thread or task."""
    with structlog.contextvars.bound_contextvars(**facts):
        yield


class RedactingFilter(logging.Filter):
    """Makes a record harmless in place. It never raises and never drops a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _message_of(record), None
        fields = {
            key: value
            for key, value in record.__dict__.items()
            if key not in _STANDARD and not key.startswith("_")
        }
        for key in fields:
            # Formatters of others, a test's capture for one, read the record itself.
            record.__dict__.pop(key, None)
        own = record.__dict__.get(_FIELDS)
        merged = {**structlog.contextvars.get_contextvars(), **(own or {}), **fields}
        record.__dict__[_FIELDS] = {key: _harmless(key, value) for key, value in merged.items()}
        record.__dict__.update({key: record.__dict__[_FIELDS][key] for key in fields})
        if record.exc_info:
            record.exc_text = _traceback_of(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = encode_control(redact(record.exc_text), keep_newlines=True)
        if record.stack_info:
            record.stack_info = encode_control(redact(record.stack_info), keep_newlines=True)
        return True


class _Quiet(logging.Handler):
    """The standard handlers print a record that they cannot write with its raw arguments; these do not."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        with contextlib.suppress(Exception):
            sys.__stderr__.write(f"a log line of {record.name} could not be written\n")  # type: ignore[union-attr] # suppressed


class SafeHandler(_Quiet, logging.StreamHandler[TextIO]):
    pass


class SafeFileHandler(_Quiet, RotatingFileHandler):
    """For the eyes of the owner only, and never larger than a few files of ten megabytes."""

    def _open(self) -> io.TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123 - a descriptor


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": _time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **{k: v for k, v in record.__dict__.get(_FIELDS, {}).items() if k not in _RESERVED},
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


class ConsoleFormatter(logging.Formatter):
    def __init__(self, *, coloured: bool) -> None:
        super().__init__()
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(
            f"{key}={_short(value)}" for key, value in record.__dict__.get(_FIELDS, {}).items()
        )
        level = f"{record.levelname.lower():<7}"
        if self._coloured and record.levelname in _COLOURS:
            level = f"{_COLOURS[record.levelname]}{level}{_PLAIN}"
        line = f"{_time_of(record)[11:19]} {level} {record.getMessage()}"
        if fields:
            line += f"  {fields}"
        for block in (record.exc_text, record.stack_info):
            if block:
                # The margin keeps a line break in an exception's text from looking like a line of ours.
                line += "\n" + "\n".join(f"  | {row}" for row in block.rstrip().split("\n"))
        return line


_RESERVED = frozenset({"timestamp", "level", "logger", "event", "exception", "stack"})


def _stream_handler(stream: TextIO, log_format: LogFormat) -> SafeHandler:
    handler = SafeHandler(stream)
    is_console = log_format == "console" or (log_format == "auto" and stream.isatty())
    handler.setFormatter(
        ConsoleFormatter(coloured=stream.isatty()) if is_console else JsonFormatter()
    )
    return handler


def _file_handler(path: Path) -> SafeFileHandler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = SafeFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT)
    handler.setFormatter(JsonFormatter())
    return handler


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _hand_over,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _hand_over(
    _logger: Any, _method: str, fields: MutableMapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """From structlog to the standard library: the event as the message, the rest as one extra field."""
    event = str(fields.pop("event", ""))
    options = {
        key: fields.pop(key) for key in ("exc_info", "stack_info", "stacklevel") if key in fields
    }
    return (event,), {**options, "extra": {_FIELDS: dict(fields)}}


def _install_hooks() -> None:
    log = logging.getLogger("retinue")

    def on_exception(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("ended by an error that nobody expected", exc_info=(kind, error, trace))

    def on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is None or issubclass(arguments.exc_type, SystemExit):
            return
        name = arguments.thread.name if arguments.thread else "?"
        log.critical(
            "thread %s ended by an error that nobody expected",
            name,
            exc_info=(arguments.exc_type, error, arguments.exc_traceback),
        )

    def on_unraisable(arguments: Any) -> None:
        error = arguments.exc_value
        info = (arguments.exc_type, error, arguments.exc_traceback) if error else None
        log.error("an error in a place that cannot raise it", exc_info=info)

    sys.excepthook = on_exception
    threading.excepthook = on_thread_exception
    sys.unraisablehook = on_unraisable


def _message_of(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that do not fit the message must not end the caller
        text = f"{record.msg!s} (with arguments that do not fit: {redact_data(record.args)})"
    return encode_control(redact(text))


def _harmless(key: str, value: object) -> Any:
    if value is None or value == "":
        return value
    if is_secret_name(key):
        return MASK
    data = redact_data(value)
    return encode_control(data) if isinstance(data, str) else data


def _traceback_of(info: Any) -> str:
    if not isinstance(info, tuple) or info[0] is None:
        return ""
    text = io.StringIO()
    try:
        traceback.print_exception(*info, limit=-_TRACEBACK_FRAMES, file=text)
    except Exception:  # noqa: BLE001 - an exception whose own text raises still gets a line
        return f"{info[0].__name__} (its text cannot be shown)"
    return text.getvalue().rstrip()


def _time_of(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
