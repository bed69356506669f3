"""Sandgram's control API: what really reached its world, and accounts made for tests."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.trust import trust_for

_PAGE = 10_000
_TIMEOUT_SECONDS = 10.0


class SandgramControl:
    """`token_file` is the one that Sandgram wrote; its content goes into a header and nowhere else."""

    def __init__(self, url: str, *, token_file: Path) -> None:
        token = token_file.read_text(encoding="utf-8").strip()
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT_SECONDS,
            verify=trust_for(url),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def add_account(self, login: str) -> dict[str, Any]:
        """Make an account that can log in; answers all of its credentials."""
        return self._call("POST", "/sg/control/accounts", body={"login": login})

    def account(self, login: str) -> dict[str, Any]:
        return self._call("GET", f"/sg/control/accounts/{login}")

    def proxies(self) -> list[dict[str, Any]]:
        """The ways out that it runs with; one `{host, port, username, password, exit, ...}` each."""
        found: list[dict[str, Any]] = self._call("GET", "/sg/control/proxies")["items"]
        return found

    def effects(
        self, *, action: str | None = None, account: str | None = None
    ) -> list[dict[str, Any]]:
        """Every effect that reached the world, in order; one `{account, action, person_id, object_id, ...}` each."""
        found: list[dict[str, Any]] = []
        while True:
            query: dict[str, str | int] = {
                "limit": _PAGE,
                "after_seq": found[-1]["seq"] if found else 0,
            }
            query |= {
                key: value for key, value in (("action", action), ("account", account)) if value
            }
            items = self._call("GET", "/sg/control/oracle/effects", query=query)["items"]
            found += items
            if len(items) < _PAGE:
                return found

    def duplicates(self) -> dict[str, Any]:
        """Effects that happened more than once, grouped by person, by account, and by object."""
        return self._call("GET", "/sg/control/oracle/duplicates")

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        query: dict[str, str | int] | None = None,
    ) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, json=body, params=query)
        except httpx2.HTTPError as error:
            raise DriverError(
                FailureClass.transient,
                phase=CallPhase.not_sent,
                message=f"Sandgram's control API does not answer ({type(error).__name__}).",
            ) from error
        if response.is_error:
            raise DriverError(
                FailureClass.invalid_input,
                phase=CallPhase.answered,
                message=f"Sandgram's control API answered {response.status_code} to {path}.",
                is_refusal=True,
                status=response.status_code,
            )
        answer: dict[str, Any] = response.json()
        return answer
