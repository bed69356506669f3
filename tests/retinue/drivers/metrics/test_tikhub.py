from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.metrics.errors import SubjectRefused
from retinue.drivers.metrics.protocol import Subject, SubjectKind
from tests.factories.metering import tikhub
from tests.factories.vendoring import (
    KEY,
    NOON,
    PERSON,
    PERSONS,
    POST,
    POSTS,
    Pauses,
    envelope,
    refused,
    said,
    vendor,
)
from tests.retinue.drivers.metrics.failing import GOOD, failed


class TestRead:
    @pytest.mark.parametrize(
        ("version", "subject", "shapes", "path", "question"),
        [
            ("v1", PERSON, PERSONS, "v1/fetch_user_info_by_username", "username=otter"),
            ("v2", PERSON, PERSONS, "v2/fetch_user_info", "username=otter"),
            ("v3", PERSON, PERSONS, "v3/get_user_profile", "username=otter"),
            ("v1", POST, POSTS, "v1/fetch_post_by_url",
             "post_url=https://www.instagram.com/p/CxYQJO8xuC6/"),
            ("v2", POST, POSTS, "v2/fetch_post_info", "code_or_url=CxYQJO8xuC6"),
            ("v3", POST, POSTS, "v3/get_post_info_by_code", "code=CxYQJO8xuC6"),
        ],
    )  # fmt: skip
    def test_each_version_is_asked_in_its_own_way(
        self,
        pauses: Pauses,
        *,
        version: str,
        subject: Subject,
        shapes: Any,
        path: str,
        question: str,
    ) -> None:
        async def run() -> None:
            async with (
                vendor(said(envelope(shapes[version]))) as there,
                tikhub(there.url + "/", pauses, version=version) as source,
            ):
                found = await source.read(subject)
            (asked,) = there.asked
            assert asked.path == f"/api/v1/instagram/{path}"
            assert "&".join(map("=".join, asked.params.items())) == question
            assert asked.headers["authorization"] == f"Bearer {KEY}"
            assert asked.headers["accept-encoding"] == "identity"
            assert found.source == "tikhub"
            assert found.read_at == NOON
            counts = (found.follower_count, found.like_count)
            assert counts == ((1200, None) if subject is PERSON else (None, 500))

        asyncio.run(run())

    @pytest.mark.parametrize("handle", ["łódź.foto", "日本語", "हिन्दी", "çınar_1"])
    def test_a_handle_of_any_script_arrives_as_it_is(self, pauses: Pauses, handle: str) -> None:
        async def run() -> None:
            answer = said(envelope({**PERSONS["v1"], "username": handle}))
            async with vendor(answer) as there, tikhub(there.url, pauses) as source:
                assert (await source.read(Subject(SubjectKind.influencer, handle))).name == handle
            assert there.asked[0].params == {"username": handle}

        asyncio.run(run())

    @pytest.mark.parametrize(
        "subject",
        [Subject(SubjectKind.influencer, name) for name in
         ("", "a b", "a){id}", "a&b=c", "a/b", "\ud800", "a\n", "x" * 101, "@otter")]
        + [Subject(SubjectKind.post, name) for name in ("", "a b", "../x", "ä", "x" * 101)],
    )  # fmt: skip
    def test_what_is_no_name_costs_no_call(self, pauses: Pauses, subject: Subject) -> None:
        error, there = asyncio.run(failed(pauses, GOOD, subject=subject))

        assert isinstance(error, SubjectRefused)
        assert error.failure is FailureClass.invalid_input
        assert error.phase is CallPhase.not_sent
        assert there.asked == []

    def test_a_hundred_at_once_share_their_connections(self, pauses: Pauses) -> None:
        async def run() -> None:
            async with vendor(GOOD) as there, tikhub(there.url, pauses) as source:
                for _ in range(3):
                    await asyncio.gather(*(source.read(PERSON) for _ in range(100)))
            assert len(there.asked) == 300
            assert there.connections <= 100

        asyncio.run(run())


class TestKey:
    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 418, 422, 429, 500])
    def test_it_is_in_no_error_even_where_the_source_repeats_it(
        self, pauses: Pauses, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = refused(status, f"{KEY} is not good, Bearer {KEY}", x_request_id=KEY)
        error, there = asyncio.run(failed(pauses, answer))

        assert KEY not in f"{error!r} {error} {error.message} {error.request_id} {caplog.text}"
        assert KEY not in json.dumps([(one.path, one.params) for one in there.asked])

    def test_it_is_in_no_repr(self, pauses: Pauses) -> None:
        async def run() -> None:
            async with tikhub("http://127.0.0.1:1", pauses) as source:
                assert KEY not in repr(source)
                assert KEY not in repr(source.__dict__["_wire"])

        asyncio.run(run())

    @pytest.mark.parametrize("key", ["", " ", "a b", "a\r\nX: y", "schlüssel", "a\x00"])
    def test_one_that_cannot_stand_in_a_header_is_refused_without_being_shown(
        self, pauses: Pauses, key: str
    ) -> None:
        async def run() -> None:
            async with tikhub("http://127.0.0.1:1", pauses, key=key):
                pass

        with pytest.raises(ValueError, match="the key of the source is empty or holds") as caught:
            asyncio.run(run())
        assert len(key.strip()) < 2 or key not in str(caught.value)


class TestSettings:
    def test_an_unknown_version_is_refused(self, pauses: Pauses) -> None:
        async def run() -> None:
            async with tikhub("http://127.0.0.1:1", pauses, version="v4"):
                pass

        with pytest.raises(ValueError, match="v4"):
            asyncio.run(run())

    @pytest.mark.parametrize(
        ("version", "subject", "price"),
        [("v1", PERSON, "0.001"), ("v1", POST, "0.001"), ("v2", PERSON, "0.002"),
         ("v2", POST, "0.002"), ("v3", PERSON, "0.002"), ("v3", POST, "0.008")],
    )  # fmt: skip
    def test_a_call_has_its_price(
        self, pauses: Pauses, version: str, subject: Subject, price: str
    ) -> None:
        async def run() -> Decimal:
            async with tikhub("http://127.0.0.1:1", pauses, version=version) as source:
                return source.price(subject)

        assert asyncio.run(run()) == Decimal(price)
