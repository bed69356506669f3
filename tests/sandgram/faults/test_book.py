from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sandgram.faults import scenarios
from sandgram.faults.book import FaultBook
from sandgram.faults.requests import About, about
from sandgram.faults.rules import FaultKind, FaultRule

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FOLLOW = About("native", "follow", "write", "1001")
PROFILE = About("native", "profile", "read", "harbour_lights")


def book_with(**fields: object) -> FaultBook:
    book = FaultBook(seed=7)
    book.add(FaultRule.model_validate({"kind": "reset", **fields}))
    return book


def strikes(
    book: FaultBook, subject: About = FOLLOW, *, account: str = "a", at: datetime = NOW
) -> bool:
    return book.strike(subject, account=account, address="127.0.0.1", now=at) is not None


class TestAbout:
    @pytest.mark.parametrize(
        ("method", "path", "action", "target"),
        [
            ("POST", "/sg/v1/people/12/follow", "follow", "12"),
            ("GET", "/sg/v1/people/by-handle/harbour_lights", "profile", "harbour_lights"),
            ("POST", "/sg/v1/posts/9/comments", "comment", "9"),
            ("GET", "/sg/v1/posts/9/comments", "comments", "9"),
            ("POST", "/sg/v1/login/cookies", "login", None),
            ("GET", "/media/a/12.jpg", "picture", "12.jpg"),
        ],
    )
    def test_a_request_is_known_by_method_and_path(
        self, method: str, path: str, action: str, target: str | None
    ) -> None:
        found = about(method, path)
        assert found is not None
        assert (found.action, found.target) == (action, target)

    @pytest.mark.parametrize("path", ["/sg/control/faults", "/sg/health", "/", "/sg/v1/unknown"])
    def test_faults_never_touch_the_rest(self, path: str) -> None:
        assert about("GET", path) is None


class TestFaultBook:
    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({}, True),
            ({"account": "a"}, True),
            ({"account": "b"}, False),
            ({"action": "follow"}, True),
            ({"action": "write"}, True),
            ({"action": "read"}, False),
            ({"target": "1001"}, True),
            ({"target": "1002"}, False),
            ({"address": "127.0.0.1"}, True),
            ({"address": "10.0.0.1"}, False),
            ({"surface": "media"}, False),
            ({"probability": 0}, False),
        ],
    )
    def test_every_filter_must_fit(self, fields: dict[str, object], expected: bool) -> None:
        assert strikes(book_with(**fields)) is expected

    def test_after_lets_some_pass_and_count_ends_it(self) -> None:
        book = book_with(after=2, count=3)
        assert [strikes(book) for _ in range(8)] == [
            False,
            False,
            True,
            True,
            True,
            False,
            False,
            False,
        ]

    def test_counts_can_be_kept_for_each_account(self) -> None:
        book = book_with(after=1, per_account=True)
        assert [strikes(book, account=name) for name in ("a", "b", "a", "b")] == [
            False,
            False,
            True,
            True,
        ]

    def test_a_rule_ends_with_its_time(self) -> None:
        book = book_with(until=NOW + timedelta(hours=1))
        assert strikes(book)
        assert not strikes(book, at=NOW + timedelta(hours=2))

    def test_chance_is_the_same_for_the_same_seed(self) -> None:
        one = [strikes(book) for book in [book_with(probability=0.5)] for _ in range(40)]
        two = [strikes(book) for book in [book_with(probability=0.5)] for _ in range(40)]
        assert one == two
        assert 8 < sum(one) < 32

    def test_what_passes_one_rule_may_meet_the_next(self) -> None:
        book = book_with(probability=0)
        book.add(FaultRule(kind=FaultKind.html))
        rule = book.strike(PROFILE, account="a", address="x", now=NOW)
        assert rule is not None
        assert rule.kind is FaultKind.html


class TestFaultRule:
    @pytest.mark.parametrize(
        "fields",
        [{"kind": "nonsense"}, {"kind": "reset", "colour": 1}, {"kind": "slow", "seconds": 121},
         {"kind": "reset", "probability": 2}, {"kind": "reset", "until": "2026-01-01T00:00:00"}],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, fields: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            FaultRule.model_validate(fields)


class TestScenarios:
    @pytest.mark.parametrize(
        "name", ["calm-day", "rate-limit-storm", "block-at-20", "flaky-network"]
    )
    def test_the_shipped_ones_are_right(self, name: str) -> None:
        assert name in scenarios.names()
        assert scenarios.load(name)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("faults: [", "not YAML"),
            ("- 1", "needs a list under 'faults'"),
            ("faults: []\ncolour: red", "unknown key 'colour'"),
            ("faults:\n  - kind: reset\n  - kind: reset\n    after: -1", "fault 2, after"),
        ],
    )
    def test_a_bad_file_is_told_where_it_is_bad(self, tmp_path: Path, text: str, told: str) -> None:
        file = tmp_path / "mine.yaml"
        file.write_text(text)
        with pytest.raises(scenarios.BadScenario, match=told):
            scenarios.load(str(file))

    def test_an_unknown_name_lists_the_known_ones(self) -> None:
        with pytest.raises(scenarios.BadScenario, match="calm-day"):
            scenarios.load("hurricane")
