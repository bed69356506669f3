"""
The dashboard's files, as the build left them in the package, at `/ui/`.

Everything with a hash in its name is kept by browsers for a year; the page itself is made for each
answer, with the path that it is served under and a nonce for its own style elements.
"""

from __future__ import annotations

import html
import mimetypes
import re
import secrets
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from retinue.foundation.errors import NotFound
from retinue.foundation.http import public

router = APIRouter(include_in_schema=False)

FILES = Path(__file__).resolve().parent.parent / "_dashboard"

# For a browser, a year is for ever: a changed file has another name.
_FOR_EVER = "public, max-age=31536000, immutable"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_BASE = re.compile(r'<base href="[^"]*"')
_NONCE = re.compile(r'(<meta property="csp-nonce" nonce=")"')

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_NOT_BUILT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The dashboard is not built</title>
</head>
<body>
<main>
<h1>The dashboard is not built</h1>
<p>Retinue runs, but the files of its dashboard are not there. In the checkout, run</p>
<pre>scripts/bootstrap core</pre>
<p>and load this page again; the server need not be restarted. An installed Retinue without them was
installed with RETINUE_SKIP_DASHBOARD set: install it again without.</p>
<p>The API is at <a href="{root}/docs">{root}/docs</a>.</p>
</main>
</body>
</html>
"""


@router.get("/ui/assets/{name:path}", dependencies=[public()])
def asset(request: Request, name: str) -> Response:
    """A file whose name changes with its content."""
    return _file(request, f"assets/{name}", cache=_FOR_EVER)


@router.get("/ui", dependencies=[public()])
@router.get("/ui/{path:path}", dependencies=[public()])
def page(request: Request, path: str = "") -> Response:
    """Every other address is a page, and the program in it knows which."""
    name = path.rpartition("/")[2]
    if "." in name and _path_of(name) is not None and name != "index.html":
        return _file(request, name, cache="no-cache")
    root = html.escape(str(request.scope.get("root_path", "")).rstrip("/"), quote=True)
    index = FILES / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT.format(root=root), status_code=503)
    nonce = secrets.token_urlsafe(16)
    text = _BASE.sub(f'<base href="{root}/ui/"', index.read_text(encoding="utf-8"), count=1)
    text = _NONCE.sub(rf'\g<1>{nonce}"', text, count=1)
    headers = {
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(text, headers=headers)


def _file(request: Request, name: str, *, cache: str) -> Response:
    path = _path_of(name)
    if path is None:
        message = "There is no such file; after an update, load the page again."
        raise NotFound(message)
    stat = path.stat()
    tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"Cache-Control": cache, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    accepted = {
        part.partition(";")[0].strip()
        for part in request.headers.get("accept-encoding", "").lower().split(",")
    }
    content = path
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if encoding in accepted and packed.is_file():
            headers["Content-Encoding"] = encoding
            content = packed
            break
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return Response(content.read_bytes(), media_type=media_type, headers=headers)


def _path_of(name: str) -> Path | None:
    """The file of that name, if it is one of ours and not one beside them."""
    try:
        path = (FILES / name).resolve()
        return path if path.is_relative_to(FILES) and path.is_file() else None
    except (OSError, ValueError):
        # No file system has such a name: it holds a NUL, or is too long.
        return None
