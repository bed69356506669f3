from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from sandgram.surfaces.calls import Call, Calls
from tests.fixtures.sandgram import Account
from tests.sandgram.conftest import Numbers

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def me(numbers: Numbers) -> Account:
    return numbers.running.account()


class TestOneTruth:
    def test_all_surfaces_show_the_same_at_the_same_moment(
        self, numbers: Numbers, me: Account
    ) -> None:
        for handle in ("instagram", *numbers.oracle("subjects", limit=15)["items"]):
            native = me.get(f"/sg/v1/people/by-handle/{handle}")
            tikhub = numbers.data("v2/fetch_user_info", username=handle)["data"]
            truth = numbers.oracle("metrics", username=handle)["items"][0]
            for name, other in (
                ("follower_count", "follower_count"),
                ("following_count", "following_count"),
                ("post_count", "media_count"),
            ):
                assert native[name] == tikhub[other] == truth[name]
        for code in ("CxYQJO8xuC6", *numbers.oracle("subjects", kind="post", limit=15)["items"]):
            native = me.get(f"/sg/v1/posts/by-code/{code}")
            tikhub = numbers.data("v2/fetch_post_info", code_or_url=code)["data"]["metrics"]
            truth = numbers.oracle("metrics", post=code)["items"][0]
            for name in ("like_count", "comment_count", "play_count"):
                assert native[name] == truth[name]
                assert tikhub[name] in (truth[name], None)

    def test_what_accounts_do_shows_at_once(self, numbers: Numbers, me: Account) -> None:
        def counts() -> tuple[int, int, int]:
            person = numbers.data("v2/fetch_user_info", username="instagram")["data"]
            post = numbers.data("v2/fetch_post_info", code_or_url="CxYQJO8xuC6")["data"]["metrics"]
            return person["follower_count"], post["like_count"], post["comment_count"]

        before = counts()
        person = me.get("/sg/v1/people/by-handle/instagram")
        post = me.get("/sg/v1/posts/by-code/CxYQJO8xuC6")
        me.post(f"/sg/v1/people/{person['id']}/follow")
        me.post(f"/sg/v1/posts/{post['id']}/like")
        me.post(f"/sg/v1/posts/{post['id']}/comments", {"text": "There."})
        assert counts() == tuple(one + 1 for one in before)
        me.client.delete(f"/sg/v1/people/{person['id']}/follow")
        assert counts() == (before[0], before[1] + 1, before[2] + 1)

    def test_the_lists_of_the_landmark_are_closed(self, numbers: Numbers, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/instagram")
        post = me.get("/sg/v1/posts/by-code/CxYQJO8xuC6")
        assert [one["code"] for one in me.get(f"/sg/v1/people/{person['id']}/posts")["items"]] == [
            "CxYQJO8xuC6"
        ]
        for path in (f"people/{person['id']}/followers", f"people/{person['id']}/following",
                     f"posts/{post['id']}/likers"):  # fmt: skip
            assert me.client.get(f"/sg/v1/{path}").status_code == 403
        assert me.get(f"/sg/v1/people/{person['id']}/stories")["items"] == []
        assert me.client.get(f"/sg/v1/posts/{post['id']}/comments").status_code == 200

    def test_followers_page_through_those_who_come_and_go(
        self, numbers: Numbers, me: Account
    ) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        seen: list[str] = []
        cursors: list[str] = []
        cursor = None
        while True:
            given = {"limit": 7} | ({"cursor": cursor} if cursor else {})
            page = me.get(f"/sg/v1/people/{person['id']}/followers", **given)
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            cursors.append(cursor)
        assert len(seen) == len(set(seen)) == person["follower_count"]
        assert any(one.startswith("v") for one in cursors)


class TestOracleOfNumbers:
    def test_a_moment_keeps_its_numbers(self, numbers: Numbers) -> None:
        world = numbers.control.get("/world").json()["now"]
        shown = numbers.data("v2/fetch_user_info", username="harbour_lights")["data"]
        later = numbers.step(5 * 86_400)
        found = numbers.oracle("metrics", username="harbour_lights", at=[world, later])["items"]
        assert found[0]["at"] == world
        assert found[0]["follower_count"] == shown["follower_count"]
        assert found[1]["follower_count"] != shown["follower_count"]

    def test_the_wall_can_be_asked_for_while_the_clock_runs(self, numbers: Numbers) -> None:
        numbers.control.post("/clock", json={"factor": 600})
        try:
            wall = datetime.now(UTC)
            found = numbers.oracle(
                "metrics", username="instagram",
                wall=[wall.isoformat(), (wall + timedelta(seconds=1)).isoformat()],
            )["items"]  # fmt: skip
            first, second = (datetime.fromisoformat(one["at"]) for one in found)
            assert second - first == timedelta(seconds=600)
        finally:
            numbers.control.post("/clock", json={"factor": 0})

    @pytest.mark.parametrize(
        ("given", "status"),
        [
            ({}, 422),
            ({"username": "a", "post": "b"}, 422),
            ({"username": "nobody"}, 404),
            ({"post": "nonsense"}, 404),
            ({"username": "instagram", "at": "soon"}, 422),
            ({"username": "instagram", "at": "9999-12-31T23:59:59-12:00"}, 422),
            ({"username": "slow_tram", "at": "0001-01-01T00:00:00Z"}, 200),
            ({"username": "slow_tram", "at": "9999-01-01T00:00:00Z"}, 200),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, numbers: Numbers, given: dict[str, str], status: int
    ) -> None:
        assert numbers.control.get("/oracle/metrics", params=given).status_code == status

    def test_an_accounts_post_is_known_too(self, numbers: Numbers, me: Account) -> None:
        media = me.client.post(
            "/sg/v1/media", content=b"x", headers={"Content-Type": "image/png"}
        ).json()
        made = me.post("/sg/v1/posts", {"caption": "", "media_ids": [media["media_id"]]}).json()
        found = numbers.oracle("metrics", post=made["id"])["items"][0]
        assert (found["like_count"], found["play_count"]) == (0, None)
        assert numbers.oracle("metrics", username=me.login)["items"][0]["post_count"] == 1
        assert numbers.data("v2/fetch_user_info", username=me.login)["data"]["media_count"] == 1

    def test_subjects_are_public_and_page_on(self, numbers: Numbers) -> None:
        first = numbers.oracle("subjects", limit=100)
        second = numbers.oracle("subjects", limit=100, after=first["next"])
        assert len({*first["items"], *second["items"]}) == 200
        assert "quiet_orchard" not in first["items"]
        assert numbers.oracle("subjects", after=5_000) == {"items": [], "next": None}


class TestOracleOfCalls:
    def test_calls_are_counted_by_subject_and_status(self, numbers: Numbers) -> None:
        for _ in range(3):
            numbers.tikhub("instagram/v2/fetch_user_info", username="Instagram")
        numbers.tikhub("instagram/v2/fetch_user_info", username="nobody")
        url = "https://www.instagram.com/p/CxYQJO8xuC6/"
        numbers.tikhub("instagram/v2/fetch_post_info", code_or_url=url)
        numbers.graph("me", fields="business_discovery.username(instagram){id}")
        found = numbers.oracle("calls")
        assert found["by_status"] == {"200": 5, "404": 1}
        assert found["total"] == 6
        by_subject = {(one["surface"], one["subject"]): one["by_status"] for one in found["items"]}
        assert by_subject == {
            ("tikhub", "instagram"): {"200": 3},
            ("tikhub", "nobody"): {"404": 1},
            ("tikhub", "CxYQJO8xuC6"): {"200": 1},
            ("graph", "instagram"): {"200": 1},
        }
        only = numbers.oracle("calls", surface="tikhub", subject="nobody")
        assert [one["calls"] for one in only["items"]] == [1]
        recent = numbers.oracle("calls/recent", surface="graph")["items"]
        assert [(one["endpoint"], one["status"]) for one in recent] == [
            ("business_discovery", "200")
        ]
        assert numbers.oracle("calls/recent", since="2099-01-01T00:00:00Z") == {"items": []}

    def test_memory_has_an_end(self) -> None:
        calls = Calls(subjects_kept=100, calls_kept=20)
        for number in range(110):
            calls.record(Call("tikhub", "x", str(number), "200", NOW, NOW))
        calls.record(Call("tikhub", "x", "10", "500", NOW, NOW))
        calls.record(Call("tikhub", "x", "new", "200", NOW, NOW))
        kept = calls.subjects(surface=None, subject=None, limit=1_000)
        assert len(kept) == 100
        assert {"10", "new"} <= {one["subject"] for one in kept}
        assert len(calls.recent(surface=None, subject=None, since=None, limit=1_000)) == 20
        assert calls.by_status("tikhub") == {"200": 111, "500": 1}
        assert kept[1]["by_status"] == {"200": 1, "500": 1}
        calls.forget()
        assert calls.by_status(None) == {}


class TestCommands:
    def run(self, numbers: Numbers, *words: str) -> str:
        import os

        ended = subprocess.run(
            [sys.executable, "-m", "sandgram", *words],
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "SANDGRAM_URL": numbers.running.url,
                 "SANDGRAM_CONTROL_TOKEN": numbers.running.token},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def test_numbers_calls_and_prices_can_be_asked_for(self, numbers: Numbers) -> None:
        truth = numbers.oracle("metrics", username="instagram")["items"][0]
        assert f"follower_count={truth['follower_count']}" in self.run(
            numbers, "metrics", "instagram"
        )
        shown = self.run(
            numbers, "metrics", "CxYQJO8xuC6", "--post", "--json",
            "--at", "2026-11-21T10:00:00Z", "--at", "2026-11-22T10:00:00Z",
        )  # fmt: skip
        assert len(json.loads(shown)["items"]) == 2
        numbers.data("v2/fetch_user_info", username="instagram")
        assert "instagram" in self.run(numbers, "calls", "--surface", "tikhub")
        assert "forgotten" in self.run(numbers, "calls", "--forget")
        assert json.loads(self.run(numbers, "calls", "--json"))["total"] == 0
        assert self.run(numbers, "subjects", "--count", "2").splitlines()[0] == "harbour_lights"
        assert json.loads(self.run(numbers, "tikhub", "--balance", "3", "--json"))["balance"] == 3
        assert "rate      10.0" in self.run(numbers, "tikhub", "--reset")

    def test_the_clock_can_be_shown_and_moved(self, numbers: Numbers) -> None:
        before = self.run(numbers, "clock", "--json")
        after = self.run(numbers, "clock", "--step", "3600", "--json")
        first, second = (datetime.fromisoformat(json.loads(one)["now"]) for one in (before, after))
        assert second - first == timedelta(hours=1)
        assert json.loads(after)["clock_factor"] == 0
