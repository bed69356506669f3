"""
The main job, bounded, with its own proof: CSV in, two sessions on the same people, ledger against oracle.

Everything lives in a temporary directory and is gone afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.sandgram_control import SandgramControl
from retinue.entrypoints import demo_content, demo_seed, engine_room, sandgram_child, starting
from retinue.entrypoints.sandgram_child import RunningSandgram
from retinue.foundation.configuration import Configuration
from retinue.foundation.runtime import Runtime
from retinue.workflows.reconciliation import service as reconciliation

_SESSIONS = 2
_POLL_SECONDS = 0.25
_STOP_SECONDS = 30.0

# The totals stay below the hourly limits, so that a session ends instead of waiting for the next hour.
PLAN = """\
blogger-followers: [harbour_lights]
interactions-count: 50
likes-percentage: 100
follow-percentage: 50
stories-count: 1
stories-percentage: 50
total-likes-limit: 50
total-follows-limit: 40
like-interval: 0
follow-interval: 0
view-interval: 0
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoResult:
    accounts_imported: int
    sessions: dict[str, str]
    """Login to how its session ended."""
    actions_by_status: dict[str, int]
    dedupe_hits: int
    effects: int
    effects_by_action: dict[str, int]
    duplicates: int
    ledger_rows: int
    unknown: int
    agrees: bool
    """Every effect is in the ledger, and everything confirmed reached the world, once per person."""
    wall_seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(*, seconds: float, say: Say) -> DemoResult:
    """Works for at most `seconds`, then stops what still runs."""
    with tempfile.TemporaryDirectory(prefix="retinue-demo-") as directory:
        data_dir = Path(directory)
        with sandgram_child.started(data_dir / "sandgram") as child:
            sandgram = child.ready()
            configuration = Configuration(
                data_dir=data_dir,
                sandgram_url=sandgram.url,
                sandgram_mail=sandgram.mail,
                sandgram_control_token_file=sandgram.control_token_file,
            )
            with starting.open_installation(configuration, is_demo=True) as runtime:
                return _run(runtime, sandgram, seconds=seconds, say=say)


def _run(runtime: Runtime, sandgram: RunningSandgram, *, seconds: float, say: Say) -> DemoResult:
    started = runtime.clock.monotonic()
    say("Importing the example accounts ...")
    imported = demo_seed.import_examples(runtime).counts["create"]
    with engine_room.running(runtime):
        engine_room.await_agent(runtime)
        working = _start_sessions(runtime)
        logins = ", ".join(account.login for account in working)
        say(f"Sessions of {logins} work on the same followers ...")
        _await_end(runtime, working, deadline=started + seconds, say=say)
    return _proven(runtime, sandgram, imported=imported, working=working, started=started)


def _start_sessions(runtime: Runtime) -> list[Account]:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        settings.update(db, {"dedup_scope": "fleet"}, actor=demo_content.ACTOR, now=now)
        found = accounts.list_all(db)
        chosen = [one for one in found if one.login not in demo_seed.IDLE_LOGINS][:_SESSIONS]
        for account in chosen:
            demo_seed.prepare(db, account, PLAN, runtime)
        timeout = timedelta(seconds=runtime.configuration.session_timeout)
        for account in chosen:
            sessions.request_start(
                db,
                account,
                requested_by=demo_content.ACTOR,
                timeout=timeout,
                now=now,
            )
    return chosen


def _await_end(runtime: Runtime, working: list[Account], *, deadline: float, say: Say) -> None:
    clock = runtime.clock
    while _open_logins(runtime) and clock.monotonic() < deadline:
        clock.sleep(_POLL_SECONDS)
    if not _open_logins(runtime):
        return
    say("Time is up; stopping the sessions ...")
    with runtime.database.writing() as db:
        for account in working:
            if account.login in sessions.open_logins(db):
                sessions.request_stop(db, account, requested_by=demo_content.ACTOR, now=clock.now())
    last = clock.monotonic() + _STOP_SECONDS
    while _open_logins(runtime) and clock.monotonic() < last:
        clock.sleep(_POLL_SECONDS)


def _open_logins(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as db:
        return sessions.open_logins(db)


def _proven(
    runtime: Runtime,
    sandgram: RunningSandgram,
    *,
    imported: int,
    working: list[Account],
    started: float,
) -> DemoResult:
    with SandgramControl(sandgram.url, token_file=sandgram.control_token_file) as control:
        effects = reconciliation.effects_of(control)
    with runtime.database.reading() as db:
        compared = reconciliation.against_oracle(db, effects)
        by_status = reconciliation.count_events_by_status(db)
        endings = {account.login: _ending(runtime, account) for account in working}
    return DemoResult(
        accounts_imported=imported,
        sessions=endings,
        actions_by_status=by_status,
        dedupe_hits=by_status.get("dedupe_hit", 0),
        effects=compared.effects,
        effects_by_action=compared.effects_by_action,
        duplicates=len(compared.duplicates) + len(compared.fleet_duplicates),
        ledger_rows=sum(by_status.values()),
        unknown=compared.unknown,
        agrees=compared.agrees and not compared.fleet_duplicates and compared.effects > 0,
        wall_seconds=round(runtime.clock.monotonic() - started, 1),
    )


def _ending(runtime: Runtime, account: Account) -> str:
    with runtime.database.reading() as db:
        session = sessions.newest(db, account.id)
    if session is None:
        return "never started"
    return f"{session.status}: {session.stop_reason or session.last_error or 'no reason'}"
