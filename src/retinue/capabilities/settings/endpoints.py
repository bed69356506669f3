from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body

import retinue
from retinue.capabilities.access import service as access
from retinue.capabilities.settings import service
from retinue.capabilities.settings.errors import SettingsChanged
from retinue.capabilities.settings.schemas import ConfigRead, Installation, RuntimeSettings
from retinue.foundation.clock import pace
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Db, ReadDb, Router, Rt, Scope, documented, requires
from retinue.foundation.runtime import Runtime

router = Router(tags=["Settings"])

Changes = Annotated[
    dict[str, Any],
    Body(
        description="Only the settings that change. `limits` and `reengagement_days_by_action`"
        " name only the actions that change, `monitors`, `ramp` and `warmup` only what changes of them;"
        " days of null fall back to `reengagement_days`.",
        examples=[{"cooldown_minutes": 60, "limits": {"follow": {"per_hour": 20}}}],
    ),
]


@router.get("/api/settings", dependencies=[requires(Scope.settings_read)])
def read_settings(db: ReadDb) -> RuntimeSettings:
    """The settings in force."""
    return service.current(db)


@router.put(
    "/api/settings",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(Invalid, SettingsChanged),
)
def update_settings(changes: Changes, db: Db, rt: Rt, caller: Caller) -> RuntimeSettings:
    """Change some settings; the answer is the whole, with its new version."""
    return service.update(
        db, changes, actor=caller.actor, now=rt.clock.now(), request_id=caller.request_id
    )


@router.get("/config", dependencies=[requires(Scope.settings_read)])
def read_config(db: ReadDb, rt: Rt) -> ConfigRead:
    """The settings in force, and what is fixed about this installation."""
    return _config(service.current(db), _facts(rt, is_demo=access.is_demo(db)))


@router.put(
    "/config",
    dependencies=[requires(Scope.settings_write)],
    responses=documented(Invalid, SettingsChanged),
)
def update_config(changes: Changes, db: Db, rt: Rt, caller: Caller) -> ConfigRead:
    """As `PUT /api/settings`. `installation` may come back as it was read, but not changed."""
    facts = _facts(rt, is_demo=access.is_demo(db))
    if not _agrees(changes.get("installation"), facts):
        raise Invalid.field("installation", "is fixed at start and only shown here; leave it out")
    changes.pop("installation", None)
    settings = service.update(
        db, changes, actor=caller.actor, now=rt.clock.now(), request_id=caller.request_id
    )
    return _config(settings, facts)


def _config(settings: RuntimeSettings, facts: Installation) -> ConfigRead:
    return ConfigRead(**settings.model_dump(), installation=facts)


def _agrees(sent: dict[str, Any] | None, facts: Installation) -> bool:
    """Whoever sends back what they have read changes nothing by it, though time has gone on."""
    if sent is None:
        return True
    return {**sent, "shown_time": None} == {**facts.model_dump(), "shown_time": None}


def _facts(rt: Runtime, *, is_demo: bool) -> Installation:
    configuration = rt.configuration
    return Installation(
        version=retinue.__version__,
        database=rt.database.backend,
        demo=is_demo,
        networks=["sandgram"] if configuration.sandgram_url else [],
        bind=configuration.bind,
        port=configuration.port,
        clock_factor=pace(),
        shown_time=rt.clock.now(),
    )
