"""
One HTTP call, with an exact account of how far it came.

The phase comes from the connection itself: `sent` from the moment the first
byte of the request may have left, `answered` once the last byte of the answer
was read. A failure to connect, to get through a proxy or to get a connection
from the pool is `not_sent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from retinue.drivers.errors import CallPhase, DriverError, FailureClass, ProxyFailed
from retinue.drivers.network.protocol import Egress, PhaseHook
from retinue.drivers.network.trust import trust_for
from retinue.drivers.network.tunnel import TunnelTransport, WayOutFailed
from retinue.foundation.clock import Clock

BODY_LIMIT = 5_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait; `total` bounds an answer that trickles."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    retry_after: str | None
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By their names in lower case."""


class Caller:
    """Calls of one account through one way out. Used by one thread."""

    def __init__(
        self,
        client: httpx2.Client,
        *,
        clock: Clock,
        patience: Patience,
        on_phase: PhaseHook | None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._patience = patience
        self._on_phase = on_phase

    def close(self) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        body: Any = None,
        params: dict[str, str] | None = None,
        is_effect: bool = False,
    ) -> Answer:
        """
        `body` goes out as it is where it is bytes, as JSON otherwise.

        Raises:
            DriverError: the call failed before a whole answer was here.
        """
        sent = {"content" if isinstance(body, bytes) else "json": body}
        progress = _Progress(self._on_phase if is_effect else None)
        request = self._client.build_request(
            method,
            path,
            headers=headers,
            params=params,
            extensions={"trace": progress.trace},
            **sent,
        )
        try:
            answer = self._exchange(request)
        except (httpx2.ConnectTimeout, httpx2.ReadTimeout, httpx2.WriteTimeout) as error:
            raise self._lost(progress, "no answer in time", error) from error
        except httpx2.PoolTimeout as error:
            raise self._lost(progress, "no free connection", error) from error
        except WayOutFailed as error:
            raise ProxyFailed(error.failure, message=error.message) from error
        except httpx2.HTTPError as error:
            raise self._lost(progress, "the connection failed", error) from error
        except httpx2.InvalidURL as error:
            raise self._lost(progress, "not an address", error) from error
        progress.finish()
        return answer

    def _exchange(self, request: httpx2.Request) -> Answer:
        deadline = self._clock.monotonic() + self._patience.total
        response = self._client.send(request, stream=True)
        try:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > BODY_LIMIT:
                    raise _unread("the answer is larger than 5 MB")
                if self._clock.monotonic() > deadline:
                    raise _unread(f"the answer took more than {self._patience.total:.0f} s")
        finally:
            response.close()
        if response.headers.get("content-encoding", "identity") != "identity":
            raise _unread("the answer is encoded although that was declined")
        return Answer(
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            retry_after=response.headers.get("retry-after"),
            body=bytes(body),
            headers=dict(response.headers),
        )

    @staticmethod
    def _lost(progress: _Progress, what: str, error: Exception) -> DriverError:
        return DriverError(
            FailureClass.transient,
            phase=progress.phase,
            message=f"{what} ({type(error).__name__})",
        )


def make_client(
    base_url: str,
    *,
    egress: Egress | None,
    user_agent: str | None,
    patience: Patience,
    clock: Clock,
) -> httpx2.Client:
    """
    A client that goes through `egress` or not at all.

    `trust_env` is off, or a proxy variable of the machine could carry an account's traffic.

    Raises:
        ValueError: the proxy's address is not one.
    """
    trust = trust_for(base_url, egress.url if egress else "")
    # Shorter than Sandgram's own 30 s, so that a request rarely meets a closing connection.
    limits = httpx2.Limits(max_connections=4, keepalive_expiry=15.0)
    transport = None
    if egress is not None:
        transport = TunnelTransport(egress, trust=trust, limits=limits, clock=clock)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if user_agent:
        headers["User-Agent"] = user_agent
    return httpx2.Client(
        base_url=base_url,
        headers=headers,
        transport=transport,
        verify=trust,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(
            connect=patience.connect,
            read=patience.read,
            write=patience.read,
            pool=patience.connect,
        ),
        limits=limits,
    )


def _unread(message: str) -> DriverError:
    return DriverError(FailureClass.unknown, phase=CallPhase.sent, message=message)


class _Progress:
    """Follows the connection's trace events for one request."""

    def __init__(self, on_phase: PhaseHook | None) -> None:
        self.phase = CallPhase.not_sent
        self._on_phase = on_phase

    def trace(self, event: str, info: dict[str, Any]) -> None:
        name = event.partition(".")[2]
        if name == "send_request_headers.started":
            self.phase = CallPhase.sent
        elif name == "send_request_body.complete":
            self._tell(CallPhase.sent)

    def finish(self) -> None:
        self.phase = CallPhase.answered
        self._tell(CallPhase.answered)

    def _tell(self, phase: CallPhase) -> None:
        if self._on_phase is not None:
            self._on_phase(phase)
