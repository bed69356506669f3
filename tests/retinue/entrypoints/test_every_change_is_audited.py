"""
Every change that somebody asks for leaves an entry in the audit log.

Made from the routes themselves: a new one needs a line in one of the two tables here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from retinue.capabilities.access import service as access
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.models import AuditEntry
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import declared_routes
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.retinue.entrypoints import making

_BOT, _WARM_UP = "POST /api/bot/accounts/{account_id}", "POST /api/warmup/{account_id}"
WARM_UP = [
    f"{_BOT}/{one}-{what}" for one in ("start", "complete") for what in ("warmup", "phase/{phase}")
]
WARM_UP += [f"{_WARM_UP}/phases/{{phase}}/{verb}" for verb in ("retry", "skip", "review")]
WARM_UP += [f"{_BOT}/report-error", f"{_WARM_UP}/start"]
NOT_DUE = {
    "POST /api/interactions/check": "asks and changes nothing; a POST because it takes many names",
    "POST /start_session": "needs an agent; capabilities/sessions/test_agents.py looks for the entry",
    "POST /stop_session": "needs an agent; capabilities/sessions/test_agents.py looks for the entry",
    "POST /test_interaction": "needs a network; workflows/test_interaction looks for the entry",
    "POST /api/attempts/{attempt_id}/settle": "needs an unknown outcome; workflows/probing looks for the entry",
    "POST /api/attempts/{attempt_id}/probe": "brings forward what is looked at by itself anyway",
    "POST /api/proxies/{proxy_id}/check": "tries the proxy and keeps what that has shown; workflows/validation",
    **dict.fromkeys(
        ("POST /api/accounts/{account_id}/credentials/reveal", "POST /api/accounts/export"),
        "nobody may in demo mode; workflows/disclosing looks for the entry",
    ),
    **dict.fromkeys(
        (
            "POST /api/proxies/{proxy_id}/change",
            "POST /api/proxies/changes/{change_id}/approve",
            "POST /api/proxies/changes/{change_id}/refuse",
        ),
        "needs an account behind the proxy; workflows/proxy_watch looks for the entry",
    ),
    "POST /api/networks/{name}/grants/complete": "needs an owner's consent; workflows/connecting looks for the entry",
    "POST /api/alerts/{alert_id}/acknowledge": "needs an alert; capabilities/alerts looks for the entry",
    "POST /api/alerts/channels/{channel_id}/test": "sends something; workflows/alerting looks for the entry",
    "POST /api/inbox/{item_id}/claim": "needs an item; capabilities/inbox looks for the entry",
    "POST /api/inbox/{item_id}/assign": "needs an item; capabilities/inbox looks for the entry",
    "POST /api/inbox/{item_id}/evidence": "needs an item; capabilities/inbox looks for the entry",
    "POST /api/inbox/{item_id}/resolve": "needs an item; capabilities/inbox looks for the entry",
    **dict.fromkeys(WARM_UP, "needs a warm-up; capabilities/warmup looks for the entry"),
}
"""Routes of which no entry is expected here, and why."""

STEPS: dict[str, making.Step] = {
    "POST /api/personas": making.persona,
    "PATCH /api/personas/{persona_id}": making.send(
        "PATCH", "/api/personas/{persona}", json={"name": "Lu"}
    ),
    "POST /api/content": making.content,
    "PATCH /api/content/{content_id}": making.send(
        "PATCH", "/api/content/{content}", json={"quality": 90}
    ),
    "POST /api/content/{content_id}/archive": making.send("POST", "/api/content/{content}/archive"),
    "POST /api/content/{content_id}/restore": making.send("POST", "/api/content/{content}/restore"),
    "POST /api/content/bulk": making.bulk,
    "POST /api/content/bulk-upload": making.bulk_upload,
    "DELETE /api/content/{content_id}": making.send("DELETE", "/api/content/{content}"),
    "POST /api/texts": making.text,
    "PATCH /api/texts/{text_id}": making.send("PATCH", "/api/texts/{text}", json={"quality": 90}),
    "POST /api/texts/{text_id}/archive": making.send("POST", "/api/texts/{text}/archive"),
    "POST /api/texts/{text_id}/restore": making.send("POST", "/api/texts/{text}/restore"),
    "DELETE /api/texts/{text_id}": making.send("DELETE", "/api/texts/{text}"),
    "POST /api/proxies": making.proxy,
    "PATCH /api/proxies/{proxy_id}": making.send(
        "PATCH", "/api/proxies/{proxy}", json={"password": "hush"}
    ),
    "POST /api/proxies/check": making.send("POST", "/api/proxies/check", json={"filter": {}}),
    "PUT /api/proxies/pools/{pool}": making.send(
        "PUT", "/api/proxies/pools/berlin", json={"policy": "automatic"}
    ),
    "DELETE /api/proxies/{proxy_id}": making.send("DELETE", "/api/proxies/{proxy}"),
    "POST /api/networks/{name}/connect": making.send(
        "POST",
        "/api/networks/x/connect",
        json={"reason": "x", "base_url": "http://127.0.0.1:9/x", "client_id": "an-app"},
    ),
    "PUT /api/networks/{name}/grants/{account_id}": making.grant,
    "DELETE /api/networks/{name}/grants/{account_id}": making.send(
        "DELETE", "/api/networks/x/grants/{on_x}"
    ),
    "POST /api/networks/{name}/disconnect": making.send(
        "POST", "/api/networks/x/disconnect", json={"reason": "x"}
    ),
    "POST /accounts": making.account,
    "POST /api/accounts/import": making.account_import,
    "PATCH /api/accounts/{account_id}": making.send(
        "PATCH", "/api/accounts/{account}", json={"labels": ["a"]}
    ),
    "POST /api/accounts/bulk": making.send(
        "POST", "/api/accounts/bulk", json={"action": "pause", "reason": "x", "filter": {}}
    ),
    "POST /api/tasks": making.task,
    "POST /api/tasks/{task_id}/cancel": making.send("POST", "/api/tasks/{task}/cancel"),
    "POST /api/tasks/{task_id}/retry": making.send("POST", "/api/tasks/{task}/retry"),
    "POST /api/batches": making.batch,
    "POST /api/batches/csv": making.send(
        "POST",
        "/api/batches/csv?type=lookup_profile",
        files={"file": ("a.csv", b"username\notter\n", "text/csv")},
    ),
    "POST /api/batches/follow": making.send(
        "POST", "/api/batches/follow", json={"accounts": ["luna"], "targets": ["otter"]}
    ),
    "POST /api/batches/{batch_id}/cancel": making.send("POST", "/api/batches/{batch}/cancel"),
    "POST /api/batches/{batch_id}/retry-failed": making.send(
        "POST", "/api/batches/{batch}/retry-failed"
    ),
    "PUT /account_config/{account}": making.plan,
    "POST /account_config/{account}/restore": making.send(
        "POST", "/account_config/luna/restore", json={"version": 1}
    ),
    "POST /save_interaction": making.send(
        "POST",
        "/save_interaction",
        json={"username": "otter", "action": "like", "timestamp": "2026-01-31T12:00:00Z"},
    ),
    "POST /save_history_filters": making.send(
        "POST", "/save_history_filters", json={"filters": ["like"]}
    ),
    "DELETE /clear_history": making.send("DELETE", "/clear_history"),
    "POST /api/interactions/cleanup": making.send("POST", "/api/interactions/cleanup"),
    "POST /api/do-not-contact": making.dnc,
    "POST /api/do-not-contact/import": making.dnc_import,
    "DELETE /api/do-not-contact/{entry_id}": making.send("DELETE", "/api/do-not-contact/{entry}"),
    "POST /api/alerts/channels": making.alert_channel,
    "PATCH /api/alerts/channels/{channel_id}": making.send(
        "PATCH", "/api/alerts/channels/{channel}", json={"enabled": False}
    ),
    "DELETE /api/alerts/channels/{channel_id}": making.send(
        "DELETE", "/api/alerts/channels/{channel}"
    ),
    "POST /api/monitors": making.monitor,
    "PATCH /api/monitors/{monitor_id}": making.send(
        "PATCH", "/api/monitors/{monitor}", json={"interval": "1d"}
    ),
    "POST /api/monitors/bulk": making.send(
        "POST", "/api/monitors/bulk", json={"action": "pause", "filter": {}}
    ),
    "PUT /api/monitors/sources/{source}/key": making.send(
        "PUT", "/api/monitors/sources/tikhub/key", json={"key": "a key"}
    ),
    "DELETE /api/monitors/sources/{source}/key": making.send(
        "DELETE", "/api/monitors/sources/tikhub/key"
    ),
    f"POST {making.V1}/influencer_monitor/create_monitor_task": making.person_monitor,
    f"POST {making.V1}/influencer_monitor/pause_task/{{task_id}}": making.send(
        "POST", f"{making.V1}/influencer_monitor/pause_task/{{person}}"
    ),
    f"POST {making.V1}/influencer_monitor/resume_task/{{task_id}}": making.send(
        "POST", f"{making.V1}/influencer_monitor/resume_task/{{person}}"
    ),
    f"POST {making.V1}/influencer_monitor/stop_tasks": lambda scene: making.stop(
        scene, "influencer", "person"
    ),
    f"POST {making.V1}/post_monitor/create_monitor_task": making.post_monitor,
    f"POST {making.V1}/post_monitor/pause_task/{{task_id}}": making.send(
        "POST", f"{making.V1}/post_monitor/pause_task/{{post}}"
    ),
    f"POST {making.V1}/post_monitor/resume_task/{{task_id}}": making.send(
        "POST", f"{making.V1}/post_monitor/resume_task/{{post}}"
    ),
    f"POST {making.V1}/post_monitor/stop_tasks": lambda scene: making.stop(scene, "post", "post"),
    "PUT /api/settings": making.send("PUT", "/api/settings", json={"reengagement_days": 31}),
    "PUT /config": making.send("PUT", "/config", json={"reengagement_days": 32}),
    "POST /api/pause": making.send("POST", "/api/pause", json={"scope": "fleet", "reason": "x"}),
    "POST /api/resume": making.send("POST", "/api/resume", json={"scope": "fleet", "reason": "x"}),
    "DELETE /accounts/{account}": making.send("DELETE", "/accounts/mia"),
    "DELETE /api/accounts/{account_id}": making.send("DELETE", "/api/accounts/{account}"),
    "DELETE /api/personas/{persona_id}": making.send("DELETE", "/api/personas/{persona}"),
    "POST /api/bots": making.send("POST", "/api/bots", json={"name": "bot-1"}),
    "POST /api/tokens": making.token,
    "DELETE /api/tokens/{token_id}": making.send("DELETE", "/api/tokens/{token}"),
    # From here on there is an admin, and nobody is the local operator any more.
    "POST /api/setup": making.set_up,
    "POST /api/login": making.log_in,
    "POST /api/operators": making.operator,
    "PATCH /api/operators/{operator_id}": making.send(
        "PATCH", "/api/operators/{operator}", json={"role": "operator"}
    ),
    "PUT /api/me/password": making.send(
        "PUT", "/api/me/password", json={"current": making.PASSWORD, "new": making.PASSWORD + "!"}
    ),
    "DELETE /api/login": making.log_out,
}
"""A change that succeeds, for each route, in an order in which each of them does."""


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    from retinue.entrypoints.api import create_app

    return create_app(runtime)


def entries(runtime: Runtime) -> int:
    with runtime.database.reading() as db:
        return db.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_every_route_that_changes_something_stands_in_a_table(app: FastAPI) -> None:
    unsafe = {
        f"{method} {route.path}"
        for route in declared_routes(app)
        for method in route.methods - {"GET", "HEAD"}
    }
    assert unsafe - set(STEPS) - set(NOT_DUE) == set()
    assert (set(STEPS) | set(NOT_DUE)) - unsafe == set()


def test_each_change_leaves_an_entry_and_the_chain_stays_whole(
    app: FastAPI, runtime: Runtime
) -> None:
    with runtime.database.writing() as db:
        code = access.new_setup_code(db)
    scene = making.Scene(serving.client(app, origin="http://127.0.0.1:8000"), runtime, code or "")
    missing = []
    for name, step in STEPS.items():
        before = entries(runtime)
        answer = step(scene)
        assert answer.is_success, (name, answer.status_code, answer.text)
        if entries(runtime) == before:
            missing.append(name)
    assert missing == []
    with runtime.database.reading() as db:
        assert audit.verify(db) is None
