"""Who may be asked: this machine, and a live network only where one is connected."""

from __future__ import annotations

import asyncio

import pytest

from retinue.drivers.metrics.errors import SourceUnavailable
from retinue.drivers.metrics.protocol import problem_of_address
from retinue.drivers.metrics.wire import Wire
from tests.factories.metering import tikhub
from tests.factories.vendoring import KEY, PERSON, PERSONS, Pauses, envelope, said, vendor

GOOD = said(envelope(PERSONS["v1"]))


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8100/tikhub",
            "http://localhost:8100",
            "http://[::1]:8100",
            "https://127.8.9.1",
        ],
    )
    def test_this_machine_may_be_asked(self, url: str) -> None:
        assert problem_of_address(url, is_live=False) is None
        assert problem_of_address(url, is_live=True) is None

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("https://api.tikhub.io", "none is connected"),
            ("http://10.0.0.1", "none is connected"),
            ("http://127.0.0.1.example.com", "none is connected"),
            ("http://localhost.example.com", "none is connected"),
            ("http://2130706433", "none is connected"),
            ("http://0.0.0.0", "none is connected"),
            ("http://[::ffff:10.0.0.1]", "none is connected"),
            ("ftp://127.0.0.1", "begins with http"),
            ("127.0.0.1:8000", "begins with http"),
            ("http://", "begins with http"),
            ("http://[::1", "is no URL"),
            ("http://127.0.0.1:port", "is no URL"),
            ("http://user:word@127.0.0.1", "user name or a password"),
            ("http://127.0.0.1/?key=1", "without ? and #"),
        ],
    )
    def test_nothing_else_may_before_a_live_network_is_connected(
        self, url: str, words: str
    ) -> None:
        assert words in (problem_of_address(url, is_live=False) or "")
        with pytest.raises(ValueError, match="the address of the source"):
            Wire().check(url)

    def test_a_live_one_is_asked_through_tls_alone(self) -> None:
        assert problem_of_address("https://api.tikhub.io", is_live=True) is None
        assert "https" in (problem_of_address("http://api.tikhub.io", is_live=True) or "")

    def test_this_machine_is_found_by_its_name(self, pauses: Pauses) -> None:
        async def run() -> None:
            async with vendor(GOOD) as there:
                url = there.url.replace("127.0.0.1", "localhost")
                async with tikhub(url, pauses) as source:
                    await source.read(PERSON)

        asyncio.run(run())

    def test_no_other_name_is_looked_up(self) -> None:
        """Also where an address was not checked before."""

        async def run() -> None:
            async with Wire() as wire:
                with pytest.raises(SourceUnavailable, match="its name leads nowhere"):
                    await wire.get("http://api.tikhub.io/x", params={}, key=KEY)

        asyncio.run(run())
