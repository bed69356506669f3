"""Content over HTTP: pictures and texts, many at once, and how long they will last."""

from retinue.capabilities.content.endpoints import figures, pictures, texts, uploads
from retinue.foundation.http import Router

# Figures come before `/api/content/{id}`, which would take their names for an id.
router = Router.of(figures.router, uploads.router, pictures.router, texts.router)
