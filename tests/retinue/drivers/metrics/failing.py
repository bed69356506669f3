"""A call of TikHub that has to fail: the error, and the vendor with all that it was asked."""

from __future__ import annotations

from typing import Any

import pytest

from retinue.drivers.metrics.errors import MetricsError
from retinue.drivers.metrics.protocol import Subject
from tests.factories.metering import tikhub
from tests.factories.vendoring import PERSON, PERSONS, Pauses, Vendor, Write, envelope, said, vendor

GOOD = said(envelope(PERSONS["v1"]))


async def failed(
    pauses: Pauses, *answers: bytes | Write, subject: Subject = PERSON, **options: Any
) -> tuple[MetricsError, Vendor]:
    async with vendor(*answers) as there, tikhub(there.url, pauses, **options) as source:
        with pytest.raises(MetricsError) as caught:
            await source.read(subject)
    return caught.value, there
