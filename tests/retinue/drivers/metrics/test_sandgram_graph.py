"""Graph against the surface of a real Sandgram."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from retinue.drivers.errors import FailureClass
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    RateLimited,
    SourceBroken,
    SourceUnavailable,
    SubjectNotFound,
)
from retinue.drivers.metrics.protocol import Reading, Subject, SubjectKind
from retinue.foundation.clock import SystemClock
from tests.factories import metering, plain_http
from tests.factories.metering import INSTAGRAM, LANDMARK, read, truth
from tests.factories.vendoring import Pauses
from tests.fixtures.sandgram import Account, RunningSandgram


class TestGraph:
    def source(self, world: RunningSandgram, pauses: Pauses, **options: Any) -> Any:
        options.setdefault("key", "sandgram-graph-token")
        return metering.graph(f"{world.url}/graph", pauses, **options)

    def own_id(self, world: RunningSandgram) -> str:
        answer = plain_http.ask(
            "GET",
            f"{world.url}/graph/v25.0/me",
            headers={"Authorization": "Bearer sandgram-graph-token"},
        )
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["id"]
        return found

    def read(
        self, world: RunningSandgram, subject: Subject, pauses: Pauses, **options: Any
    ) -> Reading:
        if "account" not in options:
            options["account"] = self.own_id(world)

        async def run() -> Reading:
            async with self.source(world, pauses, **options) as source:
                found: Reading = await source.read(subject)
                return found

        return asyncio.run(run())

    def test_a_professional_account_is_read_as_it_was_true(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        clock = SystemClock()
        before = clock.now()
        found = self.read(world, INSTAGRAM, pauses)
        lower, upper = truth(
            world, INSTAGRAM, before.isoformat(), (clock.now() + timedelta(seconds=1)).isoformat()
        )

        assert lower["follower_count"] <= (found.follower_count or 0) <= upper["follower_count"]
        assert found.source == "graph"
        assert found.post_count is not None

    def test_without_an_account_it_asks_in_the_name_of_the_tokens_own(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        assert self.read(world, INSTAGRAM, pauses, account=None).follower_count

    def test_both_sources_name_the_same_person(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        ours = self.read(world, INSTAGRAM, pauses)
        vendors = read(world, INSTAGRAM, pauses)

        assert (ours.user_id, ours.name, ours.bio) == (vendors.user_id, vendors.name, vendors.bio)

    def test_a_name_that_nobody_has(self, world: RunningSandgram, pauses: Pauses) -> None:
        subject = Subject(SubjectKind.influencer, "nobody_of_this_name_here")
        with pytest.raises(SubjectNotFound, match="110/2207013"):
            self.read(world, subject, pauses)

    def test_an_own_post_is_found_on_a_later_page_and_then_by_its_id(
        self, world: RunningSandgram, pauses: Pauses
    ) -> None:
        me = world.account()
        first = _publish(me)
        for _ in range(50):
            _publish(me)
        login = {"login": me.login}
        world.control.patch("/graph", json=login).raise_for_status()
        code = me.get(f"/sg/v1/posts/{first}")["code"]

        async def run() -> list[Reading]:
            async with self.source(world, pauses, account=me.person_id) as source:
                subject = Subject(SubjectKind.post, code)
                return [await source.read(subject), await source.read(subject)]

        found, again = asyncio.run(run())
        assert (found.post_id, found.like_count, found.comment_count) == (first, 0, 0)
        assert (again.post_id, again.name) == (first, code)

    def test_a_post_of_another_is_not_found(self, world: RunningSandgram, pauses: Pauses) -> None:
        with pytest.raises(SubjectNotFound):
            self.read(world, LANDMARK, pauses)

    @pytest.mark.parametrize(
        ("kind", "fields", "error", "failure_class"),
        [
            ("rate_limit_429", {}, RateLimited, FailureClass.rate_limit),
            ("rate_limit_text", {"retry_after": 9}, RateLimited, FailureClass.rate_limit),
            ("action_block", {}, KeyRefused, FailureClass.action_block),
            ("session_expired", {}, KeyRefused, FailureClass.auth_expired),
            ("key_refused", {}, KeyRefused, FailureClass.auth_expired),
            ("account_locked", {}, KeyRefused, FailureClass.account_locked),
            ("permission_missing", {}, KeyRefused, FailureClass.permission),
            ("not_found", {}, SubjectNotFound, FailureClass.not_found),
            ("server_error", {}, SourceUnavailable, FailureClass.transient),
            ("reset", {}, SourceUnavailable, FailureClass.transient),
            ("html", {"status": 200}, SourceBroken, FailureClass.unknown),
            ("bad_json", {}, SourceBroken, FailureClass.unknown),
        ],
    )
    def test_every_fault_of_the_book_is_an_error_of_its_own(
        self, world: RunningSandgram, pauses: Pauses, *, kind: str, fields: dict[str, Any],
        error: type[MetricsError], failure_class: FailureClass,
    ) -> None:  # fmt: skip
        account = self.own_id(world)
        world.fault(kind, surface="graph", **fields)
        with pytest.raises(MetricsError) as caught:
            self.read(world, INSTAGRAM, pauses, account=account)

        assert type(caught.value) is error
        assert caught.value.failure is failure_class

    def test_a_limit_that_is_reached(self, world: RunningSandgram, pauses: Pauses) -> None:
        account = self.own_id(world)
        world.control.patch("/graph", json={"calls_per_hour": 2}).raise_for_status()

        with pytest.raises(RateLimited) as caught:
            for _ in range(4):
                self.read(world, INSTAGRAM, pauses, account=account)
        assert caught.value.retry_after

    def test_a_token_that_is_none(self, world: RunningSandgram, pauses: Pauses) -> None:
        with pytest.raises(KeyRefused) as caught:
            self.read(world, INSTAGRAM, pauses, key="no-token")
        assert "no-token" not in str(caught.value)


def _publish(me: Account) -> str:
    picture = me.client.post(
        "/sg/v1/media", content=b"\xff\xd8x", headers={"Content-Type": "image/jpeg"}
    ).json()
    made = me.post("/sg/v1/posts", {"caption": "Ours", "media_ids": [picture["media_id"]]})
    found: str = made.json()["id"]
    return found
