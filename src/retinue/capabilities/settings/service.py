from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.settings import repository, rules
from retinue.capabilities.settings.errors import SettingsChanged
from retinue.capabilities.settings.models import SettingsVersion
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.foundation.events import service as events

ENVIRONMENT_NAMES = tuple(
    prefix + name for name in rules.ENVIRONMENT for prefix in ("", "RETINUE_")
)
"""The variables that set defaults; a child process needs them to see the same settings."""

_TRIES = 3


def current(db: Session) -> RuntimeSettings:
    """The settings in force, as this transaction sees them. Cheap: one row, and no new object while nothing changes."""
    version, stored = repository.latest(db)
    return _built(version, json.dumps(stored, sort_keys=True), _environment())


def update(
    db: Session,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> RuntimeSettings:
    """
    Merge `changes` into the settings and answer the whole. What changes nothing makes no version.

    `version` among the changes says which version the caller has seen.

    Raises:
        Invalid: it names each key that is unknown, of the wrong type or out of range.
        SettingsChanged: `version` is given and is not the one in force.
    """
    wanted = dict(changes)
    expected = wanted.pop("version", None)
    defaults = _defaults()
    for _ in range(_TRIES):
        before = current(db)
        _check_version(expected, before)
        after = rules.build(rules.merge(before, wanted), version=before.version + 1)
        stored = rules.differences(after.model_dump(mode="json", exclude={"version"}), defaults)
        old = before.model_dump(mode="json", exclude={"version"})
        new = after.model_dump(mode="json", exclude={"version"})
        if new == old:
            return before
        if not repository.insert_version(
            db, after.version, values=stored, changed_by=actor, changed_at=now
        ):
            continue
        changed = [key for key in new if new[key] != old[key]]
        events.publish(
            db, "settings_update", {"version": after.version, "changed": changed}, now=now
        )
        audit.record(
            db,
            actor=actor,
            action="settings.updated",
            subject=("settings", str(after.version)),
            now=now,
            before={key: old[key] for key in changed},
            after={key: new[key] for key in changed},
            request_id=request_id,
        )
        return after
    raise SettingsChanged("The settings are being changed by others; read them again and repeat.")


def prepare_demo(db: Session, *, now: datetime) -> RuntimeSettings:
    """On a fresh demo installation accounts may engage before their warm-up. A change by a person stays."""
    settings = current(db)
    if settings.version > 0:
        return settings
    return update(db, {"engage_before_warm_up": True}, actor="retinue", now=now)


def check_environment() -> None:
    """
    Raises:
        Invalid: a variable that sets a default cannot be used; better known at start than at the first act.
    """
    _defaults()


def versions(db: Session, *, limit: int = 50) -> list[SettingsVersion]:
    """What was changed, by whom and when; the newest first."""
    return repository.newest_first(db, limit=limit)


def _check_version(expected: Any, before: RuntimeSettings) -> None:
    if expected is None or expected == before.version:
        return
    raise SettingsChanged(
        f"version: the settings are at version {before.version}, the change was made for {expected};"
        " read them again and repeat it.",
        version=before.version,
    )


def _environment() -> tuple[tuple[str, str], ...]:
    return tuple((name, os.environ[name]) for name in ENVIRONMENT_NAMES if name in os.environ)


def _defaults() -> RuntimeSettings:
    return _built(0, "{}", _environment())


# The result is frozen, so all callers may share it.
@lru_cache(maxsize=16)
def _built(version: int, stored: str, environment: tuple[tuple[str, str], ...]) -> RuntimeSettings:
    values = {**rules.from_environment(dict(environment)), **json.loads(stored)}
    return rules.build(values, version=version)
