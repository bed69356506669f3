"""Faults in X's words and codes."""

import json

from sandgram.faults.answers import Answer
from sandgram.faults.dialects import Dialect, Scope
from sandgram.faults.requests import READ, About
from sandgram.faults.rules import FaultKind, FaultRule
from sandgram.surfaces.answers import asked, token_of
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.x import errors
from sandgram.surfaces.x.desk import XDesk
from sandgram.surfaces.x.endpoints import TOKEN_PATHS, find
from sandgram.surfaces.x.errors import XError
from sandgram.world.world import World

PREFIX = "/x"
_ERRORS: dict[FaultKind, XError] = {
    FaultKind.rate_limit_429: errors.too_many(),
    FaultKind.rate_limit_text: errors.coded(429, 88, "Rate limit exceeded"),
    FaultKind.action_block: errors.AUTOMATED,
    FaultKind.session_expired: errors.unauthorized(),
    FaultKind.key_refused: errors.coded(401, 89, "Invalid or expired token."),
    FaultKind.challenge: errors.ACCOUNT_LOCKED,
    FaultKind.account_locked: errors.ACCOUNT_LOCKED,
    FaultKind.account_suspended: errors.ACCOUNT_SUSPENDED,
    FaultKind.permission_missing: errors.not_enrolled("sandgram-x-app"),
    FaultKind.payment_required: errors.problem(
        402, "CreditsDepleted", "Your account has no credits left.", kind="credits"
    ),
    FaultKind.not_found: errors.problem(
        404, "Not Found Error", "Could not find what was asked for.", kind="resource-not-found"
    ),
    FaultKind.suspended: XError(200, {"errors": [errors.suspended("id", "0")]}),
    FaultKind.private: errors.protected("0"),
    FaultKind.server_error: errors.problem(
        503, "Service Unavailable", "Service Unavailable", kind="resource-unavailable"
    ),
    FaultKind.server_error_after: errors.coded(500, 131, "Internal error"),
    FaultKind.upstream_failed: errors.coded(503, 130, "Over capacity"),
    FaultKind.error_after_effect: errors.coded(500, 131, "Internal error"),
}
_UNKNOWN = errors.coded(500, 131, "Internal error")


def dialect(world: World, calls: Calls, desk: XDesk) -> Dialect:
    def account(scope: Scope) -> str | None:
        owner = desk.owner(token_of(asked(scope).authorization))
        return None if owner is None else world.credentials(owner.number).login

    def note(scope: Scope, status: str) -> None:
        wall, about = world.clock.wall(), _about(scope)
        subject = about.target or ""
        calls.record(Call("x", about.action, subject, status, wall, world.clock.at(wall)))

    return Dialect(_about, account, _answer, note)


def _answer(rule: FaultRule, _scope: Scope) -> Answer:
    error = _ERRORS.get(rule.kind, _UNKNOWN)
    if rule.code is not None:
        error = errors.coded(error.status, rule.code, rule.text or f"Code {rule.code}")
    kind = "application/problem+json" if error.is_problem else "application/json"
    return Answer(
        rule.status or error.status, kind, json.dumps(error.body).encode(), rule.retry_after
    )


def _about(scope: Scope) -> About:
    path: str = scope["path"].removeprefix(PREFIX)
    found = find(scope["method"], path)
    if found is None:
        return About("x", TOKEN_PATHS.get(path, "other"), READ, None)
    endpoint, parts = found
    return About("x", endpoint.action, endpoint.kind, parts[0] if parts else None)
