"""`/2/oauth2/token` and `/2/oauth2/revoke`, in the words of OAuth 2."""

import base64
import binascii
import secrets
from typing import Any

from sandgram.surfaces.x.desk import XDesk
from sandgram.surfaces.x.errors import XError

Json = dict[str, Any]


def answer(desk: XDesk, path: str, form: dict[str, str], authorization: str) -> Json:
    """
    Raises:
        XError: the app is not known, or what it brings is no good.
    """
    _check_app(desk, form, authorization)
    if path.endswith("/revoke"):
        desk.revoke(form.get("token", ""))
        return {"revoked": True}
    match form.get("grant_type"):
        case "refresh_token":
            wanted = "refresh_token"
            made = desk.renew(form.get(wanted, ""))
        case "authorization_code":
            wanted = "code"
            made = desk.redeem(
                form.get(wanted, ""),
                redirect_uri=form.get("redirect_uri", ""),
                verifier=form.get("code_verifier", ""),
            )
        case _:
            raise _error(400, "invalid_request", "Missing required parameter [grant_type].")
    if not form.get(wanted):
        raise _error(400, "invalid_request", f"Missing required parameter [{wanted}].")
    if made is None:
        raise _error(400, "invalid_grant", "Value passed for the token was invalid.")
    return made


def _check_app(desk: XDesk, form: dict[str, str], authorization: str) -> None:
    name, secret = form.get("client_id", ""), None
    kind, _, pair = authorization.partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(pair, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            name = ""
    is_known = secrets.compare_digest(name.encode(), desk.client_id.encode())
    if desk.client_secret is not None:
        is_known &= secrets.compare_digest((secret or "").encode(), desk.client_secret.encode())
    if not is_known:
        raise _error(401, "unauthorized_client", "Missing valid authorization header")


def _error(status: int, name: str, description: str) -> XError:
    return XError(status, {"error": name, "error_description": description})
