"""
TikHub, a vendor of public numbers: three versions of the same questions, at three prices.

It answers 400 for a failure of its own as well as for a name that it does not know, so that one
is asked again, and a 400 that stays says nothing about the subject.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from retinue.drivers.metrics import answers
from retinue.drivers.metrics.bucket import RateGate, Sleep
from retinue.drivers.metrics.errors import RateLimited
from retinue.drivers.metrics.naming import checked_name
from retinue.drivers.metrics.protocol import (
    Reading,
    SourceName,
    SourceSettings,
    Subject,
    SubjectKind,
    TikHubVersion,
    price_of,
)
from retinue.drivers.metrics.records import vendor_reading
from retinue.drivers.metrics.tikhub_refusals import refusal_of
from retinue.drivers.metrics.wire import Answer, Wire
from retinue.foundation import redaction
from retinue.foundation.clock import Clock
from retinue.foundation.randomness import Random

MOST_RETRIES = 3
_FIRST_PAUSE = 0.5
_SPREAD = 0.25
_USUAL_HOLD = 1.0
_LONGEST_HOLD = 60.0

_PREFIX = "/api/v1/instagram"
_PATHS: dict[tuple[TikHubVersion, SubjectKind], tuple[str, str]] = {
    (TikHubVersion.v1, SubjectKind.influencer): ("v1/fetch_user_info_by_username", "username"),
    (TikHubVersion.v1, SubjectKind.post): ("v1/fetch_post_by_url", "post_url"),
    (TikHubVersion.v2, SubjectKind.influencer): ("v2/fetch_user_info", "username"),
    (TikHubVersion.v2, SubjectKind.post): ("v2/fetch_post_info", "code_or_url"),
    (TikHubVersion.v3, SubjectKind.influencer): ("v3/get_user_profile", "username"),
    (TikHubVersion.v3, SubjectKind.post): ("v3/get_post_info_by_code", "code"),
}
_POST_URL = "https://www.instagram.com/p/{}/"


class TikHub:
    """One key of one installation."""

    name = SourceName.tikhub.value

    def __init__(
        self,
        settings: SourceSettings,
        *,
        wire: Wire,
        gate: RateGate,
        clock: Clock,
        random: Random,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """
        Raises:
            ValueError: the address, the version or the key cannot be used.
        """
        redaction.know(settings.key)
        self._key = checked_key(settings.key)
        self._base_url = wire.check(settings.base_url)
        self._version = TikHubVersion(settings.version)
        self._wire = wire
        self._gate = gate
        self._clock = clock
        self._random = random
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"TikHub(version={self._version.value!r})"

    def price(self, subject: Subject) -> Decimal:
        return price_of(SourceName.tikhub, self._version, subject.kind)

    async def read(self, subject: Subject) -> Reading:
        """
        A call that is answered with 400 is made three times more; none of them is billed.

        Raises:
            MetricsError: as the protocol says.
        """
        path, parameter = _PATHS[self._version, subject.kind]
        asked = checked_name(subject)
        if parameter == "post_url":
            asked = _POST_URL.format(asked)
        answer = await self._ask(path, {parameter: asked})
        for retry in range(MOST_RETRIES):
            if answer.status != 400:
                break
            spread = 1 + _SPREAD * (2 * self._random.random() - 1)
            await self._sleep(_FIRST_PAUSE * 2**retry * spread)
            answer = await self._ask(path, {parameter: asked})
        if answer.status == 200:
            body = answers.json_of(answer)
            return vendor_reading(
                body, subject, source=self.name, now=self._clock.now(), status=200
            )
        error = refusal_of(answer, key=self._key, wait=self._wait(answer))
        if isinstance(error, RateLimited):
            await self._gate.hold(min(error.retry_after or _USUAL_HOLD, _LONGEST_HOLD))
        raise error

    async def _ask(self, path: str, params: Mapping[str, str]) -> Answer:
        await self._gate.acquire()
        url = f"{self._base_url}{_PREFIX}/{path}"
        return await self._wire.get(url, params=params, key=self._key)

    def _wait(self, answer: Answer) -> float | None:
        return answers.wait_of(answer, now=self._clock.now())


def checked_key(key: str) -> str:
    """
    Raises:
        ValueError: it cannot stand in a header.
    """
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        message = "the key of the source is empty or holds what no key holds, such as a space"
        raise ValueError(message)
    return key
