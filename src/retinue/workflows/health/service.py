from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import psutil
from sqlalchemy.exc import SQLAlchemyError

from retinue import __version__
from retinue.capabilities.sessions import service as sessions
from retinue.foundation import bell
from retinue.foundation.clock import Clock, PacedClock, pace, real_seconds
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import health, migrations
from retinue.foundation.free_space import free_bytes
from retinue.foundation.runtime import Runtime
from retinue.workflows.health import repository
from retinue.workflows.health.schemas import Component, ComponentState, HealthRead

_LATE_SECONDS = 30.0
_WELL = frozenset({ComponentState.ok, ComponentState.not_configured})
_REMEDIES = {
    "database": "Start the database server, or put RETINUE_DATABASE_URL right; `retinue doctor` says more.",
    "database_file": "Stop the server and run `retinue db restore FILE` with the newest file in `backups`.",
    "migrations": "Stop the server and run `retinue db upgrade`, or start the version that wrote this database.",
    "engine_room": "Is the machine overloaded? The server's log says why a job failed: search it for `is parked`.",
    "sessions": "Start `retinue up` without --no-agent, or an agent beside it: `retinue agent --name NAME`.",
    "broker": "Start Redis, or put RETINUE_REDIS_URL right; what waits for it goes on by itself.",
    "disk": "Free some space where the data lives, or move the data directory to a larger disk.",
}


def check(runtime: Runtime) -> HealthRead:
    """Look at every part. A part that fails says so; the others are looked at all the same."""
    now = runtime.clock.now()
    components = [
        _database(runtime),
        *_damage(runtime.configuration),
        _schema(runtime),
        *_work(runtime, now=now),
        *_clock(runtime.clock),
        _disk(runtime.configuration),
        _broker(runtime.configuration),
    ]
    for component in components:
        if component.state not in _WELL:
            component.remedy = _REMEDIES.get(component.name)
    states = {component.state for component in components}
    status: Literal["ok", "degraded", "failed"]
    if ComponentState.failed in states:
        status = "failed"
    elif ComponentState.degraded in states:
        status = "degraded"
    else:
        status = "ok"
    return HealthRead(
        status=status,
        version=__version__,
        checked_at=now,
        started_at=_began(runtime.clock),
        clock_factor=pace(),
        components=components,
    )


def _began(clock: Clock) -> datetime:
    began = datetime.fromtimestamp(psutil.Process().create_time(), UTC)
    if not isinstance(clock, PacedClock):
        return began
    # A process is there a moment before it has its clock.
    return max(clock.anchor.at(began), clock.anchor.shown)


def _clock(clock: Clock) -> list[Component]:
    """Only where it shows another time than the machine's."""
    if not isinstance(clock, PacedClock):
        return []
    shown, factor = clock.now(), clock.anchor.factor
    detail = f"It is {shown:%Y-%m-%d %H:%M} here, and time runs {factor:g} times as fast."
    facts = {"factor": factor, "shown": shown.isoformat()}
    return [Component(name="clock", state=ComponentState.ok, detail=detail, facts=facts)]


def _database(runtime: Runtime) -> Component:
    started = runtime.clock.monotonic()
    try:
        with runtime.database.reading() as db:
            repository.ping(db)
    except SQLAlchemyError as error:
        return Component(
            name="database",
            state=ComponentState.failed,
            detail=f"{runtime.database.backend} does not answer ({type(error).__name__}).",
        )
    milliseconds = (runtime.clock.monotonic() - started) * 1000
    return Component(
        name="database",
        state=ComponentState.ok,
        detail=f"{runtime.database.backend} answers in {milliseconds:.1f} ms.",
        age_seconds=0,
        facts={"backend": runtime.database.backend},
    )


def _damage(configuration: Configuration) -> list[Component]:
    """Only where the daily look has found some: acts have stopped then, and reading goes on as far as it can."""
    found = health.known_damage(configuration.data_dir)
    if found is None:
        return []
    return [Component(name="database_file", state=ComponentState.failed, detail=found)]


def _schema(runtime: Runtime) -> Component:
    try:
        current, head = migrations.current(runtime.database), migrations.head()
    except SQLAlchemyError as error:
        return Component(
            name="migrations",
            state=ComponentState.failed,
            detail=f"The schema's version cannot be read ({type(error).__name__}).",
        )
    is_current = current == head
    return Component(
        name="migrations",
        state=ComponentState.ok if is_current else ComponentState.failed,
        detail=f"Schema {current}."
        if is_current
        else f"Schema {current}, this program needs {head}.",
        age_seconds=0,
    )


def _work(runtime: Runtime, *, now: datetime) -> list[Component]:
    try:
        with runtime.database.reading() as db:
            late = _seconds_since(repository.oldest_due_job(db, now=now), now)
            untold = _seconds_since(repository.oldest_unnumbered_event(db), now)
            dead = repository.count_dead_jobs(db)
            agent = repository.newest_agent(db)
            running = repository.count_open_sessions(db)
            is_there = agent is not None and not sessions.is_agent_silent(db, agent.name, now=now)
    except SQLAlchemyError as error:
        detail = f"The database does not answer ({type(error).__name__})."
        return [
            Component(name=name, state=ComponentState.failed, detail=detail)
            for name in ("engine_room", "sessions")
        ]
    behind = max(late, untold)
    engine_room = Component(
        name="engine_room",
        state=ComponentState.degraded if behind > _LATE_SECONDS or dead else ComponentState.ok,
        detail=f"Oldest due job waits {late:.0f} s, oldest event {untold:.0f} s, {dead} jobs are parked.",
        age_seconds=round(behind, 1),
        facts={"dead_jobs": dead},
    )
    silent = None if agent is None else _seconds_since(agent.seen_at, now)
    supervision = Component(
        name="sessions",
        state=ComponentState.ok if is_there else ComponentState.degraded,
        detail=_agent_sentence(agent.name if agent else None, silent, running),
        age_seconds=None if silent is None else round(silent, 1),
        facts={"open_sessions": running},
    )
    return [engine_room, supervision]


def _agent_sentence(name: str | None, silent: float | None, running: int) -> str:
    if silent is None:
        return "No agent has ever reported; sessions cannot start."
    return f"Agent {name} was seen {silent:.0f} s ago; {running} sessions are open."


def _broker(configuration: Configuration) -> Component:
    if configuration.redis_url is None:
        return Component(
            name="broker",
            state=ComponentState.not_configured,
            detail="Jobs run inside this server; no Redis is configured.",
        )
    if bell.is_carried():
        detail = "Redis answers; processes wake each other."
        return Component(name="broker", state=ComponentState.ok, detail=detail, age_seconds=0)
    return Component(
        name="broker",
        state=ComponentState.degraded,
        detail="Redis does not answer. Nothing is lost: everybody looks into the database every few seconds.",
    )


def _disk(configuration: Configuration) -> Component:
    free = free_bytes(configuration.data_dir)
    state = ComponentState.ok
    if free < configuration.disk_stop_bytes:
        state = ComponentState.failed
    elif free < configuration.disk_warn_bytes:
        state = ComponentState.degraded
    return Component(
        name="disk",
        state=state,
        detail=f"{free / (1 << 30):.1f} GiB free where the data lives.",
        age_seconds=0,
        facts={"free_bytes": free},
    )


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, real_seconds(now - moment))
