from __future__ import annotations

from typing import Any

import pytest

from sandgram.surfaces.tikhub.endpoints import ENDPOINTS
from tests.sandgram.conftest import Numbers

CODE = "CxYQJO8xuC6"
URL = f"https://www.instagram.com/reel/{CODE}/?igsh=x"


def person_of(path: str, data: Any) -> dict[str, Any]:
    """A person's counts by the rows of the contract: one reading for each version."""
    root = data
    for step in {"v2/fetch_user_info": ("data",), "v3/get_user_profile": ("user",)}.get(path, ()):
        root = root[step]
    if "edge_followed_by" in root:
        return {
            "id": root["id"],
            "username": root["username"],
            "bio": root["biography"],
            "followers": root["edge_followed_by"]["count"],
            "following": root["edge_follow"]["count"],
            "posts": root["edge_owner_to_timeline_media"]["count"],
        }
    return {
        "id": root["pk"],
        "username": root["username"],
        "bio": root["biography"],
        "followers": root["follower_count"],
        "following": root["following_count"],
        "posts": root["media_count"],
    }


class TestPeople:
    BY_NAME = (
        "v1/fetch_user_info_by_username",
        "v1/fetch_user_info_by_username_v2",
        "v1/fetch_user_info_by_username_v3",
        "v2/fetch_user_info",
        "v3/get_user_profile",
    )
    BY_ID = (
        "v1/fetch_user_info_by_id",
        "v1/fetch_user_info_by_id_v2",
        "v1/user_id_to_username",
        "v2/fetch_user_info",
        "v2/user_id_to_username",
        "v3/user_id_to_username",
    )

    @pytest.mark.parametrize("path", BY_NAME)
    @pytest.mark.parametrize("handle", ["instagram", "harbour_lights"])
    def test_every_version_tells_the_truth_in_its_own_shape(
        self, numbers: Numbers, path: str, handle: str
    ) -> None:
        truth = numbers.oracle("metrics", username=handle)
        found = person_of(path, numbers.data(path, username=handle))
        assert found["id"] == truth["id"]
        assert found["username"] == handle
        assert found["followers"] == truth["items"][0]["follower_count"]
        assert found["following"] == truth["items"][0]["following_count"]
        assert found["posts"] in (truth["items"][0]["post_count"], None)

    @pytest.mark.parametrize("path", BY_ID)
    def test_an_id_leads_to_the_same(self, numbers: Numbers, path: str) -> None:
        known = person_of(
            "v2/fetch_user_info", numbers.data("v2/fetch_user_info", username="slow_tram")
        )
        found = person_of(path, numbers.data(path, user_id=known["id"]))
        assert {**found, "posts": known["posts"]} == known

    def test_the_third_form_of_version_1_often_does_not_know_the_posts(
        self, numbers: Numbers
    ) -> None:
        handles = numbers.oracle("subjects", limit=40)["items"]
        found = [
            numbers.data("v1/fetch_user_info_by_username_v3", username=one)["media_count"]
            for one in handles
        ]
        assert 5 < found.count(None) < 35

    def test_a_private_person_shows_their_counts(self, numbers: Numbers) -> None:
        found = numbers.data("v2/fetch_user_info", username="quiet_orchard")["data"]
        assert found["is_private"] is True
        assert found["follower_count"] > 0

    def test_what_else_is_known_of_a_person(self, numbers: Numbers) -> None:
        found = numbers.data("v2/fetch_user_info", username="instagram")["data"]
        user_id = found["id"]
        assert found["about"]["date_joined"] == "October 2010"
        assert numbers.data("v3/get_user_about", username="instagram")["user_id"] == user_id
        assert numbers.data("v1/fetch_user_about_info", user_id=user_id)["username"] == "instagram"
        assert numbers.data("v3/get_user_id_by_username", username="instagram") == {
            "user_id": user_id
        }
        brief = numbers.data("v3/get_user_brief", user_id=user_id, username="instagram")
        assert brief["user"]["pk"] == user_id

    def test_the_picture_is_there(self, numbers: Numbers) -> None:
        found = numbers.data("v2/fetch_user_info", username="instagram")["data"]
        assert numbers.client.get(found["profile_pic_url_hd"]).content[:2] == b"\xff\xd8"


