"""Which form of a history a caller has asked for, and that form."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from retinue.capabilities.monitors import service
from retinue.foundation.http import streaming


class Form(StrEnum):
    json = "application/json"
    csv = "text/csv"
    svg = "image/svg+xml"
    png = "image/png"


FORMS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The readings; by `Accept` also as CSV, or one count of them as a chart.",
        "content": {
            Form.csv.value: {"schema": {"type": "string"}},
            Form.svg.value: {"schema": {"type": "string"}},
            Form.png.value: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


async def _asked(request: Request) -> Form:
    """The form that is liked best; JSON where none of ours is named."""
    best, weight = Form.json, 0.0
    for part in ",".join(request.headers.getlist("accept")).split(","):
        name, _, more = part.partition(";")
        found = next((form for form in Form if form.value == name.strip().lower()), None)
        if found is not None and (its := _weight(more)) > weight:
            best, weight = found, its
    return best


Asked = Annotated[Form, Depends(_asked)]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def as_file(form: Form, found: service.History, *, metric: str | None) -> Response:
    """
    Raises:
        Invalid: the kind has no such count.
    """
    chosen = service.check_metric(found.kind, metric)
    if form is Form.csv:
        return streaming.csv(service.drawing.as_csv(found), name=f"history-{found.subject}")
    if form is Form.svg:
        return Response(service.drawing.as_svg(found, chosen), media_type=form.value, headers=_VARY)
    return Response(service.drawing.as_png(found, chosen), media_type=form.value, headers=_VARY)


_VARY = {"Vary": "Accept"}
