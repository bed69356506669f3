"""
Who calls, and what each route asks of them.

A route without `requires(...)` or `public()` keeps the app from starting. How a
caller is recognised is injected by the entrypoint as `app.state.authenticator`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, FastAPI, Request, params
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, RouteContext, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from retinue.foundation.errors import Forbidden, Refusal
from retinue.foundation.http import idempotency, texts
from retinue.foundation.http.rate_limits import Allowance, RateLimits, refusal_of


class Scope(StrEnum):
    accounts_read = "accounts:read"
    accounts_write = "accounts:write"
    sessions_read = "sessions:read"
    sessions_control = "sessions:control"
    interactions_read = "interactions:read"
    interactions_write = "interactions:write"
    tasks_read = "tasks:read"
    tasks_write = "tasks:write"
    monitors_read = "monitors:read"
    monitors_write = "monitors:write"
    content_read = "content:read"
    content_write = "content:write"
    warmup_read = "warmup:read"
    warmup_write = "warmup:write"
    inbox_read = "inbox:read"
    inbox_write = "inbox:write"
    alerts_read = "alerts:read"
    alerts_write = "alerts:write"
    settings_read = "settings:read"
    settings_write = "settings:write"
    access_read = "access:read"
    access_write = "access:write"
    audit_read = "audit:read"
    health_read = "health:read"
    secrets_reveal = "secrets:reveal"
    secrets_export = "secrets:export"
    bot = "bot"
    """The phases of a warm-up. Whoever may make bots has it to give; only a bot can use it."""
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
    def key(self) -> str:
        """What the caller's limits and its own keys are kept under."""
        return str(self.facts.get("token_id") or self.actor)

    @property
    def actor(self) -> str:
        """How the audit log names the caller."""
        return "local operator" if self.kind == "local" else f"{self.kind}:{self.name}"

    def check_is_for_all_accounts(self) -> None:
        """
        For what concerns accounts beyond any list.

        Raises:
            Forbidden: the caller may touch its own accounts only.
        """
        if self.account_ids is not None:
            message = f"{self.actor} is restricted to some accounts, and this concerns others too."
            raise Forbidden(message)


CallerRequest = HTTPConnection
"""What a caller is recognised by, a request or a WebSocket's handshake; a service need not know the web framework."""


class Authenticator(Protocol):
    def __call__(self, request: CallerRequest) -> Principal:
        """Recognises the caller; may look into the database. Raises `Unauthenticated` where it cannot."""
        raise NotImplementedError

    def remembered(self, request: CallerRequest) -> Principal | None:
        """The same from memory, or None. Must not block."""
        raise NotImplementedError


class UnsupportedMediaType(Refusal):
    """The body is not of the type that this route reads."""

    status = 415
    code = "unsupported_media_type"


class _Requirement:
    """A dependency that can be seen from outside, so that every route can be asked for its scope."""

    def __init__(self, scope: Scope | None, *, is_for_restricted: bool = False) -> None:
        self.scope = scope
        self.is_for_restricted = is_for_restricted

    async def __call__(self, request: HTTPConnection) -> None:
        peer = request.client.host if request.client else None
        if self.scope is None:
            _spend(request, f"address:{peer}", is_local=_is_loopback(peer))
            await texts.check(request)
            idempotency.check(request)
            return
        principal = await self._recognise(request, peer)
        request.state.principal = principal
        _spend(request, principal.key, is_local=principal.kind == "local")
        if self.scope not in principal.scopes:
            message = f"This needs the scope {self.scope}, which {principal.actor} does not have."
            raise Forbidden(message, scope=self.scope)
        if not (self.is_for_restricted or _only_reads(request)):
            principal.check_is_for_all_accounts()
        _check_media_type(request)
        await texts.check(request)
        idempotency.check(request)

    async def _recognise(self, request: HTTPConnection, peer: str | None) -> Principal:
        authenticator: Authenticator = request.app.state.authenticator
        try:
            principal = authenticator.remembered(request)
            if principal is None:
                principal = await run_in_threadpool(authenticator, request)
        except Refusal:
            # Guessing is limited by address; a caller that was recognised, by its own name.
            _spend(request, f"address:{peer}", is_local=_is_loopback(peer))
            raise
        return replace(
            principal, address=peer, request_id=getattr(request.state, "request_id", None)
        )


