"""The configuration told to people: where each value comes from, and what is wrong with one."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsError

from retinue.foundation.configuration import ENV_PREFIX, Configuration, config_file
from retinue.foundation.redaction import redact

Origin = Literal["default", "file", "environment", "command line"]

# Read elsewhere under the same prefix: run-time settings' first values, and the file's own name.
_ALSO_READ = (
    *(
        "CONFIG_FILE",
        "CHAOS",
        "CHAOS_ROUNDS",
        "CHAOS_SEED",
        "REENGAGEMENT_DAYS_DEFAULT",
        "RATE_LIMIT_STEPS",
    ),
    *("COOLDOWN_AFTER_CONSECUTIVE", "COOLDOWN_MINUTES"),
)


class ConfigurationUnusable(Exception):
    """Each line of `lines` names a setting, where it comes from, what is wrong and an example."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Explained:
    name: str
    variable: str
    shown: str
    unit: str | None
    origin: Origin
    reason: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def load(**given: Any) -> Configuration:
    """
    Raises:
        ConfigurationUnusable: a value cannot be used, or the file cannot be read.
    """
    try:
        return Configuration(**given)
    except ValidationError as error:
        raise ConfigurationUnusable(_lines(error, given)) from None
    except SettingsError as error:
        raise ConfigurationUnusable([redact(str(error))]) from None
    except tomllib.TOMLDecodeError as error:
        file = config_file(given.get("data_dir"))
        raise ConfigurationUnusable([f"{file} is not valid TOML: {error}."]) from None


def explained(configuration: Configuration) -> list[Explained]:
    """Every setting in the order of its definition, secrets masked."""
    file = _file_values(config_file(configuration.data_dir))
    return [
        Explained(
            name=name,
            variable=_variable(name),
            shown=_shown(getattr(configuration, name)),
            unit=_extra(field, "unit"),
            origin=_origin(configuration, name, file),
            reason=field.description or "",
        )
        for name, field in Configuration.model_fields.items()
    ]


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each `RETINUE_*` variable that nothing reads: most often a typing error."""
    known = [_variable(name) for name in Configuration.model_fields]
    known += [ENV_PREFIX + name for name in _ALSO_READ]
    lines = []
    for name in sorted(os.environ if environment is None else environment):
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            hint = f" Did you mean {near[0]}?" if near else ""
            lines.append(f"{name} is set but nothing reads it.{hint}")
    return lines


def _lines(error: ValidationError, given: Mapping[str, Any]) -> list[str]:
    path = config_file(given.get("data_dir"))
    file = _file_values(path)
    lines = []
    for found in error.errors(include_url=False, include_context=False):
        name = str(found["loc"][0]) if found["loc"] else "configuration"
        problem = found["msg"].removeprefix("Value error, ")
        field = Configuration.model_fields.get(name)
        if field is None:
            near = difflib.get_close_matches(name, Configuration.model_fields, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            lines.append(f"{name} in {path} is not a setting.{hint}")
            continue
        example = _extra(field, "example") or field.get_default()
        if name in given:
            lines.append(f"{name} (command line): {problem}. Example: {example}")
        elif _in_environment(name):
            variable = _variable(name)
            lines.append(f"{variable} (environment): {problem}. Example: {variable}={example}")
        elif name in file:
            is_number = isinstance(field.get_default(), int | float)
            shown = example if is_number else f'"{example}"'
            lines.append(f"{name} in {path}: {problem}. Example: {name} = {shown}")
        else:
            lines.append(f"{name}: {problem}. Example: {_variable(name)}={example}")
    return lines


def _origin(configuration: Configuration, name: str, file: Mapping[str, Any]) -> Origin:
    if name not in configuration.model_fields_set:
        return "default"
    value = getattr(configuration, name)
    if _in_environment(name) and value == _alone(name, os.environ[_present(name)]):
        return "environment"
    if name in file and not _in_environment(name) and value == _alone(name, file[name]):
        return "file"
    return "command line"


def _alone(name: str, value: Any) -> Any:
    """What the setting becomes from this source only."""
    try:
        return getattr(Configuration(**{name: value}), name)
    except (ValidationError, SettingsError):
        return None


def _file_values(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _variable(name: str) -> str:
    return f"{ENV_PREFIX}{name.upper()}"


def _in_environment(name: str) -> bool:
    return bool(os.environ.get(_present(name)))


def _present(name: str) -> str:
    """The variable's spelling in this environment: its case does not matter."""
    wanted = _variable(name)
    return next((key for key in os.environ if key.upper() == wanted), wanted)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, SecretStr):
        return redact(value.get_secret_value())
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return str(value)


def _extra(field: FieldInfo, key: str) -> Any:
    extra = field.json_schema_extra
    return extra.get(key) if isinstance(extra, dict) else None
