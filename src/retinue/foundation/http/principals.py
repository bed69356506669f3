"""
Who calls, and what each route asks of them.

A route without `requires(...)` or `public()` keeps the app from starting. How a
caller is recognised is injected by the entrypoint as `app.state.authenticator`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts

from retinue.foundation.errors import Forbidden


class Scope(StrEnum):
    accounts_read = "accounts:read"
    accounts_write = "accounts:write"
    sessions_read = "sessions:read"
    sessions_control = "sessions:control"
    interactions_read = "interactions:read"
    interactions_write = "interactions:write"
    settings_read = "settings:read"
    settings_write = "settings:write"
    access_read = "access:read"
    access_write = "access:write"
    audit_read = "audit:read"
    health_read = "health:read"
    secrets_reveal = "secrets:reveal"
    secrets_export = "secrets:export"
    own = "own"
    """What every recognised caller may do about itself."""


@dataclass(frozen=True, slots=True)
class Principal:
    kind: Literal["operator", "token", "local"]
    name: str
    role: str
    scopes: frozenset[Scope]
    account_ids: frozenset[int] | None = None
    """The only accounts a bot may touch; None means no restriction."""
    address: str | None = None
    request_id: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """How the audit log names the caller."""
        return "local operator" if self.kind == "local" else f"{self.kind}:{self.name}"


Authenticator = Callable[[Request], Principal]
"""Recognises the caller. Raises `Unauthenticated` where it cannot."""


class _Requirement:
    """A dependency that can be seen from outside, so that every route can be asked for its scope."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope

    def __call__(self, request: Request) -> None:
        if self.scope is None:
            return
        authenticate: Authenticator = request.app.state.authenticator
        principal = authenticate(request)
        request.state.principal = principal
        if self.scope not in principal.scopes:
            message = f"This needs the scope {self.scope}, which {principal.actor} does not have."
            raise Forbidden(message, scope=self.scope)


def requires(scope: Scope) -> Any:
    return Depends(_Requirement(scope))


def public() -> Any:
    """Open to everybody, on purpose."""
    return Depends(_Requirement(None))


async def _caller(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Caller = Annotated[Principal, Depends(_caller)]


class RouteWithoutScope(Exception):  # noqa: N818 - stated as the fact it is
    """Someone added a route and did not say who may call it."""


def scope_of(route: RouteContext) -> Scope | None:
    """
    The scope a route asks for, None for a public one.

    Raises:
        RouteWithoutScope: it declares neither.
    """
    dependant = getattr(route, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        if isinstance(dependency.call, _Requirement):
            return dependency.call.scope
    message = f"{route.path} declares no scope: add dependencies=[requires(Scope...)] or [public()]"
    raise RouteWithoutScope(message)


def check_every_route(app: FastAPI) -> None:
    """Refuse to start with a route that does not say who may call it."""
    for route in iter_route_contexts(app.routes):
        if route.path != app.openapi_url:
            scope_of(route)
