"""Whose certificates a connection takes."""

from __future__ import annotations

import ssl

import httpx2


def trust_for(*addresses: str) -> ssl.SSLContext:
    """
    The usual authorities, or none at all where no address begins with `https:`.

    Reading them takes 25 ms and 3 MB of each process. A context without authorities trusts
    nobody, so that nothing is accepted unseen should TLS come into it after all.
    """
    if any(address.lower().startswith("https:") for address in addresses):
        return httpx2.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
