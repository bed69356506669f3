"""Faults in Meta's words and codes."""

import json
from typing import Any
from urllib.parse import parse_qsl

from sandgram.faults.answers import Answer
from sandgram.faults.dialects import Dialect, Scope
from sandgram.faults.requests import READ, About
from sandgram.faults.rules import FaultKind, FaultRule
from sandgram.surfaces.answers import asked, token_of
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.graph import errors
from sandgram.surfaces.graph.desk import GraphDesk
from sandgram.surfaces.graph.errors import GraphError
from sandgram.surfaces.graph.subjects import action_of, subject_of
from sandgram.world.world import World

PREFIX = "/graph"
_RESTRICTED = (25, 2207050, 400, "The account is restricted, inactive or must pass a checkpoint")
_ERRORS: dict[FaultKind, tuple[int, int | None, int, str]] = {
    FaultKind.rate_limit_429: (4, None, 403, "Application request limit reached"),
    FaultKind.rate_limit_text: (17, 2446079, 400, "User request limit reached"),
    FaultKind.action_block: (368, None, 400, "The action attempted has been deemed abusive"),
    FaultKind.session_expired: (190, 463, 400, "Error validating access token: it has expired"),
    FaultKind.key_refused: (190, 467, 400, "Invalid OAuth access token"),
    FaultKind.challenge: (190, 459, 400, str(errors.checkpoint())),
    FaultKind.account_locked: _RESTRICTED,
    FaultKind.account_suspended: _RESTRICTED,
    FaultKind.permission_missing: (10, None, 403, "Application does not have permission"),
    FaultKind.payment_required: (10, None, 403, "Application does not have permission"),
    FaultKind.not_found: (110, 2207013, 400, "Invalid user id"),
    FaultKind.suspended: (110, 2207013, 400, "Invalid user id"),
    FaultKind.private: (110, 2207013, 400, "Invalid user id"),
    FaultKind.server_error: (2, None, 500, "Service temporarily unavailable"),
    FaultKind.server_error_after: (2, None, 500, "Service temporarily unavailable"),
}
_UNKNOWN = (1, None, 400, "An unknown error has occurred.")


def dialect(world: World, calls: Calls, desk: GraphDesk) -> Dialect:
    def account(scope: Scope) -> str | None:
        given = token_of(asked(scope).authorization) or _params(scope).get("access_token", "")
        number = desk.number_of(given)
        return None if number is None else world.credentials(number).login

    def note(scope: Scope, status: str) -> None:
        wall = world.clock.wall()
        path, params = _path(scope), _params(scope)
        endpoint, subject = action_of(path, params), subject_of(path, params)
        calls.record(Call("graph", endpoint, subject, status, wall, world.clock.at(wall)))

    return Dialect(_about, account, _answer, note)


def _answer(rule: FaultRule, _scope: Scope) -> Answer:
    code, subcode, status, message = _ERRORS.get(rule.kind, _UNKNOWN)
    if rule.code is not None:
        code, subcode = rule.code, rule.subcode
    error = GraphError(code, rule.text or message, subcode=subcode)
    body = json.dumps(error.body()).encode()
    return Answer(rule.status or status, "application/json", body, rule.retry_after)


def _about(scope: Scope) -> About:
    path, params = _path(scope), _params(scope)
    return About("graph", action_of(path, params), READ, subject_of(path, params) or None)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(PREFIX)


def _params(scope: Scope) -> dict[str, Any]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
