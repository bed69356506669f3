from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
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
    SubjectRefused,
)
from retinue.drivers.metrics.protocol import Subject, SubjectKind
from tests.factories.metering import ACCOUNT, graph
from tests.factories.vendoring import KEY, NOON, PERSON, POST, Pauses, Vendor, raw, said, vendor

FOUND = {
    "business_discovery": {
        "id": "17841401441775531",
        "username": "otter",
        "biography": "Rivers.",
        "followers_count": 1200,
        "follows_count": 30,
        "media_count": 77,
    },
    "id": ACCOUNT,
}


def media(code: str, number: int, **counts: Any) -> dict[str, Any]:
    return {"id": str(number), "shortcode": code, "comments_count": 4, **counts}


def page(*items: Any, after: str | None = None) -> bytes:
    paging = {"cursors": {"after": after}, "next": "https://elsewhere/"} if after else {}
    return said({"data": list(items), "paging": paging})


def error_answer(
    code: int | None, sub: int | None = None, *, status: int = 400, **more: Any
) -> bytes:
    error = {"message": f"Because of {KEY}.", "type": "OAuthException", "fbtrace_id": "t-1"}
    numbers = {"code": code, "error_subcode": sub, **more}
    return said(
        {"error": {**error, **{k: v for k, v in numbers.items() if v is not None}}}, status=status
    )


async def failed(
    pauses: Pauses, *answers: bytes, subject: Subject = PERSON
) -> tuple[MetricsError, Vendor]:
    async with vendor(*answers) as there, graph(there.url, pauses) as source:
        with pytest.raises(MetricsError) as caught:
            await source.read(subject)
    return caught.value, there


class TestPerson:
    def test_another_professional_account_is_read(self, pauses: Pauses) -> None:
        async def run() -> None:
            async with vendor(said(FOUND)) as there, graph(there.url, pauses) as source:
                found = await source.read(PERSON)
            (asked,) = there.asked
            assert asked.path == f"/v25.0/{ACCOUNT}"
            assert asked.params["fields"].startswith("business_discovery.username(otter){id,")
            assert asked.headers["authorization"] == f"Bearer {KEY}"
            assert (found.follower_count, found.following_count, found.post_count) == (1200, 30, 77)
            assert (found.source, found.read_at, found.bio) == ("graph", NOON, "Rivers.")
            assert found.user_id == "17841401441775531"

        asyncio.run(run())

    @pytest.mark.parametrize("name", ["a)}", "a){id}", "a,b", "a b"])
    def test_a_name_cannot_be_part_of_the_question(self, pauses: Pauses, name: str) -> None:
        subject = Subject(SubjectKind.influencer, name)
        error, there = asyncio.run(failed(pauses, said(FOUND), subject=subject))

        assert isinstance(error, SubjectRefused)
        assert there.asked == []

    @pytest.mark.parametrize(
        "body", [{"id": ACCOUNT}, {"business_discovery": []}, {"business_discovery": {}}, [], 3]
    )
    def test_an_answer_of_another_kind_is_broken(self, pauses: Pauses, body: Any) -> None:
        error, _ = asyncio.run(failed(pauses, said(body)))

        assert isinstance(error, SourceBroken)
        assert error.status == 200

    def test_a_number_that_is_none_names_its_place(self, pauses: Pauses) -> None:
        spoilt = {"business_discovery": {**FOUND["business_discovery"], "follows_count": -1}}  # type: ignore[dict-item]
        error, _ = asyncio.run(failed(pauses, said(spoilt)))

        assert isinstance(error, SourceBroken)
        assert error.path == "business_discovery.follows_count"


