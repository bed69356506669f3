from __future__ import annotations

import pytest

from tests.factories import plain_http
from tests.fixtures.sandgram import Account, RunningSandgram
from tests.sandgram.surfaces.refusals import code_of


class TestPeople:
    def test_followers_page_without_gaps_or_repeats(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        seen: list[str] = []
        cursor = None
        while True:
            asked = {"limit": 97} | ({"cursor": cursor} if cursor else {})
            page = me.get(f"/sg/v1/people/{person['id']}/followers", **asked)
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == person["follower_count"]

    def test_an_account_that_follows_is_in_the_list_and_in_the_count(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/slow_tram")
        assert me.post(f"/sg/v1/people/{person['id']}/follow").status_code == 200
        after = me.get("/sg/v1/people/by-handle/slow_tram")
        assert after["relation"]["i_follow"]
        assert after["follower_count"] == person["follower_count"] + 1
        cursor, seen = None, []
        while True:
            asked = {"limit": 200} | ({"cursor": cursor} if cursor else {})
            page = me.get(f"/sg/v1/people/{person['id']}/followers", **asked)
            seen += [one["handle"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert me.login in seen
        assert len(seen) == after["follower_count"]

    def test_a_private_person_shows_the_profile_and_nothing_else(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/quiet_orchard")
        assert person["is_private"]
        for what in ("followers", "following", "posts", "stories"):
            answer = me.client.get(f"/sg/v1/people/{person['id']}/{what}")
            assert code_of(answer) == (403, "private_account")
        assert me.post(f"/sg/v1/people/{person['id']}/follow").json()["state"] == "requested"

    @pytest.mark.parametrize("handle", ["nobody", "harbour_lights999", "%00", "%2e%2e", "x" * 3000])
    def test_an_unknown_handle_is_not_found(self, me: Account, handle: str) -> None:
        assert code_of(me.client.get(f"/sg/v1/people/by-handle/{handle}")) == (
            404,
            "user_not_found",
        )

    def test_a_suspended_person_is_gone(self, me: Account) -> None:
        assert code_of(me.client.get("/sg/v1/people/by-handle/faded_neon")) == (
            404,
            "user_suspended",
        )

    def test_a_cursor_of_ones_own_invention_is_refused(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        answer = me.client.get(f"/sg/v1/people/{person['id']}/followers", params={"cursor": "../x"})
        assert code_of(answer) == (422, "invalid_input")


class TestPosts:
    def test_some_posts_answer_or_pass_on_somebody_elses(self, me: Account) -> None:
        found = [
            post
            for handle in ("harbour_lights", "slow_tram", "moss_and_rye")
            for post in me.get(
                f"/sg/v1/people/{me.get(f'/sg/v1/people/by-handle/{handle}')['id']}/posts",
                limit=100,
            )["items"]
        ]
        replies = [post for post in found if post["reply_to"]]
        reposts = [post for post in found if post["repost_of"]]
        assert 0 < len(replies) < len(found) / 3
        assert 0 < len(reposts) < len(found) / 3
        assert not [post for post in replies if post["repost_of"]]
        assert all(post["reply_to"] != post["author"]["handle"] for post in replies)

    def test_posts_page_newest_first(self, me: Account) -> None:
        person = me.get("/sg/v1/people/by-handle/harbour_lights")
        path = f"/sg/v1/people/{person['id']}/posts"
        first = me.get(path, limit=5)
        second = me.get(path, limit=5, cursor=first["next_cursor"])
        times = [post["posted_at"] for post in first["items"] + second["items"]]
        assert len(set(times)) == 10
        assert times == sorted(times, reverse=True)

    def test_a_hashtag_pages_newest_first_and_carries_the_tag(self, me: Account) -> None:
        path = "/sg/v1/hashtags/harbour/posts"
        first = me.get(path, limit=10)
        second = me.get(path, limit=10, cursor=first["next_cursor"])
        found = first["items"] + second["items"]
        assert len({post["id"] for post in found}) == 20
        assert [p["posted_at"] for p in found] == sorted(
            (p["posted_at"] for p in found), reverse=True
        )
        assert all("harbour" in post["hashtags"] for post in found)
        assert me.get(path, order="top", limit=5)["items"]

    def test_a_picture_is_a_picture(self, sandgram: RunningSandgram, me: Account) -> None:
        post = me.get("/sg/v1/hashtags/trains/posts", limit=1)["items"][0]
        answer = plain_http.ask("GET", f"{sandgram.url}{post['media'][0]}")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content[:2] == b"\xff\xd8"

    def test_what_an_account_publishes_can_be_found(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        media = me.client.post(
            "/sg/v1/media", content=b"\x89PNG", headers={"Content-Type": "image/png"}
        ).json()
        body = {"caption": "Ours #trains", "media_ids": [media["media_id"]]}
        made = me.post("/sg/v1/posts", body).json()
        assert me.get(f"/sg/v1/posts/{made['id']}")["caption"] == "Ours #trains"
        assert made["id"] in [one["id"] for one in me.get("/sg/v1/hashtags/trains/posts")["items"]]
        assert plain_http.ask("GET", f"{sandgram.url}{media['url']}").content == b"\x89PNG"
        for kind in ("stories", "highlights"):
            text = {"title": "T"} if kind == "highlights" else {"caption": ""}
            assert (
                me.post(f"/sg/v1/{kind}", {**text, "media_ids": [media["media_id"]]}).status_code
                == 200
            )
            assert len(me.get(f"/sg/v1/people/{me.person_id}/{kind}")["items"]) == 1

    def test_somebody_elses_media_cannot_be_used(
        self, sandgram: RunningSandgram, me: Account
    ) -> None:
        media = (
            sandgram.account()
            .client.post("/sg/v1/media", content=b"x", headers={"Content-Type": "image/png"})
            .json()
        )
        answer = me.post("/sg/v1/posts", {"media_ids": [media["media_id"]]})
        assert code_of(answer) == (422, "invalid_input")
