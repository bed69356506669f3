"""
A router whose endpoints cost one change of thread instead of four.

FastAPI runs a plain `def` endpoint in a thread, and its dependencies before, its
clean-up after and the check of its answer each in another turn. Under load those
turns cost more than a point read. Here the endpoint's thread also gives back the
connection that it has read from; the check of an answer, cheap for a
model that is already built, stays on the loop.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

READ_ONLY = "retinue.read_only"
"""Marks the handles of `ReadDb`."""


class Router(APIRouter):
    """`APIRouter` for plain `def` endpoints; what is `async def` stays as it is."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().add_api_route(path, _in_one_turn(endpoint), **options)


def _in_one_turn(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @functools.wraps(endpoint)
    async def in_one_turn(**given: Any) -> Any:
        return await run_in_threadpool(_answer, endpoint, given)

    return in_one_turn


def _answer(endpoint: Callable[..., Any], given: dict[str, Any]) -> Any:
    try:
        return endpoint(**given)
    finally:
        for value in given.values():
            if isinstance(value, Session) and READ_ONLY in value.info:
                value.close()
