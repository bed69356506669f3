"""Meta's error object. Callers branch on `code` and `error_subcode`, hardly on the status."""

import secrets
from typing import Any


class GraphError(Exception):
    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        status: int = 400,
        title: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.status = status
        self.title = title
        self.advice = advice

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self}" if self.code != 190 else str(self),
            "type": "OAuthException",
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.code in TRANSIENT
        if self.title is not None:
            error["error_user_title"] = self.title
            error["error_user_msg"] = self.advice or str(self)
        error["fbtrace_id"] = secrets.token_urlsafe(16)
        return {"error": error}


TRANSIENT = frozenset((1, 2, 4, 17, 32, 341, 613, 80002))


def missing(object_id: str) -> GraphError:
    return GraphError(
        100,
        f"Unsupported get request. Object with ID '{object_id[:60]}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation",
        subcode=33,
    )


def unknown_field(name: str) -> GraphError:
    return GraphError(100, f"Tried accessing nonexisting field ({name[:60]})")


def bad_parameter(name: str, advice: str) -> GraphError:
    return GraphError(100, f"Param {name}: {advice}")


def bad_token() -> GraphError:
    return GraphError(
        190, "Invalid OAuth access token - Cannot parse access token", subcode=467
    )  # fmt: skip


def checkpoint() -> GraphError:
    return GraphError(
        190, "The user needs to log in and confirm that it was them", subcode=459
    )  # fmt: skip


def no_such_target(name: str) -> GraphError:
    return GraphError(
        110,
        "Invalid user id",
        subcode=2207013,
        title="Cannot find User",
        advice=f"The user with username {name[:60]} cannot be found or is not professional.",
    )


def app_limit() -> GraphError:
    return GraphError(4, "Application request limit reached", status=403)


def account_limit() -> GraphError:
    return GraphError(80002, "There have been too many calls to this Instagram account")
