"""
Swagger UI from our own machine: FastAPI's page loads its assets from a public network, and is blank on a closed one.
"""

from __future__ import annotations

from importlib import resources

import fastapi_swagger
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from retinue.foundation.errors import NotFound
from retinue.foundation.http import public

router = APIRouter(include_in_schema=False)

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_START = """
window.ui = SwaggerUIBundle({
  url: document.querySelector("meta[name=openapi]").content,
  dom_id: "#swagger",
  deepLinking: true,
  filter: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
  tryItOutEnabled: true,
});
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="openapi" content="{root}/openapi.json">
<title>Retinue API</title>
<link rel="icon" href="{root}/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="{root}/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger"></div>
<script src="{root}/docs/assets/swagger-ui-bundle.js"></script>
<script src="{root}/docs/assets/start.js"></script>
</body>
</html>
"""


@router.get("/docs", dependencies=[public()])
async def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(root=request.scope.get("root_path", "").rstrip("/")))


@router.get("/docs/assets/{name}", dependencies=[public()])
def asset(name: str) -> Response:
    headers = {"Cache-Control": "public, max-age=86400"}
    if name == "start.js":
        return Response(_START, media_type="text/javascript", headers=headers)
    if name not in _ASSETS:
        message = "There is no such asset; /docs is the page."
        raise NotFound(message)
    content = resources.files(fastapi_swagger).joinpath("resources", name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers=headers)