class TestPosts:
    def test_every_version_tells_the_truth_in_its_own_shape(self, numbers: Numbers) -> None:
        truth = numbers.oracle("metrics", post=CODE)["items"][0]
        wanted = (truth["like_count"], truth["comment_count"], truth["play_count"])
        one = numbers.data("v1/fetch_post_by_url", post_url=URL)
        likes = one["edge_media_preview_like"]["count"]
        assert (
            likes,
            one["edge_media_to_parent_comment"]["count"],
            one["video_play_count"],
        ) == wanted
        assert one["shortcode"] == CODE
        short = numbers.data("v1/fetch_post_by_url_v2", post_url=CODE)
        assert short["edge_media_to_comment"]["count"] == wanted[1]
        assert len(short) < len(one)
        assert numbers.data("v1/fetch_post_by_id", post_id=one["id"])["shortcode"] == CODE
        two = numbers.data("v2/fetch_post_info", code_or_url=URL)["data"]
        metrics = two["metrics"]
        assert (metrics["like_count"], metrics["comment_count"], metrics["play_count"]) == wanted
        assert two["code"] == CODE
        three = numbers.data("v3/get_post_info_by_code", code=CODE)["items"][0]
        assert (three["like_count"], three["comment_count"], three["play_count"]) == wanted
        for given in ({"url": URL}, {"media_id": f"{two['id']}_123"}):
            assert numbers.data("v3/get_post_info", **given)["items"][0]["code"] == CODE

    def test_what_is_no_video_has_no_plays_and_they_are_not_nought(self, numbers: Numbers) -> None:
        post = numbers.newest_post("harbour_lights", kind=1)
        two = numbers.data("v2/fetch_post_info", code_or_url=post["code"])["data"]
        assert two["metrics"]["play_count"] is None
        assert (
            numbers.data("v1/fetch_post_by_url", post_url=post["code"])["video_play_count"] is None
        )

    def test_hidden_likes_are_null(self, numbers: Numbers) -> None:
        codes = numbers.oracle("subjects", kind="post", limit=120)["items"]
        found = [numbers.data("v2/fetch_post_info", code_or_url=one)["data"] for one in codes]
        hidden = [one for one in found if one["like_and_view_counts_disabled"]]
        assert 0 < len(hidden) < 30
        assert all(one["metrics"]["like_count"] is None for one in hidden)
        assert all(type(one["metrics"]["comment_count"]) is int for one in found)
        code = hidden[0]["code"]
        one = numbers.data("v1/fetch_post_by_url", post_url=code)
        assert one["edge_media_preview_like"]["count"] is None

    def test_codes_and_ids_lead_to_each_other(self, numbers: Numbers) -> None:
        for version in ("v1", "v2", "v3"):
            media_id = numbers.data(f"{version}/shortcode_to_media_id", shortcode=CODE)["media_id"]
            back = numbers.data(f"{version}/media_id_to_shortcode", media_id=media_id)
            assert back == {"shortcode": CODE}
        assert numbers.data("v3/extract_shortcode", url=URL) == {"shortcode": CODE}


