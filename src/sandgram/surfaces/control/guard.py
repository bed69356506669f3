"""The control token: made on the first start, kept in a file for its owner only."""

import os
import secrets
from pathlib import Path

from fastapi import Request

from sandgram.surfaces.wire import bearer
from sandgram.world import errors

TOKEN_FILE = "control.token"  # noqa: S105 - a file name
TOKEN_VARIABLE = "SANDGRAM_CONTROL_TOKEN"  # noqa: S105 - a name


def control_token(path: Path) -> str:
    """
    The token of the environment, else the file's, which is made when it is missing.

    Afterwards the file holds the token in any case: whoever starts the server is told
    the file and nothing else.
    """
    given = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not given and path.exists() and (kept := path.read_text(encoding="utf-8").strip()):
        return kept
    token = given or f"sgc_{secrets.token_urlsafe(32)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(token + "\n")
    return token


async def require_control(request: Request) -> None:
    given = bearer(request).encode()
    if not secrets.compare_digest(given, request.app.state.control_token.encode()):
        raise errors.Refusal(401, "not_control", "This is not the control token")
