"""One exchange of a refresh token for new tokens, with an exact account of what its failure means."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import urlencode

from pydantic import ValidationError

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Answer, Caller
from retinue.drivers.network.x import wire
from retinue.drivers.network.x.protocol import Consent, GrantEnded, NewTokens, XApp
from retinue.drivers.network.x.refusals import refused
from retinue.foundation.clock import Clock

_OF_THE_GRANT = frozenset({"invalid_grant", "invalid_request"})
_OF_THE_APP = frozenset({"unauthorized_client", "invalid_client"})


def exchange(caller: Caller, app: XApp, refresh_token: str, *, clock: Clock) -> NewTokens:
    """
    Raises:
        GrantEnded: the token is no good.
        DriverError: with `had_no_effect` the token is as good as before; else nobody knows.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _asked(caller, app, form, clock=clock)


def redeem(caller: Caller, app: XApp, consent: Consent, *, clock: Clock) -> NewTokens:
    """
    The first tokens, for the code that an owner's consent has brought.

    Raises:
        GrantEnded: the code is no good, or too old: it lives for half a minute.
        DriverError: as `exchange`; a code is good once.
    """
    form = {
        "grant_type": "authorization_code",
        "code": consent.code,
        "redirect_uri": consent.redirect_uri,
        "code_verifier": consent.verifier,
    }
    return _asked(caller, app, form, clock=clock)


def _asked(caller: Caller, app: XApp, form: dict[str, str], *, clock: Clock) -> NewTokens:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if app.client_secret is not None:
        pair = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    asked_at = clock.now()
    body = urlencode({**form, "client_id": app.client_id}).encode()
    answer = caller.call("POST", "/2/oauth2/token", headers=headers, body=body)
    if answer.status != 200:
        raise _no(answer, clock)
    try:
        found = wire.TokensWire.model_validate_json(answer.body)
    except ValidationError as error:
        raise DriverError(
            FailureClass.unknown,
            phase=CallPhase.answered,
            message="the answer with new tokens is not understood",
            status=answer.status,
        ) from error
    # Counted from the question, so that a slow answer makes them older and not younger.
    return NewTokens(
        access_token=found.access_token,
        refresh_token=found.refresh_token,
        expires_at=asked_at + timedelta(seconds=found.expires_in),
        scope=found.scope,
    )


def _no(answer: Answer, clock: Clock) -> DriverError:
    try:
        said = wire.TokenError.model_validate(json.loads(answer.body))
    except (ValueError, ValidationError, RecursionError):
        return refused(answer, missing=FailureClass.unknown, now=clock.now())
    if answer.status in {400, 401} and said.error in _OF_THE_GRANT:
        return GrantEnded("X does not take the token, or the code")
    return DriverError(
        FailureClass.permission if said.error in _OF_THE_APP else FailureClass.unknown,
        phase=CallPhase.answered,
        message=f"X does not know the app: {said.error[:60]}",
        is_refusal=said.error in _OF_THE_APP,
        status=answer.status,
    )