class TestLists:
    def test_posts_page_without_gaps(self, numbers: Numbers) -> None:
        first = numbers.data("v2/fetch_user_posts", username="slow_tram")
        token = first["pagination_token"]
        second = numbers.data("v2/fetch_user_posts", username="slow_tram", pagination_token=token)
        ids = [one["id"] for page in (first, second) for one in page["data"]["items"]]
        assert len(set(ids)) == 24
        assert first["data"]["user"]["follower_count"] > 0
        three = numbers.data("v3/get_user_posts", username="slow_tram", first=24)
        assert [one["id"] for one in three["items"]] == ids
        user_id = first["data"]["user"]["id"]
        one = numbers.data("v1/fetch_user_posts", user_id=user_id, count=12)
        more = numbers.data(
            "v1/fetch_user_posts_v2", user_id=user_id, end_cursor=one["page_info"]["end_cursor"]
        )
        assert [edge["node"]["id"] for edge in one["edges"] + more["edges"]] == ids

    def test_followers_are_as_many_as_the_count_says(self, numbers: Numbers) -> None:
        count = numbers.data("v3/get_user_profile", username="slow_tram")["user"]
        seen: list[str] = []
        token: str | None = None
        while True:
            given: dict[str, str] = {"max_id": token} if token else {}
            page = numbers.data("v3/get_user_followers", username="slow_tram", count=100, **given)
            seen += [one["pk"] for one in page["users"]]
            token = page["next_max_id"]
            if token is None:
                break
        assert len(set(seen)) == len(seen) == count["edge_followed_by"]["count"]

    def test_likers_page_to_the_count(self, numbers: Numbers) -> None:
        post = numbers.data("v2/fetch_user_posts", username="harbour_lights")["data"]["items"][-1]
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = numbers.data("v2/fetch_post_likes", code_or_url=post["code"], end_cursor=cursor)
            seen += [one["pk"] for one in page["data"]["items"]]
            cursor = page["end_cursor"]
        assert len(set(seen)) == len(seen) == page["data"]["count"] == post["like_count"]

    @pytest.mark.parametrize(
        ("path", "given"),
        [
            ("v1/fetch_user_reels", {"user_id": "ID"}),
            ("v1/fetch_post_comments_v2", {"media_id": "POST"}),
            ("v2/fetch_user_reels", {"username": "slow_tram"}),
            ("v2/fetch_user_stories", {"username": "slow_tram"}),
            ("v2/fetch_user_highlights", {"user_id": "ID"}),
            ("v2/fetch_user_followers", {"username": "slow_tram"}),
            ("v2/fetch_user_following", {"username": "slow_tram"}),
            ("v2/fetch_post_likes", {"code_or_url": "CODE"}),
            ("v2/fetch_post_comments", {"code_or_url": "CODE"}),
            ("v3/get_user_reels", {"username": "slow_tram"}),
            ("v3/get_user_stories", {"username": "slow_tram"}),
            ("v3/get_user_highlights", {"username": "slow_tram"}),
            ("v3/get_user_following", {"username": "slow_tram", "count": "5"}),
            ("v3/get_post_likes", {"code": "CODE"}),
            ("v3/get_post_comments", {"code": "CODE"}),
        ],
    )
    def test_every_other_list_answers(
        self, numbers: Numbers, path: str, given: dict[str, str]
    ) -> None:
        post = numbers.newest_post("slow_tram")
        names = {"ID": post["user"]["id"], "POST": post["id"], "CODE": post["code"]}
        assert numbers.data(path, **{key: names.get(one, one) for key, one in given.items()})

    def test_every_path_of_the_contract_is_known(self, numbers: Numbers) -> None:
        assert len(ENDPOINTS) == 47
        for path in ENDPOINTS:
            answer = numbers.client.get(
                f"/tikhub{path}", headers={"Authorization": "Bearer sandgram-tikhub-key"}
            )
            assert answer.status_code == 422, path


class TestEnvelope:
    def test_a_success_carries_all_of_it(self, numbers: Numbers) -> None:
        answer = numbers.tikhub("instagram/v2/fetch_user_info", username="instagram")
        body = answer.json()
        assert body["code"] == 200
        assert body["router"] == "/api/v1/instagram/v2/fetch_user_info"
        assert body["params"] == {"username": "instagram"}
        assert body["request_id"] == answer.headers["x-request-id"]
        assert body["time_zone"] == "America/Los_Angeles"
        assert set(body) == {
            "code", "request_id", "message", "message_zh", "support", "docs", "time", "time_stamp",
            "time_zone", "cache_message", "cache_message_zh", "cache_url", "router", "params", "data",
        }  # fmt: skip

    def test_its_time_is_the_worlds(self, numbers: Numbers) -> None:
        before = numbers.data("v2/fetch_user_info", username="instagram")["data"]["follower_count"]
        stamp = numbers.tikhub("instagram/v2/fetch_user_info", username="instagram").json()
        numbers.step(86_400)
        later = numbers.tikhub("instagram/v2/fetch_user_info", username="instagram").json()
        assert later["time_stamp"] - stamp["time_stamp"] == 86_400
        assert later["data"]["data"]["follower_count"] != before
