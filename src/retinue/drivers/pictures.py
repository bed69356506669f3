"""Pictures by their address, from this machine only, and only what their first bytes say is a JPG or a PNG."""

from __future__ import annotations

import ipaddress
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Caller, Patience, make_client
from retinue.foundation.clock import Clock

_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_ENDINGS = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    media_type: str


def problem_of(url: str) -> str | None:
    """What keeps us from fetching a picture there; none where nothing does."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "is no URL; it begins with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password"
    if not parts.path.casefold().endswith(_ENDINGS):
        return "must lead straight to a picture that ends in .jpg, .jpeg or .png"
    if not _is_here(host):
        return "pictures are fetched from this machine only, such as http://127.0.0.1:8080/a.jpg"
    return None


def fetch(url: str, *, clock: Clock, patience: Patience | None = None) -> Picture:
    """
    At most 5 MB, without following redirects.

    Raises:
        DriverError: `media` where it is no picture or may not be fetched, `transient` where nobody answers.
    """
    problem = problem_of(url)
    if problem is not None:
        raise _unusable(f"the address of the picture {problem}")
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    patience = patience or Patience()
    client = make_client(base, egress=None, user_agent=None, patience=patience, clock=clock)
    with closing(Caller(client, clock=clock, patience=patience, on_phase=None)) as caller:
        try:
            answer = caller.call("GET", path, headers={"Accept": "image/jpeg, image/png"})
        except DriverError as error:
            # Nothing of the account's was on its way.
            kind = (
                FailureClass.transient
                if error.failure is not FailureClass.unknown
                else FailureClass.media
            )
            message = f"the picture cannot be fetched: {error.message}"
            raise DriverError(kind, phase=CallPhase.not_sent, message=message) from error
    if answer.status != 200:
        raise _unusable(f"the picture cannot be fetched: HTTP {answer.status}")
    for beginning, media_type in _KINDS:
        if answer.body.startswith(beginning):
            return Picture(answer.body, media_type)
    raise _unusable("what is there is neither a JPG nor a PNG")


def _is_here(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable(message: str) -> DriverError:
    return DriverError(FailureClass.media, phase=CallPhase.not_sent, message=message)
