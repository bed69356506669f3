"""HTTP to this machine, as curl speaks it: nothing of the environment, no TLS."""

from __future__ import annotations

import ssl
from typing import Any

import httpx2

# To read the usual authorities takes 25 ms for each client.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(base_url: httpx2.URL | str = "", **options: Any) -> httpx2.Client:
    return httpx2.Client(base_url=base_url, trust_env=False, verify=_NOBODY, **options)


def ask(method: str, url: str, **options: Any) -> httpx2.Response:
    """One call on a connection of its own."""
    with client() as caller:
        return caller.request(method, url, **options)
