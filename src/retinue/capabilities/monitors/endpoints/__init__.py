"""Monitors over HTTP: the shapes that older clients know, and those of this API."""

from retinue.capabilities.monitors.endpoints import charting, listed, people, posts, spending
from retinue.foundation.http import Router

# What compares comes before `/api/monitors/{id}`, which would take its name for an id.
router = Router.of(
    people.router, posts.router, spending.router, charting.compared, listed.router, charting.router
)
