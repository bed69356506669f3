"""Faults in TikHub's words."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qsl

from sandgram.faults.answers import Answer
from sandgram.faults.dialects import Dialect, Scope
from sandgram.faults.requests import READ, About
from sandgram.faults.rules import FaultKind, FaultRule
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.tikhub import account, envelope
from sandgram.surfaces.tikhub.endpoints import ENDPOINTS
from sandgram.surfaces.tikhub.subjects import subject_of
from sandgram.world.world import World

PREFIX = "/tikhub"
_STATUSES = {
    FaultKind.rate_limit_429: 429,
    FaultKind.payment_required: 402,
    FaultKind.key_refused: 401,
    FaultKind.session_expired: 401,
    FaultKind.permission_missing: 403,
    FaultKind.not_found: 404,
    FaultKind.suspended: 404,
    FaultKind.server_error: 503,
    FaultKind.server_error_after: 502,
}
"""Whatever else goes wrong behind it is the general 400."""


def dialect(world: World, calls: Calls) -> Dialect:
    def answer(rule: FaultRule, scope: Scope) -> Answer:
        status = rule.status or _STATUSES.get(rule.kind, 400)
        body = envelope.failure(
            status,
            request_id=secrets.token_hex(16),
            router=_path(scope),
            params=_params(scope),
            now=world.now(),
            text=rule.text,
        )
        return Answer(status, "application/json", json.dumps(body).encode(), rule.retry_after)

    def note(scope: Scope, status: str) -> None:
        wall = world.clock.wall()
        endpoint = _path(scope).rpartition("/")[2][:60]
        subject = subject_of(_params(scope))
        calls.record(Call("tikhub", endpoint, subject, status, wall, world.clock.at(wall)))

    return Dialect(_about, lambda _: None, answer, note)


def _about(scope: Scope) -> About:
    path = _path(scope)
    endpoint = ENDPOINTS.get(path)
    action = "balance" if path.startswith(account.PREFIX) else "list"
    if endpoint is not None:
        action = endpoint.action
    return About("tikhub", action, READ, subject_of(_params(scope)) or None)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(PREFIX)


def _params(scope: Scope) -> dict[str, Any]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
