"""Sources of public numbers on a clock whose pauses take no time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from retinue.drivers.metrics.bucket import OpenGate, RateGate
from retinue.drivers.metrics.graph import Graph
from retinue.drivers.metrics.protocol import (
    Reading,
    SourceName,
    SourceSettings,
    Subject,
    SubjectKind,
)
from retinue.drivers.metrics.tikhub import TikHub
from retinue.drivers.metrics.wire import Patience, Wire
from retinue.foundation.randomness import seeded_random
from tests.factories.vendoring import KEY, Pauses
from tests.fixtures.sandgram import RunningSandgram

ACCOUNT = "17841400000000001"
KEY_OF_SANDGRAM = "sandgram-tikhub-key"
INSTAGRAM = Subject(SubjectKind.influencer, "instagram")
LANDMARK = Subject(SubjectKind.post, "CxYQJO8xuC6")


@asynccontextmanager
async def tikhub(
    url: str,
    pauses: Pauses,
    *,
    version: str = "v1",
    key: str = KEY,
    patience: Patience | None = None,
    gate: RateGate | None = None,
) -> AsyncIterator[TikHub]:
    async with Wire(patience=patience or Patience(5, 5)) as wire:
        yield TikHub(
            SourceSettings(SourceName.tikhub, url, key, version),
            wire=wire,
            gate=gate or OpenGate(clock=pauses.clock, sleep=pauses.sleep),
            clock=pauses.clock,
            random=seeded_random(1),
            sleep=pauses.sleep,
        )


@asynccontextmanager
async def graph(
    url: str,
    pauses: Pauses,
    *,
    key: str = KEY,
    account: str | None = ACCOUNT,
    version: str = "v25.0",
    gate: RateGate | None = None,
) -> AsyncIterator[Graph]:
    async with Wire(patience=Patience(5, 5)) as wire:
        yield Graph(
            SourceSettings(SourceName.graph, url, key, version, account),
            wire=wire,
            gate=gate or OpenGate(clock=pauses.clock, sleep=pauses.sleep),
            clock=pauses.clock,
            random=seeded_random(1),
            sleep=pauses.sleep,
        )


def read(
    world: RunningSandgram, subject: Subject, pauses: Pauses, *, version: str = "v1", **options: Any
) -> Reading:
    """What TikHub of a running Sandgram says."""

    async def run() -> Reading:
        url = f"{world.url}/tikhub"
        options.setdefault("key", KEY_OF_SANDGRAM)
        async with tikhub(url, pauses, version=version, **options) as source:
            return await source.read(subject)

    return asyncio.run(run())


def truth(world: RunningSandgram, subject: Subject, *walls: str) -> list[dict[str, Any]]:
    """The numbers that were true at each of these moments, by the oracle."""
    name = "post" if subject.kind is SubjectKind.post else "username"
    params: dict[str, Any] = {name: subject.name, "wall": list(walls)}
    answer = world.control.get("/oracle/metrics", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
