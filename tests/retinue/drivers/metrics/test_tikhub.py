from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    PaymentRequired,
    RateLimited,
    SourceBroken,
    SourceUnavailable,
    SubjectNotFound,
    SubjectRefused,
)
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
    Vendor,
    Write,
    envelope,
    raw,
    refused,
    said,
    vendor,
)

GOOD = said(envelope(PERSONS["v1"]))


async def failed(
    pauses: Pauses, *answers: bytes | Write, subject: Subject = PERSON, **options: Any
) -> tuple[MetricsError, Vendor]:
    async with vendor(*answers) as there, tikhub(there.url, pauses, **options) as source:
        with pytest.raises(MetricsError) as caught:
            await source.read(subject)
    return caught.value, there


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


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "kind", "failure"),
        [
            (401, KeyRefused, FailureClass.auth_expired),
            (402, PaymentRequired, FailureClass.plan_or_billing),
            (403, KeyRefused, FailureClass.permission),
            (404, SubjectNotFound, FailureClass.not_found),
            (408, SourceUnavailable, FailureClass.transient),
            (418, SourceBroken, FailureClass.unknown),
            (429, RateLimited, FailureClass.rate_limit),
            (500, SourceUnavailable, FailureClass.transient),
            (502, SourceUnavailable, FailureClass.transient),
            (503, SourceUnavailable, FailureClass.transient),
            (504, SourceUnavailable, FailureClass.transient),
        ],
    )
    def test_each_is_an_error_of_its_own_and_asked_once(
        self, pauses: Pauses, status: int, kind: type[MetricsError], failure: FailureClass
    ) -> None:
        error, there = asyncio.run(failed(pauses, refused(status, "Because.")))

        assert type(error) is kind
        assert (error.failure, error.status, error.request_id) == (failure, status, "r-1")
        assert error.message.endswith("Because.")
        assert error.phase is CallPhase.answered
        assert not error.is_billed
        assert len(there.asked) == 1

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 429, 500, 502])
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [(b"", "text/plain"), (b"<html>oh", "text/html"), (b'{"detail": null}', "application/json"),
         (b'{"detail": "Not so"}', "application/json"), (b'{"detail": [1]}', "application/json"),
         (b'{"code": 1, "message": "flat"}', "application/json"), (b"[]", "application/json")],
    )  # fmt: skip
    def test_the_status_counts_whatever_the_body_is(
        self, pauses: Pauses, status: int, body: bytes, content_type: str
    ) -> None:
        error, _ = asyncio.run(failed(pauses, raw(status, body, Content_Type=content_type)))

        assert not isinstance(error, SourceBroken)
        assert error.status == status

    def test_a_parameter_that_is_not_taken_is_named(self, pauses: Pauses) -> None:
        detail = [{"loc": ["query", "username"], "msg": "too short", "type": "x"}]
        error, _ = asyncio.run(failed(pauses, said({"detail": detail}, status=422)))

        assert isinstance(error, SubjectRefused)
        assert "query.username too short" in error.message

    def test_a_path_that_is_not_there_is_not_taken_for_a_name(self, pauses: Pauses) -> None:
        error, _ = asyncio.run(failed(pauses, said({"detail": "Not Found"}, status=404)))

        assert isinstance(error, SourceBroken)
        assert "address" in error.message


class TestFourHundred:
    def test_it_is_asked_three_times_more_with_growing_pauses(self, pauses: Pauses) -> None:
        error, there = asyncio.run(failed(pauses, refused(400, "Please retry.")))

        assert len(there.asked) == 4
        first, second, third = pauses.taken
        assert 0.375 <= first <= 0.625
        assert 0.75 <= second <= 1.25
        assert 1.5 <= third <= 2.5
        assert isinstance(error, SourceUnavailable)
        assert error.failure is FailureClass.unknown

    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_the_answer_that_follows_counts(self, pauses: Pauses, times: int) -> None:
        async def run() -> None:
            answers = [refused(400)] * times + [GOOD]
            async with vendor(*answers) as there, tikhub(there.url, pauses) as source:
                assert (await source.read(PERSON)).follower_count == 1200
            assert len(there.asked) == times + 1

        asyncio.run(run())

    def test_what_is_no_400_ends_it(self, pauses: Pauses) -> None:
        error, there = asyncio.run(failed(pauses, refused(400), refused(402), GOOD))

        assert isinstance(error, PaymentRequired)
        assert len(there.asked) == 2


class TestWaits:
    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({"Retry_After": "7"}, 7.0),
            ({"Retry_After": "0"}, 0.0),
            ({"Retry_After": "1.5"}, 1.5),
            ({"Retry_After": format_datetime(NOON + timedelta(seconds=90), usegmt=True)}, 90.0),
            ({"Retry_After": format_datetime(NOON - timedelta(seconds=90), usegmt=True)}, 0.0),
            ({"X_RateLimit_Reset": str(int(NOON.timestamp()) + 12)}, 12.0),
            ({"X_RateLimit_Reset": str(int(NOON.timestamp()) - 12)}, 0.0),
            ({"X_RateLimit_Reset": "30"}, 30.0),
            ({"Retry_After": "3", "X_RateLimit_Reset": "30"}, 3.0),
            ({"Retry_After": "soon", "X_RateLimit_Reset": "30"}, 30.0),
            ({"Retry_After": "999999999"}, 86_400.0),
            ({"Retry_After": "-5"}, None),
            ({"Retry_After": "nan"}, None),
            ({"X_RateLimit_Reset": "1e400"}, None),
            ({}, None),
        ],
    )
    @pytest.mark.parametrize("status", [429, 503])
    def test_both_headers_in_both_forms(
        self, pauses: Pauses, status: int, headers: dict[str, str], wait: float | None
    ) -> None:
        error, _ = asyncio.run(failed(pauses, refused(status, **headers)))

        # The other header is sent with every answer by some, and says nothing beside another status.
        is_said = status == 429 or not any("Reset" in name for name in headers) or wait == 3.0
        assert error.retry_after == (wait if is_said else None)

    def test_whoever_else_asks_waits_too(self, pauses: Pauses) -> None:
        async def run() -> None:
            answers = (refused(429, Retry_After="7"), GOOD)
            async with vendor(*answers) as there, tikhub(there.url, pauses) as source:
                with pytest.raises(RateLimited):
                    await source.read(PERSON)
                await source.read(PERSON)
            assert sum(pauses.taken) == pytest.approx(7)

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
