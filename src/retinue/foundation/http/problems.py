"""
One refusal, three envelopes.

Under `/api` an error is RFC 9457 `application/problem+json`. The root paths and `/api/v1/instagram`
keep the envelopes that their clients know: `{"status": "error", "message", "code", "errors"?}` and
`{"status_code", "success": false, "error": {"code", "message", "errors"?}}`.
"""

from __future__ import annotations

import http
import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import (
    RequestValidationError,
    ValidationException,
    WebSocketRequestValidationError,
)
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from retinue.foundation import wording
from retinue.foundation.database.handle import DatabaseBusy, is_away, is_busy
from retinue.foundation.errors import Invalid, Problem, Refusal, Unavailable

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
V1_PREFIX = "/api/v1/instagram/"


def install(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(WebSocketRequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)


def answer(
    request: HTTPConnection, refusal: Refusal, *, status: int | None = None, code: str | None = None
) -> Response:
    """The refusal in the envelope of the path that was called."""
    status, code = status or refusal.status, code or refusal.code
    headers = {}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(refusal.retry_after)))
    if status == http.HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    errors = [problem.as_json() for problem in refusal.problems]
    trace_id = getattr(request.state, "request_id", None)
    body: dict[str, Any]
    path = _path_of(request)
    facts = {key: _plain(value) for key, value in refusal.facts.items()}
    if path.startswith(V1_PREFIX):
        error = {**facts, "code": code, "message": refusal.message}
        if errors:
            error["errors"] = errors
        body = {"status_code": status, "success": False, "error": error}
        return JSONResponse(body, status_code=status, headers=headers)
    if path.startswith("/api/"):
        body = {
            "type": f"https://retinue.invalid/problems/{code}",
            "title": http.HTTPStatus(status).phrase,
            "status": status,
            "detail": refusal.message,
            "code": code,
            "trace_id": trace_id,
        }
        media_type = PROBLEM_JSON
    else:
        body = {"status": "error", "message": refusal.message, "code": code}
        media_type = "application/json"
    if errors:
        body["errors"] = errors
    body.update({key: value for key, value in facts.items() if key not in body})
    return JSONResponse(body, status_code=status, headers=headers, media_type=media_type)


def documented(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: which refusals it may answer with."""
    return {
        refusal.status: {"description": (refusal.__doc__ or refusal.code).strip().splitlines()[0]}
        for refusal in refusals
    }


def _path_of(request: HTTPConnection) -> str:
    """As the routes know it, wherever below a proxy's own path the server stands."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "").rstrip("/"))


async def _refused(request: HTTPConnection, error: Exception) -> Response:
    return answer(request, cast("Refusal", error))


async def _invalid(request: HTTPConnection, error: Exception) -> Response:
    return answer(request, invalid_from(cast("ValidationException", error).errors()))


def invalid_from(errors: Sequence[Mapping[str, Any]]) -> Invalid:
    """What pydantic found, without the values: one of them may be a secret."""
    problems = [_problem_of(found) for found in errors]
    first = problems[0]
    where = ".".join(str(part) for part in first.loc if part not in {"body", "query", "path"})
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Invalid(f"{where or first.loc[0]}: {first.msg}{more}", problems=problems)


def _problem_of(found: Mapping[str, Any]) -> Problem:
    loc, kind = tuple(found["loc"]), str(found["type"])
    if kind == "json_invalid":
        # Its place is a position in the text, which nobody would take for a field.
        return Problem(("body",), f"not valid JSON at character {loc[-1]}", kind)
    worded = wording.problem_of(found)
    return worded if loc else Problem(("request",), worded.msg, kind)


async def _http(request: HTTPConnection, found: Exception) -> Response:
    error = cast("HTTPException", found)
    code = http.HTTPStatus(error.status_code).name.lower()
    response = answer(request, Refusal(_sentence(error)), status=error.status_code, code=code)
    response.headers.update(error.headers or {})
    return response


def _sentence(error: HTTPException) -> str:
    if error.status_code == http.HTTPStatus.NOT_FOUND and error.detail == "Not Found":
        return "There is nothing at this path; /docs lists what there is."
    return str(error.detail)


async def _database(request: HTTPConnection, error: Exception) -> Response:
    if is_busy(cast("DBAPIError", error)):
        return answer(
            request, DatabaseBusy("The database is busy; nothing was changed.", retry_after=1)
        )
    found = cast("DBAPIError", error)
    if is_away(found):
        message = "The database does not answer. It is waited for; try again in a few seconds."
        return answer(request, DatabaseAway(message, retry_after=5))
    return failed(request, error)


class DatabaseAway(Unavailable):
    """The database server cannot be reached."""

    code = "database_away"


def failed(request: HTTPConnection, error: Exception) -> Response:
    """Something nobody expected: the log has all of it, the caller only where to look."""
    logger.error("request failed", exc_info=error, extra={"path": request.url.path})
    trace_id = getattr(request.state, "request_id", None)
    refusal = Refusal(f"Something went wrong on our side; the log has it under {trace_id}.")
    return answer(request, refusal, status=500, code="internal_error")


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value


def can_answer(scope: Mapping[str, Any]) -> bool:
    """Whether a WebSocket that is refused may be told why, instead of a bare 403."""
    return "websocket.http.response" in scope.get("extensions", {})