class TestPost:
    def test_an_own_post_is_found_by_its_code_and_then_by_its_id(self, pauses: Pauses) -> None:
        async def run() -> None:
            answers = (
                page(media("other", 1), after="next-1"),
                page(media(POST.name, 2, like_count=9, view_count=70)),
                said(media(POST.name, 2, comments_count=5)),
            )
            async with vendor(*answers) as there, graph(there.url, pauses) as source:
                first, second = await source.read(POST), await source.read(POST)
            assert [one.path for one in there.asked] == [
                f"/v25.0/{ACCOUNT}/media", f"/v25.0/{ACCOUNT}/media", "/v25.0/2",
            ]  # fmt: skip
            assert there.asked[1].params["after"] == "next-1"
            assert (first.like_count, first.comment_count, first.play_count) == (9, 4, 70)
            assert first.post_id == "2"
            assert (second.like_count, second.comment_count) == (None, 5)

        asyncio.run(run())

    def test_one_of_another_account_is_not_found(self, pauses: Pauses) -> None:
        error, there = asyncio.run(failed(pauses, page(media("other", 1)), subject=POST))

        assert isinstance(error, SubjectNotFound)
        assert len(there.asked) == 1

    def test_the_search_ends(self, pauses: Pauses) -> None:
        error, there = asyncio.run(
            failed(pauses, page(media("other", 1), after="again"), subject=POST)
        )

        assert isinstance(error, SubjectNotFound)
        assert len(there.asked) == 10

    @pytest.mark.parametrize("items", [None, {}, "x", 3])
    def test_a_list_that_is_none_is_broken(self, pauses: Pauses, items: Any) -> None:
        error, _ = asyncio.run(failed(pauses, said({"data": items}), subject=POST))

        assert isinstance(error, SourceBroken)

    def test_whatever_else_stands_in_it_is_passed_over(self, pauses: Pauses) -> None:
        answer = page(1, None, {}, {"shortcode": 3, "id": "../me"}, {"shortcode": "x"})
        error, _ = asyncio.run(failed(pauses, answer, subject=POST))

        assert isinstance(error, SubjectNotFound)


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "sub", "kind", "failure"),
        [
            (1, None, SourceUnavailable, FailureClass.transient),
            (2, None, SourceUnavailable, FailureClass.transient),
            (-1, 2207032, SourceUnavailable, FailureClass.transient),
            (3, None, KeyRefused, FailureClass.permission),
            (10, None, KeyRefused, FailureClass.permission),
            (200, None, KeyRefused, FailureClass.permission),
            (299, None, KeyRefused, FailureClass.permission),
            (4, None, RateLimited, FailureClass.rate_limit),
            (17, 2446079, RateLimited, FailureClass.rate_limit),
            (32, None, RateLimited, FailureClass.rate_limit),
            (341, None, RateLimited, FailureClass.rate_limit),
            (613, 1996, RateLimited, FailureClass.rate_limit),
            (80002, None, RateLimited, FailureClass.rate_limit),
            (368, None, KeyRefused, FailureClass.action_block),
            (25, 2207050, KeyRefused, FailureClass.account_locked),
            (24, 2207006, SubjectNotFound, FailureClass.not_found),
            (100, 33, SubjectNotFound, FailureClass.not_found),
            (100, None, SubjectRefused, FailureClass.invalid_input),
            (110, 2207013, SubjectNotFound, FailureClass.not_found),
            (102, None, KeyRefused, FailureClass.auth_expired),
            (190, 463, KeyRefused, FailureClass.auth_expired),
            (506, None, SourceBroken, FailureClass.unknown),
            (None, None, SourceBroken, FailureClass.unknown),
        ],
    )
    @pytest.mark.parametrize("status", [200, 400])
    def test_the_code_says_what_it_means(
        self, pauses: Pauses, *, code: int, sub: int, kind: Any, failure: Any, status: int
    ) -> None:
        error, there = asyncio.run(failed(pauses, error_answer(code, sub, status=status)))

        assert type(error) is kind
        assert (error.failure, error.status, error.request_id) == (failure, status, "t-1")
        assert KEY not in f"{error} {error!r}"
        assert len(there.asked) == 1

    def test_what_says_of_itself_that_it_passes_passes(self, pauses: Pauses) -> None:
        error, _ = asyncio.run(failed(pauses, error_answer(999, is_transient=True)))

        assert isinstance(error, SourceUnavailable)

    @pytest.mark.parametrize(
        ("status", "kind"),
        [(401, KeyRefused), (403, KeyRefused), (404, SourceBroken), (429, RateLimited),
         (500, SourceUnavailable), (503, SourceUnavailable)],
    )  # fmt: skip
    @pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "x"}', b"[]"])
    def test_without_a_code_the_status_says_it(
        self, pauses: Pauses, status: int, kind: type[MetricsError], body: bytes
    ) -> None:
        error, _ = asyncio.run(failed(pauses, raw(status, body)))

        assert type(error) is kind


class TestUsage:
    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({}, 3600.0),
            ({"Retry-After": "20"}, 20.0),
            (
                {"X-Business-Use-Case-Usage": json.dumps(
                    {ACCOUNT: [{"type": "instagram", "call_count": 100,
                                "estimated_time_to_regain_access": 7}]})},
                420.0,
            ),
            ({"X-App-Usage": "no JSON"}, 3600.0),
            ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": "x"}]}'}, 3600.0),
            ({"X-Business-Use-Case-Usage": '{"1": 3}'}, 3600.0),
        ],
    )  # fmt: skip
    def test_a_limit_says_for_how_long(
        self, pauses: Pauses, headers: Mapping[str, str], wait: float
    ) -> None:
        answer = said({"error": {"code": 80002}}, status=400, headers=headers)
        error, _ = asyncio.run(failed(pauses, answer))

        assert isinstance(error, RateLimited)
        assert error.retry_after == wait

    @pytest.mark.parametrize(
        ("share", "pause"), [(28, 0.0), (94, 0.0), (95, 60.0), (100, 60.0), (250, 60.0)]
    )
    def test_nearly_used_up_the_next_call_waits(
        self, pauses: Pauses, share: int, pause: float
    ) -> None:
        async def run() -> None:
            usage = json.dumps({"call_count": 3, "total_time": share, "total_cputime": 1})
            answer = said(FOUND, headers={"X-App-Usage": usage})
            async with vendor(answer) as there, graph(there.url, pauses) as source:
                await source.read(PERSON)
                assert pauses.taken == []
                await source.read(PERSON)
            assert sum(pauses.taken) == pytest.approx(pause)

        asyncio.run(run())


class TestSettings:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"account": "otter"}, "digits alone"),
            ({"account": "1/../2"}, "digits alone"),
            ({"version": "25"}, "such as v25.0"),
            ({"version": "v25.0/../x"}, "such as v25.0"),
            ({"key": "a b"}, "the key of the source"),
        ],
    )
    def test_what_cannot_be_used_is_said(
        self, pauses: Pauses, options: dict[str, Any], words: str
    ) -> None:
        async def run() -> None:
            async with graph("http://127.0.0.1:1", pauses, **options):
                pass

        with pytest.raises(ValueError, match=words):
            asyncio.run(run())

    def test_it_costs_nothing(self, pauses: Pauses) -> None:
        async def run() -> Decimal:
            async with graph("http://127.0.0.1:1", pauses) as source:
                assert KEY not in repr(source)
                return source.price(PERSON)

        assert asyncio.run(run()) == 0
