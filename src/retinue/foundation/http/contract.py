"""
What the OpenAPI document says beyond the routes themselves: how a caller shows who it is, and the
errors that every route can answer with, in the envelope of its path.

FastAPI describes a 422 in a shape that this API never answers with, so that one is replaced.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from retinue.foundation.http import idempotency
from retinue.foundation.http.principals import declared_routes
from retinue.foundation.http.problems import PROBLEM_JSON, V1_PREFIX
from retinue.foundation.idempotency.errors import KeyReused, StillRunning


class WrongPlace(BaseModel):
    """One wrong place in what was sent."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """An error of a path under `/api` (RFC 9457). More members may stand beside these."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[WrongPlace] | None = None
    trace_id: str | None = None


class ErrorAnswer(BaseModel):
    """An error of a root path. More members may stand beside these."""

    status: Literal["error"]
    message: str
    code: str
    errors: list[WrongPlace] | None = None


class V1Fault(BaseModel):
    """What is wrong. More members may stand beside these."""

    code: str
    message: str
    errors: list[WrongPlace] | None = None


class V1Error(BaseModel):
    """An error of a path under `/api/v1/instagram`."""

    status_code: int
    success: Literal[False]
    error: V1Fault


_TEMPLATE = "#/components/schemas/{model}"
_ALWAYS = {
    "400": "The request is malformed, or its Host is not ours.",
    "429": "Too many requests; Retry-After says when to come back.",
    "500": "Something went wrong on our side.",
    "503": "Something that is needed is not there; nothing was changed.",
}
_CLOSED = {
    "401": "Nobody is recognised.",
    "403": "The caller may not do this.",
}
_WITH_BODY = {
    "413": "The body is too large.",
    "415": "The body is of a type that is not taken here.",
}
_UNSAFE = {"post", "put", "patch", "delete"}


def install(app: FastAPI) -> None:
    """Call it when every route is there."""
    routes = list(declared_routes(app))
    closed = {
        (route.path, method.lower())
        for route in routes
        if route.scope is not None
        for method in route.methods
    }
    keeping = {
        (route.path, method.lower())
        for route in routes
        if route.keeps_answers and route.path.startswith("/api/")
        for method in route.methods - {"GET"}
    }

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                tags=app.openapi_tags,
                routes=app.routes,
            )
            _complete(document, closed, keeping)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _complete(
    document: dict[str, Any], closed: set[tuple[str, str]], keeping: set[tuple[str, str]]
) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (Problem, ErrorAnswer, V1Error):
        described = model.model_json_schema(ref_template=_TEMPLATE)
        schemas.update(described.pop("$defs", {}))
        schemas[model.__name__] = described
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            is_closed = (path, method) in closed
            if is_closed:
                operation["security"] = [{"token": []}]
            if (path, method) in keeping:
                _add_key(operation)
            _add_errors(operation, path=path, method=method, is_closed=is_closed)


_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Names this request. Sent again within 24 hours with the same body, it gets the first answer, byte"
    " for byte, with `Idempotency-Replayed: true`, and has no second effect. Refusals are not kept.",
}


def _add_key(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(_KEY)
    for refusal in (StillRunning, KeyReused):
        described = {"description": (refusal.__doc__ or "").strip()}
        operation["responses"].setdefault(str(refusal.status), described)


def _add_errors(operation: dict[str, Any], *, path: str, method: str, is_closed: bool) -> None:
    wanted = dict(_ALWAYS)
    if is_closed:
        wanted |= _CLOSED
    if method in _UNSAFE:
        wanted |= _CLOSED | _WITH_BODY
    responses = operation["responses"]
    for status, description in wanted.items():
        responses.setdefault(status, {"description": description})
    media_type, model = _envelope_of(path)
    reference = {"$ref": _TEMPLATE.format(model=model)}
    for status, response in responses.items():
        if status[0] in "45" and not _has_own_schema(response):
            response["content"] = {media_type: {"schema": reference}}


def _envelope_of(path: str) -> tuple[str, str]:
    if path.startswith(V1_PREFIX):
        return "application/json", "V1Error"
    if path.startswith("/api/"):
        return PROBLEM_JSON, "Problem"
    return "application/json", "ErrorAnswer"


def _has_own_schema(response: dict[str, Any]) -> bool:
    content = response.get("content", {})
    return any("HTTPValidationError" not in str(body) for body in content.values())
