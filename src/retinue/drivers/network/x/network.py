"""The adapter: opens lines of accounts whose owners have authorised the app."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlsplit

from retinue.drivers.errors import FailureClass, ProxyFailed
from retinue.drivers.network.http_call import Caller, Patience, make_client
from retinue.drivers.network.protocol import Credentials, Egress, Exit, PhaseHook
from retinue.drivers.network.tunnel import WayOutFailed, open_tunnel
from retinue.drivers.network.x.calling import XCaller
from retinue.drivers.network.x.line import XLine
from retinue.drivers.network.x.protocol import Consent, NewTokens, TokenKeeper, XApp
from retinue.drivers.network.x.renewing import redeem
from retinue.foundation.clock import Clock

_PORTS = {"http": 80, "https": 443}


class XNetwork:
    """An account's password is never sent: only tokens open it."""

    def __init__(
        self,
        app: XApp,
        *,
        keeper: TokenKeeper,
        clock: Clock,
        patience: Patience | None = None,
    ) -> None:
        self._app = app
        self._keeper = keeper
        self._clock = clock
        self._patience = patience or Patience()

    def open(
        self,
        credentials: Credentials,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> XLine:
        calls = XCaller(
            self._caller(egress, user_agent=user_agent, on_phase=on_phase),
            login=credentials.login,
            app=self._app,
            keeper=self._keeper,
            clock=self._clock,
        )
        return XLine(calls, login=credentials.login)

    def redeem(self, consent: Consent, *, egress: Egress | None = None) -> NewTokens:
        """
        The first tokens of an account, by the way out that it always takes.

        Raises:
            As `renewing.redeem`.
        """
        caller = self._caller(egress)
        with closing(caller):
            return redeem(caller, self._app, consent, clock=self._clock)

    def find_exit(self, egress: Egress) -> Exit:
        """A connection to X and no request: X tells nobody the address that it is called from."""
        parts = urlsplit(self._app.base_url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        started, patience = self._clock.monotonic(), self._patience.connect
        try:
            open_tunnel(egress, host=host, port=port, clock=self._clock, timeout=patience).close()
        except WayOutFailed as error:
            raise ProxyFailed(error.failure, message=error.message) from error
        except ValueError as error:
            raise _unusable() from error
        took = self._clock.monotonic() - started
        return Exit(address=None, milliseconds=round(took * 1000))

    def _caller(
        self,
        egress: Egress | None,
        *,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> Caller:
        try:
            client = make_client(
                self._app.base_url,
                egress=egress,
                user_agent=user_agent,
                patience=self._patience,
                clock=self._clock,
            )
        except ValueError as error:
            raise _unusable() from error
        return Caller(client, clock=self._clock, patience=self._patience, on_phase=on_phase)


def _unusable() -> ProxyFailed:
    """The proxy's address is not one. Going without it is not an option."""
    return ProxyFailed(FailureClass.invalid_input, message="the proxy is not usable: check its URL")
