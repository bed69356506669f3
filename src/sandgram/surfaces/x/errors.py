"""X's two shapes of errors: the problem of v2, and the list of codes of v1.1. v2 answers with either."""

from typing import Any

Json = dict[str, Any]

_TYPES = "https://api.twitter.com/2/problems/"
BLANK = "about:blank"


class XError(Exception):
    def __init__(self, status: int, body: Json, *, is_problem: bool = False) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.is_problem = is_problem


def problem(
    status: int, title: str, detail: str, *, kind: str | None = None, **more: Any
) -> XError:
    name = BLANK if kind is None else _TYPES + kind
    body = {"title": title, "detail": detail, "type": name, "status": status, **more}
    return XError(status, body, is_problem=True)


def coded(status: int, code: int, message: str, **more: Any) -> XError:
    return XError(status, {"errors": [{"code": code, "message": message, **more}]})


def unauthorized() -> XError:
    return problem(401, "Unauthorized", "Unauthorized")


def too_many() -> XError:
    return problem(429, "Too Many Requests", "Too Many Requests")


def not_enrolled(client_id: str) -> XError:
    return problem(
        403,
        "Client Forbidden",
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a "
        "client with access to this endpoint.",
        kind="client-forbidden",
        reason="client-not-enrolled",
        required_enrollment="Appropriate Level of API Access",
        registration_url="https://developer.x.com/en/docs/projects/overview",
        client_id=client_id,
    )


def missing_scope(scope: str) -> XError:
    return problem(
        403, "Forbidden", f"Your token is not permitted to do this: it lacks the scope {scope}."
    )


def invalid(parameter: str, message: str, given: Any = None) -> XError:
    return problem(
        400,
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        kind="invalid-request",
        errors=[{"parameters": {parameter: [str(given)[:100]]}, "message": message}],
    )


def protected(person_id: str) -> XError:
    return problem(
        403,
        "Authorization Error",
        f"Sorry, you are not authorized to see the user with id: [{person_id}].",
        kind="not-authorized-for-resource",
        resource_type="user",
        resource_id=person_id,
    )


def gone(resource: str, parameter: str, value: str) -> Json:
    """A row of `errors` beside whatever was found."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": _TYPES + "resource-not-found",
    }


def suspended(parameter: str, value: str) -> Json:
    return {
        "value": value,
        "detail": f"User has been suspended: [{value}].",
        "title": "Forbidden",
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": value,
        "type": _TYPES + "resource-not-found",
    }


ACCOUNT_SUSPENDED = coded(
    403, 64, "Your account is suspended and is not permitted to access this feature."
)
ACCOUNT_LOCKED = coded(
    403,
    326,
    "To protect our users from spam and other malicious activity, this account is temporarily locked. "
    "Please log in to https://twitter.com to unlock your account.",
    sub_error_code=0,
    bounce_location="https://twitter.com/account/access",
)
AUTOMATED = coded(
    403,
    226,
    "This request looks like it might be automated. To protect our users from spam and other malicious "
    "activity, we can't complete this action right now.",
)
