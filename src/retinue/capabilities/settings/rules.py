"""How a change is read: merged key by key, checked as a whole, every wrong key named."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from retinue.capabilities.settings.schemas import (
    Action,
    ActionLimit,
    MailSettings,
    MonitorSettings,
    RampSettings,
    RecoverySettings,
    RuntimeSettings,
    UpkeepSettings,
    WarmupSettings,
)
from retinue.foundation.errors import Invalid, Problem

ACTIONS: tuple[str, ...] = get_args(Action)
_MERGED = {"limits", "reengagement_days_by_action"}
"""Settings that hold a value per action: a change names only the actions that change."""
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "monitors": tuple(MonitorSettings.model_fields),
    "ramp": tuple(RampSettings.model_fields),
    "warmup": tuple(WarmupSettings.model_fields),
    "recovery": tuple(RecoverySettings.model_fields),
    "mail": tuple(MailSettings.model_fields),
    "upkeep": tuple(UpkeepSettings.model_fields),
}
"""Settings that hold others by name: a change names only those that change."""

KEYS = tuple(name for name in RuntimeSettings.model_fields if name != "version")

ENVIRONMENT = {
    "REENGAGEMENT_DAYS_DEFAULT": "reengagement_days",
    "RATE_LIMIT_STEPS": "rate_limit_steps",
    "COOLDOWN_AFTER_CONSECUTIVE": "cooldown_after_consecutive",
    "COOLDOWN_MINUTES": "cooldown_minutes",
}
_PREFIX = "RETINUE_"


def build(values: Mapping[str, Any], *, version: int) -> RuntimeSettings:
    """
    Raises:
        Invalid: with a problem for each value that is of the wrong type or out of its range.
    """
    try:
        return RuntimeSettings.model_validate({**values, "version": version})
    except ValidationError as error:
        raise _invalid([_problem(found) for found in error.errors()]) from error


def merge(current: RuntimeSettings, changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    All values after the change, not yet checked against their ranges.

    Raises:
        Invalid: naming each unknown key, with the nearest known one.
    """
    values = current.model_dump(exclude={"version"})
    problems = [
        Problem((key,), _unknown(key, KEYS), "extra_forbidden")
        for key in changes
        if key not in values
    ]
    for key, value in changes.items():
        if key in _MERGED and isinstance(value, Mapping):
            problems += _unknown_actions(key, value)
            values[key] = _merged_by_action(values[key], value)
        elif key in _GROUPS and isinstance(value, Mapping):
            problems += [
                Problem((key, name), _unknown(name, _GROUPS[key]), "extra_forbidden")
                for name in value
                if name not in _GROUPS[key]
            ]
            values[key] = {**values[key], **value}
        else:
            values[key] = value
    if problems:
        raise _invalid(problems)
    return values


def differences(values: Mapping[str, Any], defaults: RuntimeSettings) -> dict[str, Any]:
    """What must be stored: the values that are not the default anyway."""
    plain = defaults.model_dump(exclude={"version"})
    return {key: value for key, value in values.items() if value != plain[key]}


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """
    The defaults that the environment sets; the name with `RETINUE_` goes before the one without.

    Raises:
        Invalid: naming the variable, with an example.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for variable, key in ENVIRONMENT.items():
        for name in (_PREFIX + variable, variable):
            raw = environ.get(name, "").strip()
            if not raw:
                continue
            try:
                numbers = [int(part) for part in raw.split(",")]
                value: Any = numbers if key == "rate_limit_steps" else _only(numbers)
                build({key: value}, version=0)
            except ValueError:
                example = RuntimeSettings.model_fields[key].default
                shown = ",".join(map(str, example)) if isinstance(example, list) else example
                problems.append(
                    Problem((name,), f"{raw!r} is not usable; an example: {name}={shown}")
                )
            except Invalid as refusal:
                problems.append(Problem((name,), refusal.problems[0].msg))
            else:
                values[key] = value
            break
    if problems:
        raise _invalid(problems)
    return values


def _only(numbers: list[int]) -> int:
    (number,) = numbers
    return number


def _merged_by_action(before: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for action, value in changes.items():
        old = merged.get(action)
        if value is None and not isinstance(old, Mapping):
            merged.pop(action, None)
        elif isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[action] = {**old, **value}
        else:
            merged[action] = value
    return merged


def _unknown_actions(key: str, changes: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem((key, action), _unknown(action, ACTIONS), "extra_forbidden")
        for action in changes
        if action not in ACTIONS
    ]
    if key == "limits":
        known = tuple(ActionLimit.model_fields)
        problems += [
            Problem((key, action, name), _unknown(name, known), "extra_forbidden")
            for action, limit in changes.items()
            if action in ACTIONS and isinstance(limit, Mapping)
            for name in limit
            if name not in known
        ]
    return problems


def _unknown(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"is not a setting; {hint}"


def _problem(found: Mapping[str, Any]) -> Problem:
    # A key of a dict shows up as an extra "[key]" part; what was sent has no such place.
    loc = tuple(part for part in found["loc"] if part != "[key]")
    message = str(found["msg"]).removeprefix("Value error, ")
    return Problem(loc, message[:1].lower() + message[1:], str(found["type"]))


def _invalid(problems: list[Problem]) -> Invalid:
    first = problems[0]
    where = ".".join(str(part) for part in first.loc)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Invalid(f"{where}: {first.msg}{more}", problems=problems)
