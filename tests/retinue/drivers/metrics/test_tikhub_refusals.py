"""What TikHub refuses is an error of its own, and says when to ask again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

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
from tests.factories.metering import tikhub
from tests.factories.vendoring import NOON, PERSON, Pauses, raw, refused, said, vendor
from tests.retinue.drivers.metrics.failing import GOOD, failed


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