class _Heavy:
    """A dependency, so that what a route costs stands beside what it requires."""

    async def __call__(self, request: Request) -> None:
        limits: RateLimits = request.app.state.rate_limits
        principal: Principal | None = getattr(request.state, "principal", None)
        peer = request.client.host if request.client else None
        caller = principal.key if principal else f"address:{peer}"
        _note(request, limits.spend_heavy(caller, _route_of(request)))


def requires(scope: Scope, *, is_for_restricted: bool = False) -> Any:
    """
    Who may call the route. A caller that is restricted to some accounts may change nothing
    but where `is_for_restricted` says that the endpoint holds it to them itself.
    """
    return Depends(_Requirement(scope, is_for_restricted=is_for_restricted))


def public() -> Any:
    """Open to everybody, on purpose."""
    return Depends(_Requirement(None))


def heavy() -> Any:
    """Costs a lot: `heavy_rate_limit` counts as well. Stands after `requires` or `public`."""
    return Depends(_Heavy())


async def _caller(request: HTTPConnection) -> Principal:
    principal: Principal = request.state.principal
    return principal


Caller = Annotated[Principal, Depends(_caller)]


def _route_of(request: HTTPConnection) -> str:
    route = request.scope.get("route")
    method = request.scope.get("method", "WS")
    return f"{method} {request.url.path if route is None else route.path}"


def _spend(request: HTTPConnection, caller: str, *, is_local: bool) -> None:
    limits: RateLimits = request.app.state.rate_limits
    _note(request, limits.spend(caller, _route_of(request), is_local=is_local))


def _note(request: HTTPConnection, allowance: Allowance) -> None:
    request.state.allowance = allowance
    if allowance.is_spent:
        raise refusal_of(allowance)


def _only_reads(request: HTTPConnection) -> bool:
    return request.scope.get("method", "GET") in {"GET", "HEAD"}


def _is_loopback(peer: str | None) -> bool:
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return False
    return address.is_loopback


def _check_media_type(request: HTTPConnection) -> None:
    """A form where JSON is read, or JSON where a file is: said as what it is, not as a missing field."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    dependant: Dependant | None = getattr(request.scope.get("route"), "dependant", None)
    if not given or dependant is None or not dependant.body_params:
        return
    reads_form = any(isinstance(param.field_info, params.Form) for param in dependant.body_params)
    if reads_form != (given == "multipart/form-data"):
        wanted = "multipart/form-data" if reads_form else "application/json"
        raise UnsupportedMediaType(f"Content-Type: this route reads {wanted}, not {given}.")


class RouteWithoutScope(Exception):
    """Someone added a route and did not say who may call it."""


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    path: str
    methods: frozenset[str]
    """None of a WebSocket."""
    scope: Scope | None
    """None for a public one."""
    is_heavy: bool
    keeps_answers: bool
    """Whether it takes an Idempotency-Key."""
    is_for_restricted: bool
    """Whether one that changes something is open to a caller that is restricted to some accounts."""


def declared_routes(app: FastAPI) -> Iterator[DeclaredRoute]:
    """
    Every route of the app with what it asks of its caller.

    Raises:
        RouteWithoutScope: one does not say.
    """
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute | APIWebSocketRoute):
            if context.path != app.openapi_url:
                message = f"{context.path} is no API route, so nobody asks who calls it"
                raise RouteWithoutScope(message)
            continue
        yield _declared(context)


def check_every_route(app: FastAPI) -> None:
    """Refuse to start with a route that does not say who may call it."""
    for _ in declared_routes(app):
        pass


def _declared(context: RouteContext) -> DeclaredRoute:
    dependant: Dependant = context.dependant
    calls = [dependency.call for dependency in dependant.dependencies]
    requirements = [call for call in calls if isinstance(call, _Requirement)]
    if not requirements:
        message = (
            f"{context.path} declares no scope: add dependencies=[requires(Scope...)] or [public()]"
        )
        raise RouteWithoutScope(message)
    return DeclaredRoute(
        path=str(context.path),
        methods=frozenset(context.methods or ()),
        scope=requirements[0].scope,
        is_heavy=any(isinstance(call, _Heavy) for call in calls),
        keeps_answers=idempotency.keeps_answers(dependant),
        is_for_restricted=requirements[0].is_for_restricted,
    )
