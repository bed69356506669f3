"""Calls in an account's name: with a token that is still good, renewed where it is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Answer, Caller
from retinue.drivers.network.x.protocol import NewTokens, TokenKeeper, Tokens, XApp
from retinue.drivers.network.x.refusals import left_out, refused
from retinue.drivers.network.x.renewing import exchange
from retinue.foundation.clock import Clock

Shape = TypeVar("Shape", bound=BaseModel)

_EARLY = timedelta(seconds=60)
"""Renewed this long before their end, so that no act meets it."""
_JSON = frozenset({"application/json", "application/problem+json"})


class XCaller:
    """Used by one thread. `renewing` goes its own way, for the hook hears of acts only."""

    def __init__(
        self, caller: Caller, *, login: str, app: XApp, keeper: TokenKeeper, clock: Clock
    ) -> None:
        self._caller = caller
        self._login = login
        self._app = app
        self._keeper = keeper
        self._clock = clock
        self._tokens: Tokens | None = None

    def close(self) -> None:
        self._caller.close()

    def begin(self) -> None:
        """
        Raises:
            GrantEnded, DriverError: there is no token to call with.
        """
        self._tokens = self._keeper.current(self._login)
        self._fresh()

    def read(
        self,
        shape: type[Shape],
        path: str,
        *,
        missing: FailureClass = FailureClass.no_content,
        params: dict[str, str] | None = None,
    ) -> Shape:
        """A read, which is repeated once where its token turns out to have ended."""
        answer = self._send("GET", path, params=params)
        if answer.status == 401:
            self._renew()
            answer = self._send("GET", path, params=params)
        return self._understood(shape, answer, missing=missing)

    def act(
        self,
        shape: type[Shape],
        method: str,
        path: str,
        *,
        body: Any,
        missing: FailureClass = FailureClass.no_content,
    ) -> Shape:
        """An effect: sent once, whatever comes of it."""
        answer = self._send(method, path, body=body, is_effect=True)
        return self._understood(shape, answer, missing=missing)

    def upload(self, shape: type[Shape], path: str, *, body: Any) -> Shape:
        """What nobody sees before it is used, so that no hook hears of it."""
        answer = self._send("POST", path, body=body)
        return self._understood(shape, answer, missing=FailureClass.media)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: dict[str, str] | None = None,
        is_effect: bool = False,
    ) -> Answer:
        token = self._fresh().access_token
        return self._caller.call(
            method,
            path,
            headers={"Authorization": f"Bearer {token}"},
            body=body,
            params=params,
            is_effect=is_effect,
        )

    def _fresh(self) -> Tokens:
        if self._tokens is None:
            raise DriverError(
                FailureClass.auth_expired, phase=CallPhase.not_sent, message="log in first"
            )
        ends = self._tokens.expires_at
        has_ended = ends is not None and ends - _EARLY <= self._clock.now()
        if self._tokens.access_token is None or (has_ended and self._tokens.refresh_token):
            self._renew()
        return self._tokens

    def _renew(self) -> None:
        if self._tokens is None:
            return
        self._tokens = self._keeper.renew(self._login, stale=self._tokens, exchange=self._exchange)

    def _exchange(self, refresh_token: str) -> NewTokens:
        return exchange(self._caller, self._app, refresh_token, clock=self._clock)

    def _understood(self, shape: type[Shape], answer: Answer, *, missing: FailureClass) -> Shape:
        """
        Raises:
            DriverError: it is a refusal, or nothing that X would say.
        """
        if not 200 <= answer.status <= 299:
            raise refused(answer, missing=missing, now=self._clock.now())
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind not in _JSON:
            raise _unreadable(answer, f"{kind[:40] or 'no content type'}, not JSON")
        try:
            content: Any = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise _unreadable(answer, "not JSON, or cut off") from error
        errors = content.get("errors") if isinstance(content, dict) else None
        if errors and "data" not in content:
            raise left_out(errors, missing=missing)
        try:
            return shape.model_validate_json(answer.body)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise _unreadable(answer, f"{field}: {first['msg']}") from error


def _unreadable(answer: Answer, why: str) -> DriverError:
    return DriverError(
        FailureClass.unknown,
        phase=CallPhase.answered,
        message=f"the answer is not understood: {why}",
        status=answer.status,
    )
