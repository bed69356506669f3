"""
What is fixed at start.

Precedence: a value given by the caller (a command line option), then the
environment (`RETINUE_*`), then the file (`retinue.toml` in the data directory, or
`RETINUE_CONFIG_FILE`), then the default. What may change while Retinue runs is
the `settings` capability, not this.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ENV_PREFIX = "RETINUE_"
DATABASES = ("sqlite", "mysql", "mariadb", "postgresql")
REDIS_SCHEMES = ("redis", "rediss", "unix")
_RATE = re.compile(r"[1-9][0-9]*\s*(?:/|per)\s*(?:[1-9][0-9]*\s*)?(?:second|minute|hour|day)s?")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def described(
    default: Any, *, reason: str, unit: str | None = None, example: str | None = None, **rules: Any
) -> Any:
    """A field that says its unit and why it exists; `retinue config show` prints both."""
    extra: dict[str, Any] = {"unit": unit, "example": example}
    return Field(default, description=reason, json_schema_extra=extra, **rules)


class Configuration(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        # A wrong database URL still holds a password.
        hide_input_in_errors=True,
    )

    data_dir: Path = described(
        Path("data"),
        example="/srv/retinue",
        reason="Where the database, the key, logs and lock files live.",
    )
    database_url: SecretStr | None = described(
        None,
        reason="SQLAlchemy URL of MariaDB, MySQL or PostgreSQL; SQLite in the data directory unless given.",
        example="postgresql+psycopg://retinue:PASSWORD@127.0.0.1/retinue",
    )
    redis_url: SecretStr | None = described(
        None,
        reason="URL of the Redis over which several processes wake each other; without it they poll.",
        example="redis://:PASSWORD@127.0.0.1:6379/0",
    )
    bind: str = described("127.0.0.1", reason="The address the server listens on.")
    port: int = described(
        8000,
        example="8080",
        reason="The port the server listens on; 0 picks a free one.",
        ge=0,
        le=65535,
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = described(
        (),
        example="retinue.example,10.0.0.5",
        reason="Host names beyond loopback that requests may carry; needed for another bind.",
    )
    url_path: str = described(
        "",
        example="/ops",
        reason="The path that a reverse proxy serves it under; requests may come with or without it.",
        pattern=r"^((/[A-Za-z0-9._~-]+)+)?$",
        max_length=200,
    )
    log_format: Literal["auto", "console", "json"] = described(
        "auto", reason="`auto` writes for people on a terminal and JSON lines elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = described(
        "info", reason="The least important level that is written."
    )
    key_file: Path | None = described(
        None,
        example="/etc/retinue/sealing.key",
        reason="The sealing key; `keys/sealing.key` in the data directory unless given.",
    )
    worker_threads: int = described(
        2, reason="Background jobs that run at the same time.", unit="threads", ge=1, le=64
    )
    session_timeout: float = described(
        4 * 3600, reason="A session that runs longer is ended.", unit="seconds", gt=0
    )
    agent_name: str = described(
        "local", reason="The name of this host's agent in sessions and errors.", max_length=100
    )
    disk_stop_bytes: int = described(
        200 << 20,
        unit="bytes",
        reason="With less free where the data lives no act is begun: the outcomes of what is under way need room.",
        ge=0,
    )
    disk_warn_bytes: int = described(
        1 << 30, unit="bytes", reason="With less free where the data lives health says so.", ge=0
    )
    disk_reserve_bytes: int = described(
        32 << 20,
        unit="bytes",
        reason="Put by in a file and given up when the disk is full, so that outcomes can be written; 0 puts none by.",
        ge=0,
    )
    rate_limit: str = described(
        "600/minute", reason="Requests per caller and route.", unit="requests/period"
    )
    heavy_rate_limit: str = described(
        "10/minute", reason="Requests per caller to a heavy route.", unit="requests/period"
    )
    local_rate_limit: str = described(
        "60000/minute",
        reason="Requests per route of the local operator, and to open routes from this machine.",
        unit="requests/period",
    )
    live_networks: bool = described(
        default=False,
        reason="Whether services beyond this machine may be called: sources of metrics, channels of alerts.",
    )
    clock_factor: float = described(
        1.0,
        example="600",
        unit="times the machine's pace",
        reason="How fast the time of a demo runs, Sandgram's too: 600 lets ten minutes pass in a second.",
        ge=1,
        le=10_000,
    )
    browser_path: Path | None = described(
        None,
        example="/usr/bin/chromium",
        reason="The Chromium that opens the networks' web sites; the one on the PATH unless given.",
    )
    browser_sandbox: bool = described(
        default=True,
        reason="Chromium's own sandbox; off for root, and where nobody may make user namespaces, as in containers.",
    )
    sandgram_url: str | None = described(
        None,
        example="http://127.0.0.1:8100",
        reason="The Sandgram server that accounts of network `sandgram` work on.",
    )
    sandgram_mail: str | None = described(
        None,
        example="127.0.0.1:8143",
        reason="Sandgram's mail server (IMAP), in which the codes for its accounts arrive.",
        pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$",
    )
    sandgram_control_token_file: Path | None = described(
        None,
        example="/srv/sandgram/control.token",
        reason="Sandgram's control token, for the test account of `/test_interaction`.",
    )

    @field_validator("clock_factor")
    @classmethod
    def _only_in_a_rehearsal(cls, value: float, info: ValidationInfo) -> float:
        if value != 1 and info.data.get("live_networks"):
            message = "the clock of live networks is the world's: leave it out, or set RETINUE_LIVE_NETWORKS=false"
            raise ValueError(message)
        return value

    @field_validator("data_dir", "key_file", "browser_path", "sandgram_control_token_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Names with commas between, or a JSON list: both are what people write into an environment."""
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return json.loads(value)
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        dialect = value.get_secret_value().partition("://")[0].partition("+")[0]
        if dialect not in DATABASES:
            message = f"a URL must begin with one of {', '.join(DATABASES)}"
            raise ValueError(message)
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().partition("://")[0] not in REDIS_SCHEMES:
            message = f"a URL must begin with one of {', '.join(REDIS_SCHEMES)}"
            raise ValueError(message)
        return value

    @field_validator("rate_limit", "heavy_rate_limit", "local_rate_limit")
    @classmethod
    def _rate(cls, value: str) -> str:
        if not _RATE.fullmatch(value):
            message = "a rate is a number, a slash and second, minute, hour or day"
            raise ValueError(message)
        return value

    @property
    def effective_database_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """Where SQLite's file lies while no other database is named."""
        return self.data_dir / "retinue.db"

    @property
    def effective_key_file(self) -> Path:
        return self.key_file or self.data_dir / "keys" / "sealing.key"

    @property
    def write_lock_path(self) -> Path:
        return self.data_dir / "write.lock"

    @property
    def is_loopback(self) -> bool:
        return self.bind in {"127.0.0.1", "::1", "localhost"}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = config_file(init_settings().get("data_dir"))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file))


def config_file(data_dir: Path | str | None = None) -> Path:
    named = os.environ.get(f"{ENV_PREFIX}CONFIG_FILE")
    if named:
        return Path(named)
    directory = data_dir or os.environ.get(f"{ENV_PREFIX}DATA_DIR") or "data"
    return Path(directory) / "retinue.toml"
