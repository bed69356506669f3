"""Both sources against the surfaces of a real Sandgram: what it shows is what is read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from retinue.drivers.errors import FailureClass
from retinue.drivers.metrics.bucket import RateGate, gate_of
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    PaymentRequired,
    RateLimited,
    SourceBroken,
    SourceUnavailable,
    SubjectNotFound,
)
from retinue.drivers.metrics.protocol import Reading, Subject, SubjectKind
from retinue.drivers.metrics.wire import Patience
from retinue.foundation.clock import SystemClock
from tests.factories import metering
from tests.factories.metering import INSTAGRAM, LANDMARK, read, truth
from tests.factories.metering import KEY_OF_SANDGRAM as KEY
from tests.factories.vendoring import Pauses
from tests.fixtures.sandgram import RunningSandgram

VERSIONS = ("v1", "v2", "v3")


def failure(world: RunningSandgram, pauses: Pauses, **options: Any) -> MetricsError:
    with pytest.raises(MetricsError) as caught:
        read(world, INSTAGRAM, pauses, **options)
    return caught.value


def billed(world: RunningSandgram) -> int:
    found: int = world.control.get("/tikhub").json()["billed"]
    return found


class TestTikHub:
    @pytest.mark.parametrize("subject", [INSTAGRAM, LANDMARK])
    @pytest.mark.parametrize("version", VERSIONS)
    def test_each_version_says_what_was_true_at_that_moment(
        self, world: RunningSandgram, pauses: Pauses, version: str, subject: Subject
    ) -> None:
        clock = SystemClock()
        before = clock.now()
        found = read(world, subject, pauses, version=version)
        after = clock.now() + timedelta(seconds=1)

        names = (
            ("like_count", "comment_count", "play_count")
            if subject is LANDMARK
            else ("follower_count", "following_count", "post_count")
        )
        lower, upper = truth(world, subject, before.isoformat(), after.isoformat())
        for name in names:
            count = getattr(found, name)
            assert count is None or lower[name] <= count <= upper[name]
        assert any(getattr(found, name) for name in names)
        assert found.user_id

    def test_all_versions_name_the_same_person_and_post(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        people = [read(world, INSTAGRAM, pauses, version=version) for version in VERSIONS]
        posts = [read(world, LANDMARK, pauses, version=version) for version in VERSIONS]

        assert len({(one.user_id, one.name, one.bio) for one in people}) == 1
        assert len({(one.user_id, one.post_id, one.name) for one in posts}) == 1

    @pytest.mark.parametrize("version", VERSIONS)
    def test_hundreds_of_people_and_posts_are_read_and_hidden_likes_are_none(
        self, world: RunningSandgram, pauses: Pauses, version: str
    ) -> None:
        async def run() -> list[Reading]:
            subjects = [
                Subject(kind, name)
                for kind in SubjectKind
                for name in world.control.get(
                    "/oracle/subjects", params={"kind": kind.value, "limit": 150}
                ).json()["items"]
            ]
            url = f"{world.url}/tikhub"
            async with metering.tikhub(
                url, pauses, version=version, key=KEY, patience=Patience(60, 60)
            ) as source:
                return await asyncio.gather(*(source.read(one) for one in subjects))

        found = asyncio.run(run())
        posts = [one for one in found if one.kind is SubjectKind.post]
        assert len(found) > 200
        assert {one.like_count is None for one in posts} == {True, False}
        assert all(one.comment_count is not None for one in posts)
        assert all(one.follower_count is not None for one in found if one not in posts)

    def test_a_good_answer_is_billed_and_a_refusal_is_not(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        before = billed(world)
        read(world, INSTAGRAM, pauses)
        world.fault("upstream_failed", surface="tikhub")
        error = failure(world, pauses)

        assert billed(world) == before + 1
        assert not error.is_billed

    def test_a_400_that_passes_is_asked_again(self, world: RunningSandgram, pauses: Pauses) -> None:
        world.fault("upstream_failed", surface="tikhub", count=3)

        assert read(world, INSTAGRAM, pauses).follower_count
        assert len(pauses.taken) == 3

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize(
        ("kind", "fields", "error", "failure_class"),
        [
            ("upstream_failed", {}, SourceUnavailable, FailureClass.unknown),
            ("key_refused", {}, KeyRefused, FailureClass.auth_expired),
            ("payment_required", {}, PaymentRequired, FailureClass.plan_or_billing),
            ("permission_missing", {}, KeyRefused, FailureClass.permission),
            ("not_found", {}, SubjectNotFound, FailureClass.not_found),
            ("rate_limit_429", {"retry_after": 7}, RateLimited, FailureClass.rate_limit),
            ("server_error", {}, SourceUnavailable, FailureClass.transient),
            ("server_error", {"status": 500}, SourceUnavailable, FailureClass.transient),
            ("server_error", {"status": 504}, SourceUnavailable, FailureClass.transient),
            ("reset", {}, SourceUnavailable, FailureClass.transient),
            ("stall_before", {"seconds": 2}, SourceUnavailable, FailureClass.transient),
            ("html", {"status": 200}, SourceBroken, FailureClass.unknown),
            ("truncated", {}, SourceUnavailable, FailureClass.transient),
            ("bad_json", {}, SourceBroken, FailureClass.unknown),
        ],
    )
    def test_every_fault_of_the_book_is_an_error_of_its_own(
        self, world: RunningSandgram, pauses: Pauses, *, version: str, kind: str,
        fields: dict[str, Any], error: type[MetricsError], failure_class: FailureClass,
    ) -> None:  # fmt: skip
        world.fault(kind, surface="tikhub", **fields)
        patience = Patience(1, 0.5) if kind == "stall_before" else Patience(20, 20)
        found = failure(world, pauses, version=version, patience=patience)

        assert type(found) is error
        assert found.failure is failure_class
        assert found.retry_after == fields.get("retry_after")

    def test_a_key_that_is_not_its_own_is_refused(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        found = failure(world, pauses, key="another-key")

        assert isinstance(found, KeyRefused)
        assert "another-key" not in str(found)

    def test_a_balance_that_is_used_up(self, world: RunningSandgram, pauses: Pauses) -> None:
        world.control.patch("/tikhub", json={"balance": 0}).raise_for_status()

        assert isinstance(failure(world, pauses), PaymentRequired)

    def test_a_key_that_may_not_ask_this(self, world: RunningSandgram, pauses: Pauses) -> None:
        scopes = ["/api/v1/instagram/v2/"]
        world.control.patch("/tikhub", json={"scopes": scopes}).raise_for_status()

        assert failure(world, pauses, version="v3").failure is FailureClass.permission
        assert read(world, INSTAGRAM, pauses, version="v2").follower_count

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize(
        "subject",
        [Subject(SubjectKind.influencer, "nobody_of_this_name_here"),
         Subject(SubjectKind.post, "CxYQJO8xuC7")],
    )  # fmt: skip
    def test_a_name_that_nobody_has(
        self, world: RunningSandgram, pauses: Pauses, version: str, subject: Subject
    ) -> None:
        """It depends on the endpoint whether that is a 404 or a 400."""
        with pytest.raises((SubjectNotFound, SourceUnavailable)) as caught:
            read(world, subject, pauses, version=version)
        assert caught.value.status in {400, 404}

    def test_at_its_rate_it_never_refuses(self, world: RunningSandgram, pauses: Pauses) -> None:
        world.control.patch("/tikhub", json={"rate": 40}).raise_for_status()

        async def run() -> None:
            gate: RateGate = gate_of(40, clock=SystemClock(), sleep=asyncio.sleep)
            url = f"{world.url}/tikhub"
            async with metering.tikhub(
                url, pauses, key=KEY, gate=gate, patience=Patience(30, 30)
            ) as source:
                await asyncio.gather(*(source.read(INSTAGRAM) for _ in range(100)))

        asyncio.run(run())

    def test_beyond_its_rate_it_refuses_and_says_for_how_long(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        world.control.patch("/tikhub", json={"rate": 1}).raise_for_status()

        async def run() -> list[Any]:
            url = f"{world.url}/tikhub"
            async with metering.tikhub(url, pauses, key=KEY) as source:
                reads = (source.read(INSTAGRAM) for _ in range(12))
                return await asyncio.gather(*reads, return_exceptions=True)

        limits = [one for one in asyncio.run(run()) if isinstance(one, RateLimited)]
        assert limits
        assert all(one.retry_after is not None and one.retry_after >= 1 for one in limits)
