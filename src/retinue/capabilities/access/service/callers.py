"""Who is calling: a bearer token, a browser's cookie, or the local operator of demo mode."""

from __future__ import annotations

import hmac
import re
import threading
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from retinue.capabilities.access import repository, rules
from retinue.capabilities.access.service import memory
from retinue.capabilities.access.service.demo import LOCAL_OPERATOR, is_demo
from retinue.capabilities.access.service.logins import hashed_cookie
from retinue.capabilities.access.service.tokens import hashed
from retinue.foundation.errors import Forbidden, Unauthenticated
from retinue.foundation.http.origins import is_same_origin
from retinue.foundation.http.principals import CallerRequest, Principal
from retinue.foundation.runtime import Runtime

COOKIE = "retinue_session"
CSRF_HEADER = "x-csrf-token"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_TOKEN_IN_QUERY = {"token", "access_token", "api_key", "apikey", "authorization", "bearer"}
_LOOKS_LIKE_TOKEN = re.compile(r"rt_[A-Za-z0-9_-]{40,}")

Key = TypeVar("Key", str, int)

_HELP = "Send `Authorization: Bearer rt_...` (made by `retinue access tokens create`), or log in."


class Authenticator:
    """Recognises callers, from memory where it can: `remembered` never touches the database."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known = memory.Remembered()

    def __call__(self, request: CallerRequest) -> Principal:
        """
        Raises:
            Unauthenticated: no way in that we know fits.
            Forbidden: a browser's cookie came with a change that its page may not have asked for.
        """
        return self.remembered(request) or self._recognise(request)

    def remembered(self, request: CallerRequest) -> Principal | None:
        key = self._key(request)
        principal = self._known.find(key, at=self._runtime.clock.monotonic())
        if principal is None:
            return None
        return self._checked(principal, request)

    def _recognise(self, request: CallerRequest) -> Principal:
        key, seen = self._key(request), memory.generation()
        with self._runtime.database.reading() as db:
            principal = self._find(db, request, now=self._runtime.clock.now())
        self._known.keep(key, principal, at=self._runtime.clock.monotonic(), seen=seen)
        return self._checked(principal, request)

    def _key(self, request: CallerRequest) -> str:
        """What the caller shows, and under what circumstances. Also refuses a token in the URL."""
        for name, value in request.query_params.items():
            if name.lower() in _TOKEN_IN_QUERY or _LOOKS_LIKE_TOKEN.search(value):
                raise Unauthenticated(
                    f"A token does not belong into the URL, where logs keep it. {_HELP}"
                )
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return "token:" + hashed(self._bearer(authorization))
        is_local = self._is_local(request)
        cookie = request.cookies.get(COOKIE)
        if cookie:
            return f"cookie:{is_local}:{hashed_cookie(cookie)}"
        if is_local:
            return "local"
        raise Unauthenticated(f"Who is calling? {_HELP}")

    def _find(self, db: Session, request: CallerRequest, *, now: datetime) -> Principal:
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return self._of_token(db, self._bearer(authorization), now=now)
        cookie = request.cookies.get(COOKIE)
        principal = self._of_cookie(db, cookie, now=now) if cookie else None
        if principal is not None:
            return principal
        if self._is_local(request) and is_demo(db):
            return Principal("local", LOCAL_OPERATOR, "admin", rules.LOCAL_SCOPES)
        raise Unauthenticated(f"Who is calling? {_HELP}")

    def _bearer(self, authorization: str) -> str:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated(f"Authorization: only bearer tokens are known. {_HELP}")
        return token.strip()

    def _of_token(self, db: Session, token: str, *, now: datetime) -> Principal:
        row = repository.token_by_hash(db, hashed(token))
        is_over = row is not None and row.expires_at is not None and row.expires_at <= now
        if row is None or row.revoked_at is not None or is_over:
            raise Unauthenticated("This token is unknown, revoked or expired.")
        tokens_used.note(row.id, now)
        return Principal(
            "token",
            row.name,
            row.role,
            rules.scopes_of(row.role, row.scopes),
            account_ids=None if row.account_ids is None else frozenset(row.account_ids),
            facts={"token_id": row.id},
        )

    def _of_cookie(self, db: Session, cookie: str, *, now: datetime) -> Principal | None:
        found = repository.login_with_operator(db, hashed_cookie(cookie), now=now)
        if found is None:
            return None
        login, operator = found
        operators_seen.note(operator.id, now)
        return Principal(
            "operator",
            operator.username,
            operator.role,
            rules.scopes_of(operator.role, None),
            facts={"csrf_token": login.csrf_token, "operator_id": operator.id},
        )

    def _is_local(self, request: CallerRequest) -> bool:
        peer = request.client.host if request.client else None
        return self._runtime.configuration.is_loopback and rules.is_plain_local_request(
            request.headers, peer=peer
        )

    def _checked(self, principal: Principal, request: CallerRequest) -> Principal:
        if principal.kind == "operator":
            if request.scope["type"] == "websocket":
                _check_own_page(request)
            elif request.scope["method"] not in _SAFE_METHODS:
                _check_page(principal, request)
        return principal


def _check_own_page(request: CallerRequest) -> None:
    """No browser opens a WebSocket without saying which page asks, and no other page may."""
    headers = request.headers
    if not is_same_origin(headers.get("origin", ""), headers.get("host", "")):
        raise Forbidden("Origin: a WebSocket with a cookie must come from this server's own pages.")


def _check_page(principal: Principal, request: CallerRequest) -> None:
    """A browser sends its cookie along with whatever page asks; a change must come from ours."""
    headers = request.headers
    is_ours = headers.get("sec-fetch-site") == "same-origin" or is_same_origin(
        headers.get("origin", ""), headers.get("host", "")
    )
    if not is_ours:
        raise Forbidden("Origin: a change with a cookie must come from this server's own pages.")
    given = headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), principal.facts["csrf_token"].encode()):
        raise Forbidden("X-CSRF-Token: missing or not this log-in's; `GET /api/me` tells it.")


class _LastTimes(Generic[Key]):
    """When each was last heard of, until it is written down: a GET writes nothing."""

    def __init__(self) -> None:
        self._at: dict[Key, datetime] = {}
        self._lock = threading.Lock()

    def note(self, key: Key, at: datetime) -> None:
        with self._lock:
            self._at[key] = at

    def take(self) -> list[tuple[Key, datetime]]:
        """In the order of the keys, so that two writers do not wait for each other."""
        with self._lock:
            taken, self._at = self._at, {}
        return sorted(taken.items())


tokens_used = _LastTimes[str]()
operators_seen = _LastTimes[int]()


def write_down_use(db: Session) -> int:
    """Store when tokens were last used and people last seen, as far as this process knows."""
    tokens, operators = tokens_used.take(), operators_seen.take()
    for token_id, at in tokens:
        repository.set_last_used(db, token_id, at=at)
    for operator_id, at in operators:
        repository.set_last_seen(db, operator_id, at=at)
    return len(tokens) + len(operators)


def authenticator(runtime: Runtime) -> Authenticator:
    return Authenticator(runtime)
